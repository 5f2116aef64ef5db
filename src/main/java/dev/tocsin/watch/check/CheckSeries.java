package dev.tocsin.watch.check;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.RecoveryRun;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is known of checks as series. How long things took goes to the sink, as distributions in milliseconds; what
 * holds until the next run ({@code check_up}, {@code check_state}, {@code check_consecutive_failures}, readings) is
 * recorded, so that a series can end: {@code check_up} where the check is not asked, all of them where it is gone. Confined
 * to the checks' event loop.
 */
final class CheckSeries {
    /** Series that a run's readings may be; what is more is left out. */
    static final int MAX_READINGS = 100;

    /** So long a recovery is told beside an alert that ends with it: rules see it several times. */
    static final long TOLD_MILLIS = 10_000;

    private final SampleSink sink;
    private final SampleRecorder recorder;
    private final SampleBatch batch = SampleBatch.anyText(16, 4 << 10);
    private final Map<String, Set<Labels>> open = new HashMap<>();

    CheckSeries(SampleSink sink, SampleRecorder recorder) {
        this.sink = sink;
        this.recorder = recorder;
    }

    /** Adds what one run took. */
    void observe(WatchedCheck check, ProbeResult result, double tookMillis, long nowMillis) {
        batch.reset();
        Labels labels = check.labels();
        batch.add(Kind.DISTRIBUTION, labels.with(Labels.NAME, "check_duration"), tookMillis);
        for (ProbeResult.Reading reading : result.readings()) {
            if (reading.kind() == Kind.DISTRIBUTION) {
                batch.add(Kind.DISTRIBUTION, named(labels, reading), reading.value());
            }
        }
        sink.accept(batch, nowMillis);
    }

    private static Labels named(Labels labels, ProbeResult.Reading reading) {
        return labels.with(reading.labels()).with(Labels.NAME, reading.metric());
    }

    /**
     * Writes what holds of a check now, and ends what does not hold any more.
     *
     * @param recovery the last run of its recovery action
     */
    void publish(WatchedCheck check, @Nullable RecoveryRun recovery, long nowMillis) {
        Map<Labels, Double> now = holding(check);
        if (recovery != null) {
            tell(recovery, check, nowMillis, now);
        }
        String name = check.definition().name();
        Set<Labels> ended = new HashSet<>(open.getOrDefault(name, Set.of()));
        ended.removeAll(now.keySet());
        ended.forEach(labels -> recorder.markStale(labels, nowMillis));
        now.forEach((labels, value) -> recorder.append(labels, nowMillis, value.doubleValue()));
        open.put(name, now.keySet());
    }

    /** Ends the series of checks that are gone. */
    void keepOnly(Set<String> names, long nowMillis) {
        open.entrySet().removeIf(entry -> {
            boolean gone = !names.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(labels -> recorder.markStale(labels, nowMillis));
            }
            return gone;
        });
    }

    /** What was tried is told while the check is down, and a moment longer where that brought it back. */
    private static void tell(RecoveryRun recovery, WatchedCheck check, long nowMillis, Map<Labels, Double> now) {
        boolean hasRecovered = isJustBack(recovery, nowMillis);
        if (hasRecovered) {
            now.put(check.labels().with(Labels.NAME, "check_recovered"), 1.0);
        }
        if (hasRecovered || (check.state() == CheckState.DOWN && recovery.atMillis() >= check.sinceMillis())) {
            Labels told = check.labels().with("told", RecoveryRuns.told(recovery));
            now.put(told.with(Labels.NAME, "check_recovery"), 1.0);
        }
    }

    static boolean isJustBack(RecoveryRun recovery, long nowMillis) {
        return recovery.recoveredMillis() != 0 && nowMillis - recovery.recoveredMillis() < TOLD_MILLIS;
    }

    private static Map<Labels, Double> holding(WatchedCheck check) {
        Map<Labels, Double> now = new LinkedHashMap<>();
        Labels labels = check.labels();
        CheckState state = check.state();
        now.put(labels.with(Labels.NAME, "check_state").with("state", state.word()), 1.0);
        if (!state.isJudged()) {
            return now;
        }
        if (state != CheckState.UNKNOWN) {
            now.put(labels.with(Labels.NAME, "check_up"), state == CheckState.UP ? 1.0 : 0.0);
        }
        now.put(labels.with(Labels.NAME, "check_consecutive_failures"), (double) check.failuresInARow());
        ProbeResult last = check.last();
        if (last != null) {
            last.readings().stream()
                    .filter(reading -> reading.kind() == Kind.GAUGE && Double.isFinite(reading.value()))
                    .limit(MAX_READINGS)
                    .forEach(reading -> now.put(named(labels, reading), reading.value()));
        }
        return now;
    }
}
