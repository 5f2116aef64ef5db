package dev.tocsin.watch.check;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;

/** Connects, and where asked to, says something and waits for an answer. */
final class TcpProbe implements Probe {
    /** What is read while the text that is waited for has not come. */
    private static final int MOST_BYTES = 64 << 10;

    private final ProbeSpec.Tcp spec;
    private final Dialling dialling;

    TcpProbe(ProbeSpec.Tcp spec, Dialling dialling) {
        this.spec = spec;
        this.dialling = dialling;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        Phases phases = dialling.phases();
        return dialling.connect(spec.host(), spec.port(), attempt, phases)
                .compose(socket -> spec.send().isEmpty() && spec.expect().isEmpty()
                        ? Future.succeededFuture(ProbeResult.ok("connected"))
                        : talk(socket, phases))
                .map(phases::beside);
    }

    private Future<ProbeResult> talk(NetSocket socket, Phases phases) {
        Promise<ProbeResult> answered = Promise.promise();
        Buffer read = Buffer.buffer();
        socket.exceptionHandler(answered::tryFail);
        socket.closeHandler(closed -> answered.tryComplete(ProbeResult.failed("closed before \"" + spec.expect()
                + "\" came" + (read.length() == 0 ? "" : ", after: " + text(read)))));
        socket.handler(more -> {
            read.appendBuffer(more);
            if (text(read).contains(spec.expect())) {
                phases.end("answer");
                answered.tryComplete(ProbeResult.ok("\"" + spec.expect() + "\" came"));
            } else if (read.length() > MOST_BYTES) {
                answered.tryComplete(
                        ProbeResult.failed("no \"" + spec.expect() + "\" in the first " + MOST_BYTES + " bytes"));
            }
        });
        if (!spec.send().isEmpty()) {
            Future<Void> sent = socket.write(Buffer.buffer(spec.send().getBytes(StandardCharsets.UTF_8)))
                    .onFailure(answered::tryFail);
            if (spec.expect().isEmpty()) {
                sent.onSuccess(done -> answered.tryComplete(ProbeResult.ok("connected and sent")));
            }
        }
        return answered.future();
    }

    private static String text(Buffer buffer) {
        return buffer.toString(StandardCharsets.UTF_8);
    }
}
