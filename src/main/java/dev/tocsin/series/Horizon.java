package dev.tocsin.series;

/**
 * What can be read at one moment, in ticks ({@link TickScale}): the last closed tick, and the grid on which every
 * series has its points. Series store changes; readers synthesise a point at each tick of the grid.
 *
 * <pre>
 *   coarseFrom        mediumFrom            fineFrom               closed
 *       (  every minute   ]( every 10 s        ](  every tick         ]
 * </pre>
 *
 * While ticks of an earlier process are read back, the last of them is foreseen: histories that grow make room for it.
 *
 * <p>Immutable; one reader takes one and uses it throughout, so that what it reads fits together.
 */
record Horizon(int closed, int fineFrom, int mediumFrom, int coarseFrom, int mediumStep, int coarseStep, int foreseen) {
    /** No tick at all. */
    static final int NONE = Integer.MIN_VALUE;

    static Horizon at(
            int closed, int fineTicks, int mediumTicks, int coarseTicks, int mediumStep, int coarseStep, int foreseen) {
        return new Horizon(
                closed,
                floorTo(closed - fineTicks, mediumStep),
                floorTo(closed - mediumTicks, coarseStep),
                floorTo(closed - coarseTicks, coarseStep),
                mediumStep,
                coarseStep,
                foreseen);
    }

    /**
     * How many entries the foreseen ticks are likely to bring, some more than that, but no more than three times as many
     * as there are.
     *
     * @param first the tick of the oldest entry
     */
    int likely(int entries, int first) {
        if (foreseen <= closed) {
            return 0;
        }
        long ahead = Math.min((long) foreseen - closed, closed - fineFrom);
        return (int) Math.min(3L * entries, entries * ahead / Math.max(1, closed - first) * 5 / 4);
    }

    static int floorTo(int tick, int step) {
        return tick - Math.floorMod(tick, step);
    }

    /** The end of the block of {@code step} ticks that a tick falls into. */
    static int ceilTo(int tick, int step) {
        return -floorTo(-tick, step);
    }

    int stepAt(int tick) {
        return tick > fineFrom ? 1 : tick > mediumFrom ? mediumStep : coarseStep;
    }

    /** How far a tick of the grid is from the one before: no two later ones are further apart. */
    long apartMillis(int tick, TickScale scale) {
        return stepAt(tick) * scale.tickMillis();
    }

    /** The last grid tick at or before {@code tick}, or {@link #NONE} where history does not reach. */
    int floor(int tick) {
        if (tick >= closed) {
            return closed;
        }
        if (tick > fineFrom) {
            return tick;
        }
        int grid = floorTo(tick, tick > mediumFrom ? mediumStep : coarseStep);
        return grid > coarseFrom ? grid : NONE;
    }

    /** The first grid tick after {@code tick}; later than {@link #closed} where there is none. */
    int next(int tick) {
        if (tick >= fineFrom) {
            return tick + 1;
        }
        if (tick >= mediumFrom) {
            return floorTo(tick, mediumStep) + mediumStep;
        }
        return floorTo(Math.max(tick, coarseFrom), coarseStep) + coarseStep;
    }

    /** How many grid ticks lie in (after, to]. */
    int count(int after, int to) {
        int end = Math.min(to, closed);
        return part(after, end, fineFrom, Integer.MAX_VALUE, 1)
                + part(after, end, mediumFrom, fineFrom, mediumStep)
                + part(after, end, coarseFrom, mediumFrom, coarseStep);
    }

    private static int part(int after, int to, int from, int until, int step) {
        int low = Math.max(after, from);
        int high = Math.min(to, until);
        return low >= high ? 0 : Math.floorDiv(high, step) - Math.floorDiv(low, step);
    }
}
