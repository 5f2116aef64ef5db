package dev.tocsin.series;

import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;

/**
 * One reader's view of a {@link ScalarHistory}: points at the ticks of the grid, each the value that holds then. A point
 * of what is not cumulative stands for all ticks since the grid's tick before, with their smallest, largest and sum.
 *
 * <p>Asked for ascending ticks it walks forward; a first question is a binary search. Confined to one thread.
 */
final class ScalarReader {
    private final Horizon h;
    private final boolean cumulative;
    private final boolean stands;
    private final int hold;
    private final boolean resumed;
    private final int lastSample;
    private final Changes c;
    private final int n;
    private final int column;
    private int i = -2;

    /** @param column 0 or 1 */
    ScalarReader(ScalarHistory history, int column, Horizon h) {
        this.column = column;
        this.h = h;
        this.cumulative = history.isCumulative();
        this.stands = history.keepsBlocks();
        this.hold = history.hold();
        this.resumed = history.isResumed();
        // Before the entries: a newer last sample must not revive what ended before it.
        this.lastSample = history.acquireLastSample();
        this.c = history.acquireChanges();
        this.n = c.acquireSize();
    }

    /** The value at a tick of the grid, {@link Points#STALE} where there is none. */
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

    private boolean nothingUntil(int end) {
        return i + 1 >= n || c.ticks[i + 1] > (long) end + h.coarseStep();
    }

    /** What the value came to over the ticks in (after, to] at which it lived. */
    void over(int after, int to, ValueSummary into) {
        into.reset();
        OldBlocks blocks = c.blocks;
        int block = blocks.indexOf(after + 1);
        for (int t = after; t < to; ) {
            boolean any = block < blocks.size();
            if (any && c.blockBegin(block, h) <= t) {
                int end = blocks.number(block);
                int until = Math.min(to, end);
                blocks.addTo(into, block, (double) (until - t) / (end - c.blockBegin(block, h)));
                block++;
                t = until;
            } else {
                int until = any ? Math.min(to, c.blockBegin(block, h)) : to;
                hold(t, until, into);
                t = until;
            }
        }
    }

    private void hold(int after, int to, ValueSummary into) {
        for (int t = after; t < to; ) {
            double value = at(t + 1);
            int until = i + 1 < n ? Math.min(to, c.ticks[i + 1] - 1) : to;
            if (!Points.isStale(value)) {
                long alive = i + 1 < n ? until : Math.min(until, (long) lastSample + hold - 1);
                into.add(value, (int) alive - t);
            }
            t = until;
        }
    }

    /** Whether anything can be read in (after, to]. */
    boolean hasPoints(int after, int to) {
        int end = Math.min(to, h.closed());
        for (int t = h.next(after); t <= end; t = h.next(t)) {
            if (pointOf(t) != Horizon.NONE) {
                return true;
            }
            if (nothingUntil(end)) {
                return false;
            }
        }
        return false;
    }

    /**
     * Where the point lies that stands for the ticks up to one of the grid: there, or where a value last lived that ended
     * among them; {@link Horizon#NONE} where there is none.
     */
    private int pointOf(int tick) {
        if (!Points.isStale(at(tick))) {
            return tick;
        }
        int step = stands ? h.stepAt(tick) : 1;
        if (step == 1 || i < 0) {
            return Horizon.NONE;
        }
        int lived = c.isStale(i) ? c.ticks[i] - 1 : lastSample + hold - 1;
        return lived > tick - step ? lived : Horizon.NONE;
    }

    /** Adds the point at a tick of the grid, where there is one. */
    boolean readAt(int tick, TickScale scale, Points into) {
        double value = at(tick);
        if (Points.isStale(value)) {
            return false;
        }
        into.add(scale.millis(tick), value);
        return true;
    }

    /** Adds all points in (after, to]. */
    void read(int after, int to, TickScale scale, Points into) {
        ValueSummary block = new ValueSummary();
        int end = Math.min(to, h.closed());
        for (int t = h.next(after); t <= end; t = h.next(t)) {
            int step = stands ? h.stepAt(t) : 1;
            if (step > 1) {
                over(t - step, t, block);
            }
            int point = pointOf(t);
            if (point == Horizon.NONE) {
                if (nothingUntil(end)) {
                    return;
                }
            } else if (step > 1) {
                into.addInterval(scale.millis(point), at(point), block.low, block.high, block.sum, block.count);
            } else {
                into.add(scale.millis(t), at(t));
            }
        }
    }

    /** Without walking points, unless the series ended and began again inside its history. */
    RangeEnds ends(int after, int to, TickScale scale) {
        if (c.gaps > 0) {
            Points points = new Points();
            read(after, to, scale, points);
            return points.size == 0
                    ? RangeEnds.NONE
                    : RangeEnds.of(points).apart(h.apartMillis(scale.floor(points.timeMillis[0]), scale));
        }
        if (n == 0) {
            return RangeEnds.NONE;
        }
        int begin = cumulative && !resumed ? c.ticks[0] - 1 : c.ticks[0];
        int low = h.floor(begin);
        int first = Math.max(h.next(after), low == begin || cumulative && !resumed ? low : h.next(begin));
        int last = h.floor(Math.min(to, (int) Math.min(h.closed(), (long) lastSample + hold - 1)));
        if (last == Horizon.NONE || first > last || c.ticks[0] > h.closed()) {
            return RangeEnds.NONE;
        }
        return new RangeEnds(
                        h.count(first - 1, last),
                        scale.millis(first),
                        scale.millis(last),
                        at(first),
                        at(last),
                        cumulative ? 0 : falls(first, last),
                        null,
                        null,
                        false)
                .apart(h.apartMillis(first, scale));
    }

    /** The sum of the values before each fall among the points from {@code first} to {@code last}. */
    private double falls(int first, int last) {
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
