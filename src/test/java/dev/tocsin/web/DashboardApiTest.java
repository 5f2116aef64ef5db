package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DashboardApiTest {
    private static final Dashboard HOST = new Dashboard(
            "host",
            "Host",
            new Variables(List.of(
                    new Variable(
                            "cpu",
                            "CPU",
                            new Variable.Source.LabelValues("cpu", "host_cpu", true),
                            true,
                            true,
                            List.of()),
                    new Variable(
                            "w",
                            "w",
                            new Variable.Source.Intervals(List.of("1m", "5m")),
                            false,
                            false,
                            List.of("5m")))),
            List.of(
                    panel("CPU", new Panel.Query("host_cpu", "{{cpu}}")),
                    panel("Growth", average("requests")),
                    panel("Health", average("up")),
                    panel("Rule", average("job:errors_total")),
                    panel("Later", average("not_pushed_yet"))),
            "title: Host\n");

    private final CountingSource source = new CountingSource();
    private final TestServer server = TestServer.serving(new DashboardApi(() -> List.of(HOST), source)::mount);

    private static Panel panel(String title, Panel.Query query) {
        return new Panel(
                title,
                Panel.Kind.GAUGE,
                Panel.Unit.PERCENT,
                List.of(query),
                0,
                0,
                6,
                4,
                List.of(new Panel.Threshold(80, Panel.Severity.WARNING, true)),
                new Panel.Scale(OptionalDouble.empty(), OptionalDouble.of(100)),
                "",
                "host.cpu:42|g");
    }

    private static Panel.Query average(String metric) {
        return new Panel.Query(
                new Panel.Query.Source.OfMetric(new MetricStatistic(
                        metric,
                        Map.of(),
                        Optional.empty(),
                        "5m",
                        Statistic.of("average").orElseThrow())),
                "",
                Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private JsonObject host() {
        return new JsonObject(server.get("/api/v1/dashboards/host").body());
    }

    private JsonObject query(int panel) {
        return host().getJsonArray("panels")
                .getJsonObject(panel)
                .getJsonArray("queries")
                .getJsonObject(0);
    }

    @Test
    void dashboardsAreListed() {
        assertThat(new JsonArray(server.get("/api/v1/dashboards").body()))
                .isEqualTo(new JsonArray("[{\"name\":\"host\",\"title\":\"Host\"}]"));
    }

    @Test
    void oneIsToldWholeWithTheFileThatItStandsIn() {
        JsonObject host = host();

        assertThat(host.getString("yaml")).isEqualTo("title: Host\n");
        assertThat(host.getJsonArray("variables")).isEqualTo(new JsonArray("""
                [{"name": "cpu", "title": "CPU", "multi": true, "all": true, "chosen": [],
                  "kind": "label", "label": "cpu", "of": "host_cpu", "isSelector": true},
                 {"name": "w", "title": "w", "multi": false, "all": false, "chosen": ["5m"],
                  "kind": "intervals", "values": ["1m", "5m"]}]"""));
        assertThat(host.getJsonArray("panels").getJsonObject(0)).isEqualTo(new JsonObject("""
                {"title": "CPU", "kind": "gauge", "unit": "percent",
                 "queries": [{"expr": "host_cpu", "legend": "{{cpu}}"}],
                 "x": 0, "y": 0, "width": 6, "height": 4,
                 "thresholds": [{"value": 80.0, "severity": "warning", "below": true}],
                 "max": 100.0, "text": "", "push": "host.cpu:42|g"}"""));
    }

    @Test
    void theKindOfAMetricDecidesWhatItsAverageIs() {
        assertThat(query(1).getString("expr")).isEqualTo("rate(requests[5m])");
        assertThat(query(2).getString("expr")).isEqualTo("avg_over_time(up[5m])");
    }

    @Test
    void whatOfAMetricMeansThatIsNotKnownYetIsToldOnceItIs() {
        assertThat(query(4)).isEqualTo(new JsonObject("{\"legend\": \"\", \"waitsFor\": \"not_pushed_yet\"}"));

        source.change(memory -> memory.add(Labels.of("__name__", "not_pushed_yet"), TestServer.NOW, 1));
        assertThat(query(4).getString("expr")).isEqualTo("avg_over_time(not_pushed_yet[5m])");
    }

    @Test
    void whatARuleRecordsIsACounterWhereItsNameSaysSo() {
        source.change(memory -> memory.add(Labels.of("__name__", "job:errors_total"), TestServer.NOW, 1));
        assertThat(query(3).getString("expr")).isEqualTo("rate(job:errors_total[5m])");
    }

    @Test
    void oneThatIsNotThereNamesThoseThatAre() {
        HttpResponse<String> gone = server.get("/api/v1/dashboards/gone");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.body()).contains("there is no dashboard \\\"gone\\\"; there is host");
    }
}
