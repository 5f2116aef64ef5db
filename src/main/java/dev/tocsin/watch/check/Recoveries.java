package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.check.RecoveryRun;
import dev.tocsin.core.check.RecoveryRun.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs the recovery actions of checks that are down, a few at once, and keeps what came of them: how often one ran outlives
 * the process. Confined to the checks' event loop; the commands run on threads of their own.
 */
final class Recoveries {
    private static final System.Logger LOG = System.getLogger(Recoveries.class.getName());

    /** Commands at once; the others wait for a thread. */
    private static final int THREADS = 4;

    private static final String PREFIX = "recovery/";

    private final WorkerExecutor threads;
    private final DurableState state;
    private final Clock clock;
    private final MeterRegistry registry;
    private final Map<String, Recovery> byCheck = new HashMap<>();
    /** What there was to tell at the last look. */
    private final Map<String, String> told = new HashMap<>();

    Recoveries(Vertx vertx, DurableState state, Clock clock, MeterRegistry registry) {
        threads = vertx.createSharedWorkerExecutor("tocsin-recovery", THREADS);
        this.state = state;
        this.clock = clock;
        this.registry = registry;
    }

    /** What is known of the actions of checks that stay is kept; the others' is forgotten. */
    void replace(List<CheckDefinition> definitions) {
        Set<String> names = new HashSet<>();
        for (CheckDefinition definition : definitions) {
            RecoverySpec spec = definition.recovery();
            if (spec != null) {
                names.add(definition.name());
                byCheck.computeIfAbsent(definition.name(), name -> new Recovery(spec, stored(name)))
                        .use(spec);
            }
        }
        byCheck.keySet().retainAll(names);
        told.keySet().retainAll(names);
        for (String key : state.withPrefix(PREFIX).keySet()) {
            if (!names.contains(key.substring(PREFIX.length()))) {
                state.remove(key);
            }
        }
    }

    private List<RecoveryRun> stored(String name) {
        byte[] bytes = state.get(PREFIX + name);
        return bytes == null ? List.of() : RecoveryRuns.decoded(bytes);
    }

    /** The last run of the check's action; null where there was none. */
    @Nullable
    RecoveryRun last(String check) {
        Recovery recovery = byCheck.get(check);
        return recovery == null ? null : recovery.last();
    }

    /** Runs of the check's action, oldest first. */
    List<RecoveryRun> of(String check) {
        Recovery recovery = byCheck.get(check);
        return recovery == null ? List.of() : recovery.runs();
    }

    /**
     * Looks at every check that has an action, and runs those that are due.
     *
     * @return those of which there is something else to tell than at the last look
     */
    List<WatchedCheck> look(Collection<WatchedCheck> checks, long nowMillis) {
        List<WatchedCheck> news = new ArrayList<>();
        if (byCheck.isEmpty()) {
            return news;
        }
        for (WatchedCheck check : checks) {
            String name = check.definition().name();
            Recovery recovery = byCheck.get(name);
            if (recovery == null) {
                continue;
            }
            if (recovery.see(check.state(), check.sinceMillis())) {
                count("recovered");
                keep(name, recovery);
                LOG.log(Level.INFO, "{0} is up again: {1}", name, told(recovery));
            }
            if (recovery.decide(check.state(), check.failuresInARow(), nowMillis) == Recovery.Verdict.RUN) {
                run(name, recovery, nowMillis);
            }
            RecoveryRun last = recovery.last();
            String now = last == null ? "" : RecoveryRuns.told(last) + CheckSeries.isJustBack(last, nowMillis);
            if (!now.equals(told.put(name, now))) {
                news.add(check);
            }
        }
        return news;
    }

    private void run(String check, Recovery recovery, long nowMillis) {
        RecoverySpec spec = recovery.spec();
        recovery.begin(nowMillis);
        // Before the command runs: one that ends this server counts, too.
        keep(check, recovery);
        LOG.log(Level.WARNING, "{0} is down: {1} is run", check, spec);
        threads.executeBlocking(
                        () -> new CommandRun(spec.command(), spec.environment(), spec.user(), CommandRun.Leftover.KEEP)
                                .run(spec.timeout()),
                        false)
                .onComplete(done -> {
                    if (done.succeeded()) {
                        CommandRun.Outcome ended = Objects.requireNonNull(done.result());
                        Outcome outcome = ended.timedOut()
                                ? Outcome.TIMED_OUT
                                : ended.exitCode() == 0 ? Outcome.DONE : Outcome.FAILED;
                        end(check, recovery, outcome, ended.exitCode(), ended.output());
                    } else {
                        end(
                                check,
                                recovery,
                                Outcome.REFUSED,
                                -1,
                                String.valueOf(done.cause().getMessage()));
                    }
                });
    }

    private void end(String check, Recovery recovery, Outcome outcome, int exitCode, String output) {
        recovery.end(outcome, exitCode, RecoveryRuns.shortened(output), clock.wallMillis());
        count(outcome.word());
        if (byCheck.get(check) == recovery) {
            keep(check, recovery);
        }
        LOG.log(Level.INFO, "{0}: {1}", check, told(recovery));
    }

    private static String told(Recovery recovery) {
        RecoveryRun last = recovery.last();
        return last == null ? "" : RecoveryRuns.told(last);
    }

    private void keep(String check, Recovery recovery) {
        state.put(PREFIX + check, RecoveryRuns.encoded(recovery.runs()));
    }

    private void count(String outcome) {
        Counter.builder("tocsin.check.recoveries")
                .description(
                        "Runs of recovery actions by how their commands ended, and those that brought a check back.")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** Not waited for: a command may take its time. */
    void close() {
        threads.close().onFailure(e -> {});
    }
}
