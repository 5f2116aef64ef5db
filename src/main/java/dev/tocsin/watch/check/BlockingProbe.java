package dev.tocsin.watch.check;

import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks what may block, on a thread of the checks' own pool. A call that outlives its time-out (a dead mount) keeps that
 * one thread: the check is not asked again before the call is back.
 */
final class BlockingProbe implements Probe {
    /** The question itself; may block. */
    interface Question {
        ProbeResult ask() throws Exception;
    }

    private final Question question;
    private final WorkerExecutor threads;
    private final AtomicBoolean inside = new AtomicBoolean();

    BlockingProbe(Question question, WorkerExecutor threads) {
        this.question = question;
        this.threads = threads;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        if (!inside.compareAndSet(false, true)) {
            return Future.succeededFuture(ProbeResult.failed("the run before still hangs"));
        }
        Future<@Nullable ProbeResult> asked = threads.executeBlocking(
                () -> {
                    try {
                        return attempt.hasEnded() ? ProbeResult.failed("no thread was free in time") : question.ask();
                    } finally {
                        inside.set(false);
                    }
                },
                false);
        return asked.map(result -> Objects.requireNonNull(result));
    }
}
