package dev.tocsin.series;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gives up a shard's slots of series that have been idle for too long, in small steps between batches and flips, so that
 * a million of them cost no pause. The series thread only asks; everything else is confined to the shard's thread.
 *
 * <pre>
 *   asked ─► marked ─► their keys swept out, segment by segment ─► two flips pass ─► slots freed, some at a time
 * </pre>
 *
 * Until its keys are gone a slot takes samples as ever; the two flips are those after which no interval can name it. A
 * series that is admitted again meanwhile keeps its slot.
 */
final class SlotDepartures {
    /** Between two steps, so that they take a few hundredths of the thread's time at most. */
    private static final long STEP_MILLIS = 10;

    private static final int STEPS_WHEN_IDLE = 20;
    private static final int FREED_PER_STEP = 100;
    /** Slots given up in one pass over all keys. */
    private static final int PASS = 50_000;

    private enum Phase {
        MARKING,
        SWEEPING,
        FIRST_FLIP,
        SECOND_FLIP,
        FREEING
    }

    private final Shard shard;
    private final Queue<List<PushedSeries>> asked = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<PushedSeries> leaving = new ArrayDeque<>();
    /** By code. */
    private long[] marked = new long[0];

    private Phase phase = Phase.MARKING;
    private long lastStepMillis;
    /** Whether there was a batch since the last flip. */
    private boolean passed;

    SlotDepartures(Shard shard) {
        this.shard = shard;
    }

    /** From the series thread: gives up the slots of these, where they are still leaving. */
    void ask(List<PushedSeries> series) {
        asked.add(series);
    }

    boolean isMarked(int code) {
        return code >>> 6 < marked.length && (marked[code >>> 6] & 1L << code) != 0;
    }

    /** A series was admitted again: its slot stays. */
    void keep(int code) {
        if (isMarked(code)) {
            marked[code >>> 6] &= ~(1L << code);
        }
    }

    /** After a flip that was not skipped. */
    void flipped() {
        switch (phase) {
            case FIRST_FLIP -> phase = Phase.SECOND_FLIP;
            case SECOND_FLIP -> phase = Phase.FREEING;
            case MARKING, SWEEPING, FREEING -> {
                // Where nothing comes in, nothing is held up either.
                int steps = passed ? 1 : STEPS_WHEN_IDLE;
                for (int i = 0; i < steps; i++) {
                    step();
                }
            }
        }
        passed = false;
    }

    /** Between two batches. */
    void pass(long nowMillis) {
        passed = true;
        if (nowMillis >= lastStepMillis + STEP_MILLIS || nowMillis < lastStepMillis) {
            lastStepMillis = nowMillis;
            step();
        }
    }

    private void step() {
        switch (phase) {
            case MARKING -> mark();
            case SWEEPING -> sweep();
            case FREEING -> free();
            case FIRST_FLIP, SECOND_FLIP -> {}
        }
    }

    private void mark() {
        List<PushedSeries> list = asked.poll();
        if (list != null) {
            for (PushedSeries series : list) {
                int code = shard.codeOf(series);
                if (code >= 0 && series.standing() == PushedSeries.Standing.LEAVING) {
                    mark(code);
                    leaving.add(series);
                }
            }
        }
        if (leaving.size() >= PASS || !leaving.isEmpty() && asked.isEmpty()) {
            phase = Phase.SWEEPING;
        }
    }

    private void mark(int code) {
        int word = code >>> 6;
        if (word >= marked.length) {
            marked = Arrays.copyOf(marked, Math.max(word + 1, marked.length * 2));
        }
        marked[word] |= 1L << code;
    }

    private void sweep() {
        if (shard.sweepKeys(this::isMarked)) {
            shard.forgetMisfits();
            phase = Phase.FIRST_FLIP;
        }
    }

    private void free() {
        for (int i = 0; i < FREED_PER_STEP && !leaving.isEmpty(); i++) {
            PushedSeries series = leaving.remove();
            int code = shard.codeOf(series);
            if (isMarked(code)) {
                keep(code);
                shard.free(code, series);
            }
        }
        if (leaving.isEmpty()) {
            phase = Phase.MARKING;
        }
    }
}
