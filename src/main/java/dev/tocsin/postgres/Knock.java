package dev.tocsin.postgres;

import dev.tocsin.core.PromDuration;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks whether anybody answers where a server should be, over a connection of its own, before one of the pool is opened:
 * that one would wait for a server that accepts and says nothing for as long as the server likes, and take a place in the
 * pool meanwhile. The question is a {@code GSSENCRequest} (protocol 3.0), which a server answers with one byte, and one
 * that hangs up leaves no line in the server's log. Safe from any thread.
 *
 * <pre>
 *   0        4        8
 *   | 8      | 1234 5680 |    big-endian
 * </pre>
 */
final class Knock {
    private static final Buffer QUESTION = Buffer.buffer().appendInt(8).appendInt(1234 << 16 | 5680);

    private final NetClient client;
    private final Duration patience;
    private volatile boolean isClosed;

    Knock(Vertx vertx, Duration patience) {
        this.patience = patience;
        client = vertx.createNetClient(new NetClientOptions().setConnectTimeout((int) patience.toMillis()));
    }

    /** @return the options, as soon as somebody has answered, or hung up, which the pool will be told better */
    Future<PgConnectOptions> at(PgConnectOptions options) {
        if (options.isUsingDomainSocket()) {
            return Future.succeededFuture(options);
        }
        return client.connect(options.getPort(), options.getHost()).compose(socket -> {
            Promise<PgConnectOptions> answered = Promise.promise();
            socket.handler(answer -> answered.tryComplete(options));
            socket.closeHandler(closed -> {
                if (isClosed) {
                    answered.tryFail("is let go of");
                } else {
                    answered.tryComplete(options);
                }
            });
            socket.exceptionHandler(answered::tryFail);
            socket.write(QUESTION).onFailure(answered::tryFail);
            return answered.future()
                    .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .recover(e -> Future.failedFuture(e instanceof TimeoutException ? silence() : e))
                    .onComplete(done -> socket.close());
        });
    }

    private TimeoutException silence() {
        return new TimeoutException(
                "accepts connections, and says nothing within " + PromDuration.format(patience.toMillis()));
    }

    void close() {
        isClosed = true;
        client.close().onFailure(e -> {});
    }
}
