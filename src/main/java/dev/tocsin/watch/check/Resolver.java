package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;

/** Addresses of names, asked for without blocking; and a stopwatch that begins with it. */
final class Resolver {
    private final VertxInternal vertx;
    private final Clock clock;

    Resolver(Vertx vertx, Clock clock) {
        this.vertx = (VertxInternal) vertx;
        this.clock = clock;
    }

    Phases phases() {
        return new Phases(clock);
    }

    /** The address of a name, or of itself, in figures. */
    Future<String> resolve(String host) {
        return vertx.nameResolver().resolve(host).map(address -> address.getHostAddress());
    }
}
