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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Records our own metrics as series, under the very names that {@code /metrics} shows, so that rules and panels can use
 * them. Confined to the recorder's thread; meters are read while other threads count on.
 */
public final class OwnMetrics {
    /** The most series that are recorded; those of later names are left out, counted, and logged once. */
    static final int MAX_SERIES = 2_000;

    private static final System.Logger LOG = System.getLogger(OwnMetrics.class.getName());

    private final PrometheusMeterRegistry registry;
    private final SampleRecorder recorder;
    private final Counter leftOut;
    private Map<Labels, Double> recorded = new LinkedHashMap<>();
    private Map<Labels, Double> current = new LinkedHashMap<>();
    private final Set<Labels> counters = new HashSet<>();
    private long previousTickMillis;
    private int leftOutNow;
    /** Read by the registry from other threads. */
    private volatile int recordedCount;

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
        Set<Labels> before = Set.copyOf(recorded.keySet());
        leftOutNow = 0;
        for (MetricSnapshot metric : registry.getPrometheusRegistry().scrape()) {
            collect(metric);
        }
        Set<Labels> gone = recorded.keySet();
        gone.removeAll(current.keySet());
        gone.forEach(labels -> recorder.markStale(labels, tickMillis));
        current.forEach((labels, value) -> {
            if (counters.contains(labels) && previousTickMillis > 0 && !before.contains(labels)) {
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
                    put(name + "_total", point, point.getValue());
                    counters.add(labels(name + "_total", point));
                });
            case GaugeSnapshot gauge -> gauge.getDataPoints().forEach(point -> put(name, point, point.getValue()));
            case HistogramSnapshot histogram ->
                histogram.getDataPoints().forEach(point -> {
                    putBuckets(name, point);
                    putCountAndSum(name, point);
                });
            case SummarySnapshot summary ->
                summary.getDataPoints().forEach(point -> {
                    for (Quantile quantile : point.getQuantiles()) {
                        put(labels(name, point).with("quantile", number(quantile.getQuantile())), quantile.getValue());
                    }
                    putCountAndSum(name, point);
                });
            case InfoSnapshot info -> info.getDataPoints().forEach(point -> put(name + "_info", point, 1));
            case UnknownSnapshot unknown ->
                unknown.getDataPoints().forEach(point -> put(name, point, point.getValue()));
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
            put(labels(name + "_bucket", point).with("le", number(buckets.getUpperBound(i))), (double) cumulative);
        }
    }

    private void putCountAndSum(String name, DistributionDataPointSnapshot point) {
        if (point.hasCount()) {
            put(name + "_count", point, (double) point.getCount());
        }
        if (point.hasSum()) {
            put(name + "_sum", point, point.getSum());
        }
    }

    private void put(String name, DataPointSnapshot point, double value) {
        put(labels(name, point), value);
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

    private static Labels labels(String name, DataPointSnapshot point) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(Labels.NAME, name);
        for (Label label : point.getLabels()) {
            labels.put(label.getName(), label.getValue());
        }
        return Labels.of(labels);
    }

    /** As Prometheus' text format writes it. */
    private static String number(double value) {
        return value == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(value);
    }
}
