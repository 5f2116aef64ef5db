package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Value.MatrixSeries;
import dev.tocsin.promql.Value.MatrixValue;
import dev.tocsin.promql.Value.VectorSample;
import dev.tocsin.promql.Value.VectorValue;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompletenessTest {
    private final MemorySource source = new MemorySource();
    private final Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT);

    @BeforeEach
    void aMetricOfTwoHosts() {
        for (long time = 0; time <= 600_000; time += 10_000) {
            source.add(Labels.of("__name__", "cpu", "host", "a"), time, 1);
            source.add(Labels.of("__name__", "cpu", "host", "b"), time, 2);
        }
    }

    /** A counter's values each ten seconds from time 0 on. */
    private void counter(String name, String socket, double... values) {
        for (int i = 0; i < values.length; i++) {
            source.add(Labels.of("__name__", name, "socket", socket), i * 10_000L, values[i]);
        }
    }

    private List<VectorSample> at(String expression, long seconds) {
        Value value = evaluator
                .instant(Promql.parse(expression), seconds * 1_000, QueryOptions.DEFAULT)
                .value();
        return ((VectorValue) value).samples();
    }

    private double share(String expression, long seconds) {
        return at(expression, seconds).getFirst().value();
    }

    @Test
    void isOneForEachSeriesWhereNothingWasOffered() {
        assertThat(at("completeness(cpu[1m])", 60))
                .containsExactly(
                        new VectorSample(Labels.of("host", "a"), 60_000, 1, null),
                        new VectorSample(Labels.of("host", "b"), 60_000, 1, null));
    }

    @Test
    void aSeriesWithoutASampleInTheWindowHasNone() {
        assertThat(at("completeness(cpu[1m])", 700)).isEmpty();
    }

    @Test
    void aDatagramNotSeenCountsAsManySamplesAsTheSocketsOthersDo() {
        counter("tocsin_samples_accepted_total", "udp-0", 0, 300);
        counter("tocsin_udp_datagrams_total", "udp-0", 0, 10);
        counter("tocsin_udp_kernel_drops_total", "udp-0", 0, 2);
        counter("tocsin_samples_accepted_total", "http", 0, 40);

        // 2 × 30 samples not seen of 300 + 40 + 60.
        assertThat(share("completeness(cpu[1m])", 30)).isEqualTo(1 - 60 / 400.0, within(1e-12));
    }

    @Test
    void aSocketThatSawNoneLosesOneSampleForEachDatagram() {
        counter("tocsin_samples_accepted_total", "http", 0, 30);
        counter("tocsin_udp_kernel_drops_total", "udp-0", 0, 10);

        assertThat(share("completeness(cpu[1m])", 30)).isEqualTo(0.75, within(1e-12));
    }

    @Test
    void whatIsRefusedForWhatItIsWasNotDropped() {
        counter("tocsin_samples_accepted_total", "udp-0", 0, 80);
        source.add(rejected("overloaded"), 0, 0);
        source.add(rejected("overloaded"), 10_000, 5);
        source.add(rejected("malformed"), 0, 0);
        source.add(rejected("malformed"), 10_000, 10);
        counter("tocsin_samples_dropped_total", "udp-0", 0, 5);

        assertThat(share("completeness(cpu[1m])", 30)).isEqualTo(0.9, within(1e-12));
    }

    private static Labels rejected(String reason) {
        return Labels.of("__name__", "tocsin_samples_rejected_total", "socket", "udp-0", "reason", reason);
    }

    @Test
    void growthIsTakenFromTheValueAtTheBeginningOfTheWindow() {
        counter("tocsin_samples_accepted_total", "udp-0", 0, 100, 200, 300);
        counter("tocsin_samples_dropped_total", "udp-0", 0, 0, 100, 100);

        // (10 s, 20 s]: 100 taken, 100 dropped; its only point is the one at 20 s.
        assertThat(share("completeness(cpu[10s])", 20)).isEqualTo(0.5, within(1e-12));
        assertThat(share("completeness(cpu[10s])", 30)).isEqualTo(1);
        assertThat(share("completeness(cpu[10s] offset 10s)", 30)).isEqualTo(0.5, within(1e-12));
    }

    @Test
    void aRestartedCounterGrewByWhatItHasSince() {
        counter("tocsin_samples_accepted_total", "udp-0", 1_000, 1_090, 90);
        counter("tocsin_samples_dropped_total", "udp-0", 50, 50, 20);

        // Taken: 90 and 90; dropped: 20.
        assertThat(share("completeness(cpu[20s])", 20)).isEqualTo(1 - 20 / 200.0, within(1e-12));
    }

    @Test
    void aRangeQueryLooksAtEachStepsOwnWindow() {
        counter("tocsin_samples_accepted_total", "udp-0", 0, 100, 200, 300);
        counter("tocsin_samples_dropped_total", "udp-0", 0, 0, 100, 100);

        Value value = evaluator
                .range(Promql.parse("completeness(cpu{host=\"a\"}[10s])"), 10_000, 30_000, 10_000, QueryOptions.DEFAULT)
                .value();

        MatrixSeries only = ((MatrixValue) value).series().getFirst();
        Points points = only.points();
        assertThat(List.of(points.value[0], points.value[1], points.value[2])).containsExactly(1.0, 0.5, 1.0);
    }
}
