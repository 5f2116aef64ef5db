package dev.tocsin.series;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import dev.tocsin.core.Statistic;

/**
 * One {@link Statistic} of a distribution as a plain series, computed when it is read. {@code _count} and {@code _sum}
 * are running totals. The others look back over the percentile window, or over a whole grid step where history is
 * coarser than that, and have no point where nothing was observed in it. Any thread.
 */
final class DerivedSeries implements Series {
    private final DistributionSeries source;
    private final Statistic statistic;
    private final Labels labels;

    DerivedSeries(DistributionSeries source, Statistic statistic) {
        this.source = source;
        this.statistic = statistic;
        this.labels = source.labels().with(Labels.NAME, source.metric().name + statistic.suffix());
    }

    @Override
    public Labels labels() {
        return labels;
    }

    DistributionSeries source() {
        return source;
    }

    /** The column of the totals, or -1 for what looks back over a window. */
    private int column() {
        return switch (statistic) {
            case COUNT -> DistributionSeries.COUNT;
            case SUM -> DistributionSeries.SUM;
            default -> -1;
        };
    }

    @Override
    public boolean newest(long afterMillis, long atMillis, Points into) {
        Timeline timeline = source.timeline();
        Horizon h = timeline.horizon();
        TickScale scale = timeline.scale();
        int tick = h.floor(scale.floor(atMillis));
        if (tick == Horizon.NONE || tick <= scale.floor(afterMillis)) {
            return false;
        }
        int column = column();
        return column >= 0 ? source.totals().reader(column, h).readAt(tick, scale, into) : window(h, tick, into);
    }

    @Override
    public boolean hasSameNewest(long earlierMillis, long laterMillis) {
        return source.hasSameNewest(earlierMillis, laterMillis);
    }

    private boolean window(Horizon h, int tick, Points into) {
        Timeline timeline = source.timeline();
        int window = Math.max(timeline.percentileTicks(), h.stepAt(tick));
        Distribution observed = source.between(tick - window, tick);
        if (observed == null) {
            return false;
        }
        into.add(timeline.scale().millis(tick), statistic.of(observed));
        return true;
    }

    @Override
    public void read(long afterMillis, long toMillis, Points into) {
        Timeline timeline = source.timeline();
        Horizon h = timeline.horizon();
        TickScale scale = timeline.scale();
        int column = column();
        if (column >= 0) {
            source.totals().reader(column, h).read(scale.floor(afterMillis), scale.floor(toMillis), scale, into);
            return;
        }
        int end = Math.min(scale.floor(toMillis), h.closed());
        int after = scale.floor(afterMillis);
        for (int t = h.next(after); t <= end; t = h.next(t)) {
            if (!window(h, t, into)) {
                // Nothing to look at before the next observation.
                int next = source.nextObservation(t);
                t = next == Integer.MAX_VALUE ? end : Math.max(t, h.floor(next - 1));
            }
        }
    }

    @Override
    public RangeEnds ends(long afterMillis, long toMillis) {
        int column = column();
        if (column < 0) {
            return Series.super.ends(afterMillis, toMillis);
        }
        TickScale scale = source.timeline().scale();
        return source.totals()
                .reader(column, source.timeline().horizon())
                .ends(scale.floor(afterMillis), scale.floor(toMillis), scale);
    }
}
