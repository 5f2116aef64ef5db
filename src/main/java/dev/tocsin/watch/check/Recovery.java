package dev.tocsin.watch.check;

import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.RecoveryRun;
import dev.tocsin.core.check.RecoveryRun.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When a check's recovery action is to be run, and what came of its runs. Time is an argument. Confined to one thread. */
final class Recovery {
    /** Runs that are kept: more than an hour may have. */
    static final int KEPT = 60;

    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final Deque<RecoveryRun> runs;
    private RecoverySpec spec;
    /** Whether the last run may still be what brings the check back. */
    private boolean open;

    /** Why the action is run now, or not. */
    enum Verdict {
        RUN,
        /** The check is not down, or has not failed often enough. */
        NOT_DOWN,
        RUNNING,
        COOLING_DOWN,
        /** As often within an hour as it may. */
        HOUR_IS_FULL
    }

    /** @param before runs of earlier processes, oldest first */
    Recovery(RecoverySpec spec, List<RecoveryRun> before) {
        this.spec = spec;
        runs = new ArrayDeque<>(before);
        RecoveryRun last = runs.peekLast();
        if (last != null && last.outcome() == Outcome.RUNNING) {
            replaceLast(with(last, Outcome.INTERRUPTED, 0, -1, ""));
        }
    }

    RecoverySpec spec() {
        return spec;
    }

    /** The check was defined anew. */
    void use(RecoverySpec next) {
        spec = next;
    }

    /** Oldest first. */
    List<RecoveryRun> runs() {
        return List.copyOf(runs);
    }

    @Nullable
    RecoveryRun last() {
        return runs.peekLast();
    }

    /** @param failures in a row */
    Verdict decide(CheckState state, int failures, long nowMillis) {
        if (state != CheckState.DOWN || failures < spec.after()) {
            return Verdict.NOT_DOWN;
        }
        RecoveryRun last = last();
        if (last != null && last.outcome() == Outcome.RUNNING) {
            return Verdict.RUNNING;
        }
        if (last != null
                && nowMillis - last.atMillis() - last.tookMillis()
                        < spec.coolDown().toMillis()) {
            return Verdict.COOLING_DOWN;
        }
        long inThisHour = runs.stream()
                .filter(run -> nowMillis - run.atMillis() < HOUR_MILLIS)
                .count();
        return inThisHour >= spec.mostPerHour() ? Verdict.HOUR_IS_FULL : Verdict.RUN;
    }

    void begin(long nowMillis) {
        runs.addLast(new RecoveryRun(spec.name(), nowMillis, Outcome.RUNNING, 0, -1, "", 0));
        if (runs.size() > KEPT) {
            runs.removeFirst();
        }
        open = true;
    }

    void end(Outcome outcome, int exitCode, String output, long nowMillis) {
        RecoveryRun last = last();
        if (last != null && last.outcome() == Outcome.RUNNING) {
            replaceLast(with(last, outcome, Math.max(0, nowMillis - last.atMillis()), exitCode, output));
        }
    }

    /**
     * The check is in this state since then.
     *
     * @return whether its last run has just brought it back
     */
    boolean see(CheckState state, long sinceMillis) {
        RecoveryRun last = last();
        if (!open || last == null || state == CheckState.DOWN) {
            return false;
        }
        // Behind a window or a failed dependency nobody can tell any more what brought it back.
        open = false;
        if (state != CheckState.UP) {
            return false;
        }
        replaceLast(new RecoveryRun(
                last.name(),
                last.atMillis(),
                last.outcome(),
                last.tookMillis(),
                last.exitCode(),
                last.output(),
                Math.max(sinceMillis, last.atMillis() + 1)));
        return true;
    }

    private void replaceLast(RecoveryRun run) {
        runs.removeLast();
        runs.addLast(run);
    }

    private static RecoveryRun with(RecoveryRun run, Outcome outcome, long tookMillis, int exitCode, String output) {
        return new RecoveryRun(
                run.name(), run.atMillis(), outcome, tookMillis, exitCode, output, run.recoveredMillis());
    }
}
