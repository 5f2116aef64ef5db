package dev.tocsin.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OwnMetricsTest {
    private static final long TICK = 1_763_704_800_000L;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Double> appended = new TreeMap<>();
    private final List<String> stale = new ArrayList<>();
    private final OwnMetrics own = new OwnMetrics(registry, new SampleRecorder() {
        @Override
        public void append(Labels labels, long timeMillis, double value) {
            assertThat(timeMillis).isEqualTo(TICK);
            assertThat(appended.put(canonical(labels), value)).isNull();
        }

        @Override
        public void append(Labels labels, long timeMillis, Distribution value) {
            throw new AssertionError("no own metric is a distribution");
        }

        @Override
        public void markStale(Labels labels, long timeMillis) {
            stale.add(labels.toString());
        }
    });

    private static String canonical(Labels labels) {
        return labels.toString().replace(", ", ",");
    }

    @Test
    void seriesAreThoseOfTheMetricsPage() {
        registry.counter("tocsin.samples.accepted", "protocol", "udp").increment(41);
        registry.counter("tocsin.notifications.failed.total").increment();
        Gauge.builder("tocsin.receive.buffer", () -> 8_388_608)
                .baseUnit("bytes")
                .register(registry);
        Timer.builder("tocsin.tick.duration").register(registry).record(1_500, TimeUnit.MICROSECONDS);
        Timer.builder("tocsin.rule.duration")
                .tag("group", "host")
                .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(10))
                .register(registry)
                .record(5, TimeUnit.MILLISECONDS);
        Timer.builder("tocsin.query.duration")
                .publishPercentiles(0.5)
                .register(registry)
                .record(2, TimeUnit.MILLISECONDS);

        own.record(TICK);

        assertThat(appended)
                .containsEntry("tocsin_samples_accepted_total{protocol=\"udp\"}", 41.0)
                .containsEntry("tocsin_notifications_failed_total", 1.0)
                .containsEntry("tocsin_tick_duration_seconds_sum", 0.0015)
                .containsEntry("tocsin_rule_duration_seconds_bucket{group=\"host\",le=\"0.001\"}", 0.0)
                .containsEntry("tocsin_rule_duration_seconds_bucket{group=\"host\",le=\"0.01\"}", 1.0)
                .containsEntry("tocsin_rule_duration_seconds_bucket{group=\"host\",le=\"+Inf\"}", 1.0);
        // Two gauges look at what was recorded, and so differ from one reading to the next.
        Map<String, Double> page = page();
        page.remove("tocsin_own_metrics");
        appended.remove("tocsin_own_metrics");
        assertThat(appended).isEqualTo(page);
    }

    @Test
    void timesAreToldToTheMicrosecond() {
        Timer timer = Timer.builder("tocsin.tick.duration").register(registry);
        timer.record(1_234_567_891, TimeUnit.NANOSECONDS);
        timer.record(400, TimeUnit.NANOSECONDS);

        own.record(TICK);

        assertThat(appended)
                .containsEntry("tocsin_tick_duration_seconds_sum", 1.234568)
                .containsEntry("tocsin_tick_duration_seconds_max", 1.234568)
                .containsEntry("tocsin_tick_duration_seconds_count", 2.0);
    }

    private Map<String, Double> page() {
        Map<String, Double> page = new TreeMap<>();
        registry.scrape().lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            page.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return page;
    }

    @Test
    void aMeterThatIsGoneEndsItsSeriesOnce() {
        var meter = registry.counter("tocsin.gone");
        own.record(TICK);
        registry.remove(meter);
        appended.clear();

        own.record(TICK);
        appended.clear();
        own.record(TICK);

        assertThat(stale).containsExactly("tocsin_gone_total");
        assertThat(appended).doesNotContainKey("tocsin_gone_total");
    }

    @Test
    void aGaugeWithoutANumberHasNoSample() {
        AtomicReference<Double> value = new AtomicReference<>(1.0);
        Gauge.builder("tocsin.sometimes", value::get).register(registry);
        own.record(TICK);
        assertThat(appended).containsEntry("tocsin_sometimes", 1.0);
        appended.clear();
        value.set(Double.NaN);

        own.record(TICK);

        assertThat(appended).doesNotContainKey("tocsin_sometimes");
        assertThat(stale).containsExactly("tocsin_sometimes");
    }

    @Test
    void pastTheBoundSeriesAreLeftOutAndCounted() {
        for (int i = 0; i < OwnMetrics.MAX_SERIES + 10; i++) {
            registry.counter("tocsin.many", "i", Integer.toString(i)).increment();
        }

        own.record(TICK);

        assertThat(appended).hasSize(OwnMetrics.MAX_SERIES);
        // Besides the many there are the two that OwnMetrics brings.
        assertThat(registry.get("tocsin.own.metrics.left.out").counter().count())
                .isEqualTo(12);
    }
}
