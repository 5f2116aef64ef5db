package dev.tocsin.watch.check;

import dev.tocsin.core.Labels;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one check, and when it is due. Runs are spread over the interval by the check's name, at the same
 * places after every restart; the first comes within five seconds. Changed by {@link CheckBook} alone; confined to its
 * thread.
 */
final class WatchedCheck {
    private static final long FIRST_RUN_MILLIS = 5_000;
    /** A check that others wait for is asked at once, but no more often than this. */
    private static final long HURRY_MILLIS = 1_000;

    private static final int KEPT_RESULTS = 60;
    private static final long NOT_ASKED = Long.MAX_VALUE;

    private final CheckDefinition definition;
    private final Labels labels;
    private final Deque<CheckStatus.Result> results;
    private CheckState state = CheckState.UNKNOWN;
    private long sinceMillis;
    private int failuresInARow;
    private int successesInARow;
    /** Numbers of runs, which order what was found where the wall clock may step; 0: none. */
    private long firstFailedRun;

    private long lastGoodRun;
    private boolean running;
    private long startedMillis;
    private long slot;
    private long askedMillis;
    private @Nullable ProbeResult last;

    WatchedCheck(CheckDefinition definition, long nowMillis) {
        this.definition = definition;
        labels = definition.seriesLabels();
        this.results = new ArrayDeque<>();
        sinceMillis = nowMillis;
        slot = slotAt(nowMillis);
        long spread = Math.min(FIRST_RUN_MILLIS, definition.interval().toMillis());
        askedMillis = nowMillis + Math.floorMod(phase(), spread);
    }

    /** The same check, defined anew: what was found stays. */
    WatchedCheck(CheckDefinition definition, WatchedCheck before, long nowMillis) {
        this.definition = definition;
        labels = definition.seriesLabels();
        this.results = before.results;
        state = before.state;
        sinceMillis = before.sinceMillis;
        failuresInARow = before.failuresInARow;
        successesInARow = before.successesInARow;
        firstFailedRun = before.firstFailedRun;
        lastGoodRun = before.lastGoodRun;
        startedMillis = before.startedMillis;
        last = before.last;
        slot = slotAt(nowMillis);
        askedMillis = nowMillis + Math.floorMod(phase(), HURRY_MILLIS);
    }

    CheckDefinition definition() {
        return definition;
    }

    /** Of its series, without a metric name. */
    Labels labels() {
        return labels;
    }

    CheckState state() {
        return state;
    }

    /** Wall time at which it got into its state. */
    long sinceMillis() {
        return sinceMillis;
    }

    int failuresInARow() {
        return failuresInARow;
    }

    /** Of the last run; null before the first. */
    @Nullable
    ProbeResult last() {
        return last;
    }

    /** Wall time at which the last run began; 0 before the first. */
    long startedMillis() {
        return startedMillis;
    }

    private int phase() {
        // Spread: neighbouring names have neighbouring hashes.
        return definition.name().hashCode() * 0x9E3779B9;
    }

    private long slotAt(long nowMillis) {
        long interval = definition.interval().toMillis();
        return Math.floorDiv(nowMillis - Math.floorMod(phase(), interval), interval);
    }

    /** A wall clock that steps makes a check due once, and keeps none from being due. */
    boolean isDue(long nowMillis) {
        return !running && state.isJudged() && (nowMillis >= askedMillis || slotAt(nowMillis) != slot);
    }

    void begin(long nowMillis) {
        running = true;
        startedMillis = nowMillis;
        slot = slotAt(nowMillis);
        askedMillis = NOT_ASKED;
    }

    /** To be run soon: another check waits for what it says. */
    void hurry(long nowMillis) {
        boolean justRun = Math.abs(nowMillis - startedMillis) < HURRY_MILLIS;
        askedMillis = Math.min(askedMillis, justRun ? startedMillis + HURRY_MILLIS : nowMillis);
    }

    /** @param run its number, higher than that of every run that began before */
    void finish(long run, ProbeResult result, double tookMillis, long nowMillis) {
        running = false;
        if (!result.isConclusive()) {
            return;
        }
        last = result;
        results.addLast(new CheckStatus.Result(startedMillis, result.ok(), tookMillis, result.message()));
        if (results.size() > KEPT_RESULTS) {
            results.removeFirst();
        }
        if (!state.isJudged()) {
            return;
        }
        if (result.ok()) {
            lastGoodRun = run;
            failuresInARow = 0;
            successesInARow++;
            if (state == CheckState.UNKNOWN || state == CheckState.DOWN && successesInARow >= definition.successes()) {
                become(CheckState.UP, nowMillis);
            }
        } else {
            if (failuresInARow++ == 0) {
                firstFailedRun = run;
            }
            successesInARow = 0;
        }
    }

    /** Whether it was well after {@code other} began to fail: then the fault is not here. */
    boolean wasGoodSinceFailureOf(WatchedCheck other) {
        return state == CheckState.UP && lastGoodRun > other.firstFailedRun;
    }

    boolean hasFailedEnough() {
        return failuresInARow >= definition.failures();
    }

    /** What was found before says nothing any more once a check is not asked, or is asked again. */
    void become(CheckState next, long nowMillis) {
        if (next == state) {
            return;
        }
        boolean anew = !next.isJudged() || !state.isJudged();
        if (anew) {
            failuresInARow = 0;
            successesInARow = 0;
            askedMillis = nowMillis;
        }
        state = next;
        sinceMillis = nowMillis;
    }

    CheckStatus status() {
        return new CheckStatus(
                definition.name(),
                definition.probe().kind(),
                labels,
                definition.interval(),
                definition.dependsOn(),
                state,
                sinceMillis,
                failuresInARow,
                new ArrayList<>(results),
                List.of());
    }
}
