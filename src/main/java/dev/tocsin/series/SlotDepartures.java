package dev.tocsin.series;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gives up a shard's slots of series that have been idle for too long, a little at each flip, so that a hundred thousand
 * of them cost no pause. The series thread only asks; everything else is confined to the shard's thread.
 *
 * <pre>
 *   asked ─► marked ─► their keys swept out, segment by segment ─► two flips pass ─► slots freed, some at each flip
 * </pre>
 *
 * Until its keys are gone a slot takes samples as ever; the two flips are those after which no interval can name it. A
 * series that is admitted again meanwhile keeps its slot.
 */
final class SlotDepartures {
    private static final int SEGMENTS_PER_FLIP = 4;
    private static final int MARKS_PER_FLIP = 8_000;
    private static final int FREED_PER_FLIP = 4_000;
    /** Slots given up in one pass over all keys. */
    private static final int PASS = 250_000;

    private enum Phase {
        MARKING,
        SWEEPING,
        FIRST_FLIP,
        FREEING
    }

    private final Shard shard;
    private final Queue<List<PushedSeries>> asked = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<PushedSeries> leaving = new ArrayDeque<>();
    /** By code. */
    private long[] marked = new long[0];

    private Phase phase = Phase.MARKING;

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

    /** One step, after a flip that was not skipped. */
    void flipped() {
        switch (phase) {
            case MARKING -> mark();
            case SWEEPING -> sweep();
            case FIRST_FLIP -> phase = Phase.FREEING;
            case FREEING -> free();
        }
    }

    private void mark() {
        @Nullable List<PushedSeries> list = asked.poll();
        for (int marks = 0; list != null; list = marks < MARKS_PER_FLIP ? asked.poll() : null) {
            for (PushedSeries series : list) {
                int code = shard.codeOf(series);
                if (code >= 0 && series.standing() == PushedSeries.Standing.LEAVING) {
                    mark(code);
                    leaving.add(series);
                }
            }
            marks += list.size();
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
        for (int i = 0; i < SEGMENTS_PER_FLIP; i++) {
            if (shard.sweepKeys(this::isMarked)) {
                shard.forgetMisfits();
                phase = Phase.FIRST_FLIP;
                return;
            }
        }
    }

    private void free() {
        for (int i = 0; i < FREED_PER_FLIP && !leaving.isEmpty(); i++) {
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
