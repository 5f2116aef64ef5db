package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DerivedSeriesTest {
    private final TableRig rig = new TableRig();

    @Test
    void everyStatisticOfTheTrailingTenSecondsHasASeries() {
        for (int i = 1; i <= 100; i++) {
            rig.push("api.latency:" + i + "|ms|#route:/login");
        }
        rig.tick();

        assertThat(rig.value("api_latency_p50", "route", "/login")).isBetween(49.5, 50.5);
        assertThat(rig.value("api_latency_p75")).isBetween(74.0, 76.0);
        assertThat(rig.value("api_latency_p90")).isBetween(89.0, 91.0);
        assertThat(rig.value("api_latency_p95")).isBetween(94.0, 96.0);
        assertThat(rig.value("api_latency_p99")).isBetween(98.0, 100.0);
        assertThat(rig.value("api_latency_p999")).isBetween(99.0, 100.0);
        assertThat(rig.value("api_latency_min")).isEqualTo(1);
        assertThat(rig.value("api_latency_max")).isEqualTo(100);
        assertThat(rig.value("api_latency_avg")).isEqualTo(50.5);
        assertThat(rig.value("api_latency_count")).isEqualTo(100);
        assertThat(rig.value("api_latency_sum")).isEqualTo(5_050);
        assertThat(rig.series("api_latency_p99").labels())
                .isEqualTo(Labels.of("__name__", "api_latency_p99", "route", "/login"));
    }

    @Test
    void aPercentileIsAbsentExactlyTenSecondsAfterTheLastObservationAndTheCountGoesOn() {
        rig.push("lat:5|ms");
        rig.tick();
        rig.ticks(9);
        assertThat(rig.value("lat_p99")).isEqualTo(5);
        rig.tick();

        assertThat(rig.value("lat_p99")).isNaN();
        assertThat(rig.value("lat_count")).isEqualTo(1);
    }

    @Test
    void pointsOfAPercentileAreTheTicksWhoseWindowHasAnObservation() {
        rig.push("lat:5|ms");
        rig.tick();
        rig.ticks(40);
        rig.push("lat:8|ms");
        rig.tick();
        rig.push("lat:9|ms");
        rig.tick();

        Points points = TableRig.points(rig.series("lat_max"), 0, rig.now());
        assertThat(Arrays.copyOf(points.value, points.size)).containsExactly(5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 8, 9);
        assertThat(points.timeMillis[9]).isEqualTo(TableRig.START + 10_000);
        assertThat(points.timeMillis[10]).isEqualTo(TableRig.START + 42_000);
    }

    @Test
    void aPushedMetricOfThatNameWins() {
        rig.push("lat:5|ms");
        rig.push("lat_p99:777|g");
        rig.tick();

        assertThat(rig.value("lat_p99")).isEqualTo(777);
        assertThat(rig.value("lat_p50")).isEqualTo(5);
    }

    @Test
    void aRecordedMetricOfThatNameWins() {
        rig.push("lat:5|ms");
        rig.tick();
        rig.table.recorded().append(Labels.of("__name__", "lat_p99"), rig.now(), 777);

        assertThat(rig.value("lat_p99")).isEqualTo(777);
    }

    @Test
    void areFoundOnlyBySelectorsThatAskForNames() {
        rig.push("lat:5|ms|#job:a");
        rig.push("hits:5|c|#job:a");
        rig.tick();

        assertThat(names(Matcher.equal("job", "a"))).containsExactlyInAnyOrder("lat", "hits");
        assertThat(names(new Matcher("__name__", Matcher.Op.MATCHES, "lat_p9.*")))
                .containsExactlyInAnyOrder("lat_p90", "lat_p95", "lat_p99", "lat_p999");
        assertThat(names(new Matcher("__name__", Matcher.Op.MATCHES, ".+"))).hasSize(13);
        assertThat(names(new Matcher("__name__", Matcher.Op.NOT_EQUAL, "hits"))).containsExactly("lat");
        assertThat(rig.table.source().labelValues("__name__", List.of(), 0, rig.now()))
                .hasSize(13)
                .contains("lat", "lat_p99", "lat_count", "hits");
        assertThat(rig.table.source().labelValues("job", List.of(), 0, rig.now()))
                .containsExactly("a");
    }

    private List<String> names(Matcher... matchers) {
        return rig.table.source().select(List.of(matchers), 0, rig.now(), 100).stream()
                .map(series -> series.labels().metricName())
                .toList();
    }
}
