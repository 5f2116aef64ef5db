package dev.tocsin.store;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import dev.tocsin.core.Statistic;

/**
 * One {@link Statistic} of a stored distribution as a plain series: over the interval before, or the ten seconds that it
 * looks back over in memory where intervals are shorter. Running totals begin at the first interval read, like the
 * distribution itself. Confined to one thread.
 */
final class StoredStatistic implements Series {
    private static final long WINDOW_MILLIS = 10_000;

    private final StoredSeries source;
    private final Statistic statistic;
    private final Labels labels;

    StoredStatistic(StoredSeries source, Statistic statistic) {
        this.source = source;
        this.statistic = statistic;
        labels = source.labels().with(Labels.NAME, source.labels().metricName() + statistic.suffix());
    }

    @Override
    public Labels labels() {
        return labels;
    }

    /** Whether it is a running total. */
    boolean isCumulative() {
        return statistic == Statistic.COUNT || statistic == Statistic.SUM;
    }

    private double total(long millis) {
        return statistic == Statistic.COUNT ? source.countUpTo(millis) : source.sumUpTo(millis);
    }

    @Override
    public boolean newest(long afterMillis, long atMillis, Points into) {
        if (isCumulative()) {
            long time = source.newestMillis(afterMillis, atMillis);
            if (time == Long.MIN_VALUE) {
                return false;
            }
            into.add(time, total(atMillis));
            return true;
        }
        Distribution window = source.window(atMillis, WINDOW_MILLIS);
        if (window == null) {
            return false;
        }
        into.add(atMillis, statistic.of(window));
        return true;
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        for (long end = source.nextEnd(afterMillis); end <= toMillis; end = source.nextEnd(end)) {
            Distribution window = isCumulative() ? null : source.window(end, WINDOW_MILLIS);
            if (isCumulative()) {
                into.add(end, total(end));
            } else if (window != null) {
                into.add(end, statistic.of(window));
            }
        }
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        if (!isCumulative()) {
            return Series.super.ends(afterMillis, toMillis);
        }
        RangeEnds ends = source.times(afterMillis, toMillis);
        return ends.count() == 0
                ? ends
                : new RangeEnds(
                        ends.count(),
                        ends.firstTimeMillis(),
                        ends.lastTimeMillis(),
                        total(afterMillis),
                        total(toMillis),
                        0,
                        null,
                        null,
                        false);
    }
}
