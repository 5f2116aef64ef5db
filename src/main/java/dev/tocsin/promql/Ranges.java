package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import dev.tocsin.promql.Value.MatrixSeries;
import dev.tocsin.promql.Value.MatrixValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A range vector at each step: series, and the left-open window of each step in which they are looked at. Confined to
 * the query's thread.
 *
 * @param nameDropped for each series whether its name goes when the query ends; empty where none does
 * @param firstEnd end of the first step's window
 * @param fixed whether all steps look at the first one's window
 */
record Ranges(
        List<Series> series,
        List<Boolean> nameDropped,
        Steps steps,
        long firstEnd,
        long rangeMillis,
        boolean fixed,
        Budget budget) {

    long end(int step) {
        return fixed ? firstEnd : firstEnd + step * steps.stepMillis();
    }

    boolean nameDropped(int i) {
        return !nameDropped.isEmpty() && nameDropped.get(i);
    }

    /** What is to be done with one window. Points [from, to) of {@code points} are those inside. */
    interface PerWindow {
        void accept(int step, Points points, int from, int to);
    }

    /** Walks a series' windows from the first step to the last; its points are read once. */
    void forEachWindow(Series one, Points buffer, PerWindow action) {
        if (steps.count() == 0) {
            return;
        }
        buffer.reset();
        int last = steps.count() - 1;
        one.read(firstEnd - rangeMillis, end(last), buffer);
        budget.work(buffer.size);
        int from = 0;
        int to = 0;
        for (int step = 0; step <= last; step++) {
            long end = end(step);
            while (to < buffer.size && buffer.timeMillis[to] <= end) {
                to++;
            }
            while (from < to && buffer.timeMillis[from] <= end - rangeMillis) {
                from++;
            }
            if (from < to) {
                action.accept(step, buffer, from, to);
            }
        }
    }

    /** What is to be done with the ends of one window that holds points. */
    interface PerEnds {
        void accept(int step, RangeEnds ends);
    }

    /** Walks a series' windows where only their ends matter. */
    void forEachEnds(Series one, PerEnds action) {
        RangeEnds ends = RangeEnds.NONE;
        for (int step = 0; step < steps.count(); step++) {
            if (step == 0 || !fixed) {
                ends = one.ends(end(step) - rangeMillis, end(step), ends);
                budget.work(1);
            }
            if (ends.count() > 0) {
                action.accept(step, ends);
            }
        }
    }

    /** The first step's windows as a query's result. */
    MatrixValue value(Span span) {
        List<MatrixSeries> result = new ArrayList<>();
        Set<Labels> seen = new HashSet<>();
        for (int i = 0; i < series.size(); i++) {
            Points points = new Points();
            series.get(i).read(firstEnd - rangeMillis, firstEnd, points);
            budget.work(points.size);
            budget.hold(points.size * Points.BYTES_PER_POINT);
            if (points.size > 0) {
                Labels stored = series.get(i).labels();
                Labels labels = nameDropped(i) ? stored.withoutName() : stored;
                if (!seen.add(labels)) {
                    throw PromqlException.execution(span, "vector cannot contain metrics with the same labelset");
                }
                result.add(new MatrixSeries(labels, points));
            }
        }
        return new MatrixValue(result);
    }
}
