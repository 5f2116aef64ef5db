package dev.tocsin.watch;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Records our own metrics as series, under the very names that {@code /metrics} shows, so that rules and panels can use
 * them; times to the microsecond. Confined to the recorder's thread; meters are read while other threads count on.
 */
public final class OwnMetrics {
    /** The most series that are recorded; those of later names are left out, counted, and logged once. */
    static final int MAX_SERIES = 2_000;

    /** Up to it a double tells microseconds. */
    private static final double MOST_SECONDS = 1e9;

    private static final System.Logger LOG = System.getLogger(OwnMetrics.class.getName());

    private final PrometheusMeterRegistry registry;
    private final SampleRecorder recorder;
    private final Counter leftOut;
    private Map<Labels, Double> recorded = new LinkedHashMap<>();
    private Map<Labels, Double> current = new LinkedHashMap<>();
    /** What the points of a scrape are called as series: those of the scrape before, so that little is made anew. */
    private final Map<Point, Labels> known = new HashMap<>();

    private final Set<Labels> counters = new HashSet<>();
    private long previousTickMillis;
    private int leftOutNow;
    /** Read by the registry from other threads. */
    private volatile int recordedCount;

    /** @param label a further one, as a bucket's; empty for none */
    private record Point(
            String metric,
            String suffix,
            io.prometheus.metrics.model.snapshots.Labels labels,
            String label,
            String value) {
        Labels series() {
            Map<String, String> all = new HashMap<>();
            all.put(Labels.NAME, metric + suffix);
            for (Label each : labels) {
                all.put(each.getName(), each.getValue());
            }
            if (!label.isEmpty()) {
                all.put(label, value);
            }
            return Labels.of(all);
        }
    }

    public OwnMetrics(PrometheusMeterRegistry registry, SampleRecorder recorder) {
        this.registry = registry;
        this.recorder = recorder;
        this.leftOut = Counter.builder("tocsin.own.metrics.left.out")
                .description("Own metrics not recorded as series, as there were too many.")
                .register(registry);
        Gauge.builder("tocsin.own.metrics", this, own -> own.recordedCount)
                .description("Own metrics recorded as series.")
                .register(registry);
    }

    /** Appends every own metric's value now at this tick, and ends the series of those that are gone. */
    public void record(long tickMillis) {
        current.clear();
        counters.clear();
        leftOutNow = 0;
        if (known.size() > 2 * MAX_SERIES) {
            known.clear();
        }
        for (MetricSnapshot metric : registry.getPrometheusRegistry().scrape()) {
            collect(metric);
        }
        for (Labels labels : recorded.keySet()) {
            if (!current.containsKey(labels)) {
                recorder.markStale(labels, tickMillis);
                known.values().remove(labels);
            }
        }
        current.forEach((labels, value) -> {
            if (counters.contains(labels) && previousTickMillis > 0 && !recorded.containsKey(labels)) {
                // It was 0 until now: only so does increase() see its first counts.
                recorder.append(labels, previousTickMillis, 0);
            }
            recorder.append(labels, tickMillis, value.doubleValue());
        });
        previousTickMillis = tickMillis;
        Map<Labels, Double> spare = recorded;
        recorded = current;
        current = spare;
        recordedCount = recorded.size();
        if (leftOutNow > 0) {
            if (leftOut.count() == 0) {
                LOG.log(Level.WARNING, "{0} own metrics more than {1} are no series", leftOutNow, MAX_SERIES);
            }
            leftOut.increment(leftOutNow);
        }
    }

    private void collect(MetricSnapshot metric) {
        String name = metric.getMetadata().getPrometheusName();
        switch (metric) {
            case CounterSnapshot counter ->
                counter.getDataPoints().forEach(point -> {
                    Labels labels = labels(name, "_total", point, "", "");
                    put(labels, point.getValue());
                    counters.add(labels);
                });
            case GaugeSnapshot gauge ->
                gauge.getDataPoints().forEach(point -> put(name, "", point, inMicroseconds(name, point.getValue())));
            case HistogramSnapshot histogram ->
                histogram.getDataPoints().forEach(point -> {
                    putBuckets(name, point);
                    putCountAndSum(name, point);
                });
            case SummarySnapshot summary ->
                summary.getDataPoints().forEach(point -> {
                    for (Quantile quantile : point.getQuantiles()) {
                        String number = number(quantile.getQuantile());
                        put(labels(name, "", point, "quantile", number), quantile.getValue());
                    }
                    putCountAndSum(name, point);
                });
            case InfoSnapshot info -> info.getDataPoints().forEach(point -> put(name, "_info", point, 1));
            case UnknownSnapshot unknown ->
                unknown.getDataPoints().forEach(point -> put(name, "", point, point.getValue()));
            default -> {
                // State sets: Micrometer makes none.
            }
        }
    }

    private void putBuckets(String name, HistogramSnapshot.HistogramDataPointSnapshot point) {
        ClassicHistogramBuckets buckets = point.getClassicBuckets();
        long cumulative = 0;
        for (int i = 0; i < buckets.size(); i++) {
            cumulative += buckets.getCount(i);
            put(labels(name, "_bucket", point, "le", number(buckets.getUpperBound(i))), (double) cumulative);
        }
    }

    private void putCountAndSum(String name, DistributionDataPointSnapshot point) {
        if (point.hasCount()) {
            put(name, "_count", point, (double) point.getCount());
        }
        if (point.hasSum()) {
            put(name, "_sum", point, inMicroseconds(name, point.getSum()));
        }
    }

    /** Of times what is finer says nothing, and would be a third of what they take in history. */
    private static double inMicroseconds(String name, double value) {
        boolean time = name.endsWith("_seconds") || name.endsWith("_seconds_max");
        return time && Math.abs(value) < MOST_SECONDS ? Math.rint(value * 1e6) / 1e6 : value;
    }

    private void put(String metric, String suffix, DataPointSnapshot point, double value) {
        put(labels(metric, suffix, point, "", ""), value);
    }

    /** A gauge whose subject is gone has no number, and so no sample. */
    private void put(Labels labels, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        if (current.size() < MAX_SERIES) {
            current.put(labels, value);
        } else {
            leftOutNow++;
        }
    }

    private Labels labels(String metric, String suffix, DataPointSnapshot point, String label, String value) {
        return known.computeIfAbsent(new Point(metric, suffix, point.getLabels(), label, value), Point::series);
    }

    /** As Prometheus' text format writes it. */
    private static String number(double value) {
        return value == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(value);
    }
}
