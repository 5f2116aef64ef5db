package dev.tocsin.store;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One series that lies in PostgreSQL up to a moment and in memory after it. Confined to one thread.
 *
 * @param stored cumulative distributions in it are turned into those of {@code hot} where they meet
 */
record SeamSeries(Series stored, Series hot, long seamMillis) implements Series {
    @Override
    public Labels labels() {
        return hot.labels();
    }

    @Override
    public boolean newest(long afterMillis, long atMillis, Points into) {
        if (atMillis > seamMillis && hot.newest(Math.max(afterMillis, seamMillis), atMillis, into)) {
            return true;
        }
        if (afterMillis >= seamMillis) {
            return false;
        }
        int at = into.size;
        boolean found = stored.newest(afterMillis, atMillis, into);
        if (found) {
            raise(into, at);
        }
        return found;
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        if (afterMillis < seamMillis) {
            int at = into.size;
            stored.read(afterMillis, Math.min(toMillis, seamMillis), into);
            raise(into, at);
        }
        if (toMillis > seamMillis) {
            hot.read(Math.max(afterMillis, seamMillis), toMillis, into);
        }
    }

    /** Cumulative distributions begin anew where the stored ones begin; here they become what they were in memory. */
    private void raise(Points points, int from) {
        if (from == points.size) {
            return;
        }
        if (points.distribution[from] == null) {
            double lift = lift();
            for (int i = from; i < points.size && lift != 0; i++) {
                points.value[i] += lift;
            }
            return;
        }
        Distribution inMemory = cumulative(hot);
        Distribution inStore = cumulative(stored);
        if (inMemory == null || inStore == null || inMemory.count() < inStore.count()) {
            return;
        }
        for (int i = from; i < points.size; i++) {
            Distribution d = Objects.requireNonNull(points.distribution[i]);
            points.distribution[i] = new DistributionBuilder(d.layout())
                    .add(inMemory, 1)
                    .add(inStore, -1)
                    .add(d, 1)
                    .build();
        }
    }

    /** What a running total has in memory more than in the store, which begins to count at the first interval read. */
    private double lift() {
        if (!(stored instanceof StoredStatistic statistic) || !statistic.isCumulative()) {
            return 0;
        }
        Points points = new Points();
        boolean known = hot.newest(Long.MIN_VALUE / 2, seamMillis, points)
                && stored.newest(Long.MIN_VALUE / 2, seamMillis, points);
        return known ? Math.max(0, points.value[0] - points.value[1]) : 0;
    }

    private @Nullable Distribution cumulative(Series series) {
        Points points = new Points();
        return series.newest(Long.MIN_VALUE / 2, seamMillis, points) ? points.distribution[0] : null;
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        if (afterMillis >= seamMillis) {
            return hot.ends(afterMillis, toMillis);
        }
        RangeEnds before = stored.ends(afterMillis, Math.min(toMillis, seamMillis));
        if (toMillis <= seamMillis) {
            return before;
        }
        RangeEnds after = hot.ends(seamMillis, toMillis);
        if (after.count() == 0) {
            // Memory has its points further apart than this.
            return stored.ends(afterMillis, toMillis);
        }
        if (before.count() == 0) {
            return after;
        }
        if (before.mixed() || after.mixed() || (before.growth() == null) != (after.growth() == null)) {
            return RangeEnds.NONE;
        }
        double lift = lift();
        double drop = after.firstValue() < before.lastValue() + lift ? before.lastValue() + lift : 0;
        return new RangeEnds(
                before.count() + after.count(),
                before.firstTimeMillis(),
                after.lastTimeMillis(),
                before.firstValue() + lift,
                after.lastValue(),
                before.resetCorrection() + after.resetCorrection() + drop,
                before.firstDistribution(),
                before.growth() == null ? null : growth(before, after, toMillis),
                false,
                apart(before, after));
    }

    @Override
    public @Nullable Distribution observed(long afterMillis, long toMillis) {
        Distribution before =
                afterMillis < seamMillis ? stored.observed(afterMillis, Math.min(toMillis, seamMillis)) : null;
        Distribution after = toMillis > seamMillis ? hot.observed(Math.max(afterMillis, seamMillis), toMillis) : null;
        return before == null ? after : after == null ? before : before.plus(after);
    }

    /** As in the sparser part. */
    private static double apart(RangeEnds before, RangeEnds after) {
        return Math.max(
                Math.max(before.apartMillis(), after.apartMillis()), after.firstTimeMillis() - before.lastTimeMillis());
    }

    private Distribution growth(RangeEnds before, RangeEnds after, long toMillis) {
        Distribution stored = Objects.requireNonNull(before.growth());
        DistributionBuilder sum = new DistributionBuilder(stored.layout()).add(stored, 1);
        Points points = new Points();
        // The growth within a range leaves out what its first point has over the point before it.
        boolean known = hot.newest(Long.MIN_VALUE / 2, seamMillis, points) && hot.newest(seamMillis, toMillis, points);
        Distribution first = known ? points.distribution[0] : null;
        Distribution last = known ? points.distribution[1] : null;
        if (first != null && last != null && last.count() >= first.count()) {
            return sum.add(last, 1).add(first, -1).build();
        }
        return sum.add(Objects.requireNonNull(after.growth()), 1).build();
    }
}
