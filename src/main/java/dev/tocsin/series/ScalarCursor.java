package dev.tocsin.series;

import dev.tocsin.core.Points;

/** One reader's view of a {@link ScalarHistory}. Asked for ascending ticks it walks forward; a first question is a binary search. */
final class ScalarCursor {
    private final Horizon h;
    private final boolean cumulative;
    private final int hold;
    private final boolean resumed;
    final int lastSample;
    final Changes c;
    final int n;
    private final int column;
    private int i = -2;

    ScalarCursor(ScalarHistory history, int column, Horizon h) {
        this.column = column;
        this.h = h;
        this.cumulative = history.isCumulative();
        this.hold = history.hold();
        this.resumed = history.isResumed();
        // Before the entries: a newer last sample must not revive what ended before it.
        this.lastSample = history.acquireLastSample();
        this.c = history.acquireChanges();
        this.n = c.acquireSize();
    }

    double at(int tick) {
        if (i == -2 || tick < (i < 0 ? Horizon.NONE : c.ticks[i])) {
            i = c.indexAt(n, tick);
        } else {
            while (i + 1 < n && c.ticks[i + 1] <= tick) {
                i++;
            }
        }
        if (i >= 0 && !c.isStale(i)) {
            return i < n - 1 || tick < (long) lastSample + hold ? c.value(i, column) : Points.STALE;
        }
        return cumulative && !(resumed && i < 0) && beginsAfter(tick) ? totalBefore() : Points.STALE;
    }

    private boolean beginsAfter(int tick) {
        return i + 1 < n && c.ticks[i + 1] <= h.closed() && h.floor(c.ticks[i + 1] - 1) == tick;
    }

    private double totalBefore() {
        return i <= 0 ? 0 : c.value(i - 1, column);
    }

    boolean nothingUntil(int end) {
        return i + 1 >= n || c.ticks[i + 1] > (long) end + h.coarseStep();
    }

    /** The sum of the values before each fall among the points from {@code first} to {@code last}. */
    double falls(int first, int last) {
        double total = 0;
        double previous = at(first);
        for (int t = first; t < last; ) {
            int change = i + 1 < n ? c.ticks[i + 1] : last + 1;
            if (change > last) {
                break;
            }
            t = h.floor(change) == change ? change : h.next(change);
            if (t > last) {
                break;
            }
            double v = at(t);
            total += v < previous ? previous : 0;
            previous = v;
        }
        return total;
    }
}
