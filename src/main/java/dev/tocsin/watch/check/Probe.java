package dev.tocsin.watch.check;

import io.vertx.core.Future;

/** Asks once for what a check wants to know. Started on the checks' event loop, which it must not block. */
@FunctionalInterface
interface Probe {
    /** @return a failed future means a failed check, with the cause as the message */
    Future<ProbeResult> run(Attempt attempt);
}
