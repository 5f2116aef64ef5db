package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code completeness(metric[5m])}: which share of the samples offered to this process in the window was not dropped,
 * from 0 to 1, for each series of the metric that has a sample in the window. Not in Prometheus.
 *
 * <p>It is the same for every metric: nobody knows what was in a datagram that the kernel threw away, so it counts
 * against all. Taken from the process' own counters, each as it grew in the window, for each socket:
 *
 * <pre>
 *   received = tocsin_samples_accepted_total + tocsin_samples_rejected_total + tocsin_samples_dropped_total
 *   unseen   = tocsin_udp_kernel_drops_total × received / tocsin_udp_datagrams_total
 *   lost     = tocsin_samples_dropped_total + tocsin_samples_rejected_total{reason="overloaded"} + unseen
 *   completeness = 1 − Σ lost / Σ (received + unseen)
 * </pre>
 *
 * A datagram that was not seen counts as many samples as those seen by its socket had on average, or one where it saw
 * none. Samples refused for what they are (malformed, of an unknown type, …) were not dropped. Where nothing was offered,
 * nothing was lost: 1. One use; confined to the query's thread.
 */
final class Completeness {
    private static final String ACCEPTED = "tocsin_samples_accepted_total";
    private static final String REJECTED = "tocsin_samples_rejected_total";
    private static final String DROPPED = "tocsin_samples_dropped_total";
    private static final String KERNEL_DROPS = "tocsin_udp_kernel_drops_total";
    private static final String DATAGRAMS = "tocsin_udp_datagrams_total";
    private static final List<String> COUNTERS = List.of(ACCEPTED, REJECTED, DROPPED, KERNEL_DROPS, DATAGRAMS);

    /** How far back a counter's value before the window may lie. */
    private static final long LOOK_BACK_MILLIS = 300_000;

    /** What one socket counted in the window. */
    private static final class Socket {
        double received;
        double lost;
        double kernelDrops;
        double datagrams;

        void add(String counter, Labels labels, double grown) {
            switch (counter) {
                case KERNEL_DROPS -> kernelDrops += grown;
                case DATAGRAMS -> datagrams += grown;
                default -> {
                    received += grown;
                    boolean overloaded = labels.get("reason").equals("overloaded");
                    lost += counter.equals(DROPPED) || overloaded ? grown : 0;
                }
            }
        }

        double unseen() {
            return kernelDrops * (datagrams > 0 ? received / datagrams : 1);
        }
    }

    private final Ranges ranges;
    private final Map<String, List<Series>> counters = new HashMap<>();
    private final Points before = new Points();
    /** By step; NaN where not asked yet. */
    private final double[] shares;

    private Completeness(Evaluation evaluation, Ranges ranges) {
        this.ranges = ranges;
        Steps steps = ranges.steps();
        shares = new double[steps.count()];
        Arrays.fill(shares, Double.NaN);
        if (steps.count() > 0) {
            long after = ranges.firstEnd() - ranges.rangeMillis() - LOOK_BACK_MILLIS;
            long to = ranges.end(steps.count() - 1);
            for (String counter : COUNTERS) {
                counters.put(counter, evaluation.select(List.of(Matcher.equal(Labels.NAME, counter)), after, to));
            }
        }
    }

    static Grid evaluate(Evaluation evaluation, Expr.Call call, Steps steps) {
        Ranges ranges = evaluation.ranges(call.args().getFirst(), steps);
        Completeness completeness = new Completeness(evaluation, ranges);
        Grid grid = new Grid(steps.count(), ranges.series().size(), evaluation.budget);
        for (Series series : ranges.series()) {
            int row = grid.addRow(series.labels(), true);
            ranges.forEachEnds(series, (step, ends) -> grid.set(row, step, completeness.share(step)));
        }
        return grid;
    }

    private double share(int step) {
        if (Double.isNaN(shares[step])) {
            long to = ranges.end(step);
            shares[step] = share(to - ranges.rangeMillis(), to);
        }
        return shares[step];
    }

    private double share(long afterMillis, long toMillis) {
        Map<String, Socket> sockets = new HashMap<>();
        counters.forEach((counter, series) -> {
            for (Series one : series) {
                ranges.budget().work(1);
                sockets.computeIfAbsent(one.labels().get("socket"), s -> new Socket())
                        .add(counter, one.labels(), growth(one, afterMillis, toMillis));
            }
        });
        double offered = 0;
        double lost = 0;
        for (Socket socket : sockets.values()) {
            offered += socket.received + socket.unseen();
            lost += socket.lost + socket.unseen();
        }
        return offered > 0 ? 1 - lost / offered : 1;
    }

    /** What a counter grew by, resets corrected; not extrapolated, and from its value at the window's beginning on. */
    private double growth(Series counter, long afterMillis, long toMillis) {
        RangeEnds ends = counter.ends(afterMillis, toMillis);
        if (ends.count() == 0 || ends.mixed() || ends.growth() != null) {
            return 0;
        }
        double grown = ends.lastValue() - ends.firstValue() + ends.resetCorrection();
        before.reset();
        if (counter.newest(afterMillis - LOOK_BACK_MILLIS, afterMillis, before)) {
            double from = before.value[0];
            grown += ends.firstValue() >= from ? ends.firstValue() - from : ends.firstValue();
        }
        return grown;
    }
}
