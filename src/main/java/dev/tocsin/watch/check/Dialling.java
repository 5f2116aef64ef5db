package dev.tocsin.watch.check;

import io.vertx.core.Future;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;

/** What every probe over a socket does: find the address, connect, ask, and tell how long each took. */
final class Dialling {
    /** Opens a connection to an address. */
    interface Connecting {
        Future<NetSocket> to(String address);
    }

    /** Finds out what there is to know over an open connection. */
    interface Asking {
        Future<ProbeResult> over(NetSocket socket, Phases phases);
    }

    private Dialling() {}

    /** @return what was found, the phases {@code resolve} and {@code connect} among its readings */
    static Future<ProbeResult> run(
            Attempt attempt, Resolver resolver, String host, Connecting connecting, Asking asking) {
        Phases phases = resolver.phases();
        return resolver.resolve(host)
                .compose(address -> {
                    phases.end("resolve");
                    return connecting.to(address);
                })
                .compose(socket -> {
                    phases.end("connect");
                    attempt.onEnd(socket::close);
                    return asking.over(socket, phases);
                })
                .map(result -> {
                    List<ProbeResult.Reading> readings = new ArrayList<>(result.readings());
                    readings.addAll(phases.readings());
                    return result.with(readings);
                });
    }
}
