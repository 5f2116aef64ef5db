package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.series.TsdbStatus;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The calls that Grafana's Prometheus data source makes, as it makes them: queries and label look-ups as POSTed forms
 * (its default), the rest by GET; times as Unix seconds, steps as a number of seconds, ranges as Go prints durations.
 */
class GrafanaCallsTest {
    private static final long T = TestServer.NOW;
    private static final String WINDOW = "&start=" + (T / 1_000 - 3_600) + "&end=" + T / 1_000;

    private final CountingSource source = new CountingSource();
    private final TestServer server = new TestServer();

    @BeforeEach
    void start() {
        source.change(memory -> {
            for (int i = 0; i <= 360; i++) {
                long time = T - 3_600_000 + i * 10_000L;
                memory.add(Labels.of("__name__", "http_requests_total", "job", "api", "instance", "a:80"), time, i * 5);
                memory.add(Labels.of("__name__", "http_requests_total", "job", "web", "instance", "b:80"), time, i);
                memory.add(Labels.of("__name__", "up", "job", "api", "k8s.pod", "p_1"), time, 1);
            }
        });
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        StatusApi status = new StatusApi(
                "3.0.0",
                T,
                Duration.ofSeconds(1),
                8125,
                Map.of(),
                () -> new StatusApi.ConfigStatus(true, T),
                top -> new TsdbStatus(
                        new TsdbStatus.HeadStats(3, 6, 3, 1, 2), List.of(), List.of(), List.of(), List.of()),
                pool);
        server.start(
                HttpSettings.DEFAULT,
                List.of(
                        new QueryApi(new Evaluator(source, QueryLimits.DEFAULT, Clock.system()), pool, server.clock)
                                ::mount,
                        new SeriesApi(source, ScrapeTargets.NONE, pool)::mount,
                        status::mount),
                PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void saveAndTestAsksForOnePlusOneAndTheBuild() {
        assertThat(form("query", "query=1%2B1&time=" + T / 1_000))
                .isEqualTo("{\"resultType\":\"scalar\",\"result\":[1732165200,\"2\"]}");
        assertThat(new JsonObject(get("status/buildinfo")).getString("version")).isEqualTo("3.0.0");
    }

    @Test
    void aPanelAsksForARangeWithItsRateInterval() {
        String query = encode("sum by (job) (rate(http_requests_total{instance=~\"a:80|b:80\"}[1m0s]))");
        String range = "query=" + query + "&start=" + (T / 1_000 - 30) + "&end=" + T / 1_000 + "&step=15";
        String expected = "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"job\":\"api\"},\"values\":"
                + "[[1732165170,\"0.5\"],[1732165185,\"0.5\"],[1732165200,\"0.5\"]]},"
                + "{\"metric\":{\"job\":\"web\"},\"values\":"
                + "[[1732165170,\"0.1\"],[1732165185,\"0.1\"],[1732165200,\"0.1\"]]}]}";
        assertThat(form("query_range", range)).isEqualTo(expected);
        assertThat(get("query_range?" + range)).isEqualTo(expected);
        String fractional = "query=up&start=" + (T / 1_000 - 1) + ".25&end=" + T / 1_000 + ".0&step=0.5";
        assertThat(form("query_range", fractional)).contains("[[1732165199.250,\"1\"],[1732165199.750,\"1\"]]");
    }

    @Test
    void aTableOrStatPanelAsksForAnInstant() {
        String query = encode("topk(1, increase(http_requests_total[5m0s]))");
        assertThat(form("query", "query=" + query + "&time=" + T / 1_000 + ".500&timeout=30s"))
                .contains("\"instance\":\"a:80\"")
                .contains("[1732165200.500,");
    }

    @Test
    void theLabelBrowserListsMetricsLabelsAndValuesThatASelectorLeaves() {
        String selector = encode("{__name__=\"http_requests_total\",job=\"api\"}");
        assertThat(get("label/__name__/values?limit=40000" + WINDOW)).isEqualTo("[\"http_requests_total\",\"up\"]");
        assertThat(form("labels", "match%5B%5D=" + selector + "&limit=40000" + WINDOW))
                .isEqualTo("[\"__name__\",\"instance\",\"job\"]");
        assertThat(get("labels?match%5B%5D=" + selector + WINDOW)).isEqualTo("[\"__name__\",\"instance\",\"job\"]");
        assertThat(get("label/instance/values?match%5B%5D=" + selector + WINDOW))
                .isEqualTo("[\"a:80\"]");
        assertThat(form("series", "match%5B%5D=" + selector + "&limit=40000" + WINDOW))
                .isEqualTo("[{\"__name__\":\"http_requests_total\",\"instance\":\"a:80\",\"job\":\"api\"}]");
        assertThat(get("metadata?limit=40000&limit_per_metric=1")).contains("\"up\":[{\"type\":\"gauge\"");
        assertThat(get("metadata?metric=up")).startsWith("{\"up\":");
    }

    @Test
    void aLabelOfAnyTextIsAskedForEscaped() {
        assertThat(get("label/U__k8s_2e_pod/values?x=1" + WINDOW)).isEqualTo("[\"p_1\"]");
        assertThat(get("labels?match%5B%5D=" + encode("{\"up\",\"k8s.pod\"=~\"p.*\"}") + WINDOW))
                .isEqualTo("[\"__name__\",\"job\",\"k8s.pod\"]");
        assertThat(EscapedName.unescape("U__a__b_20ac_")).isEqualTo("a_b€");
        assertThat(EscapedName.unescape("U__a_b")).isEqualTo("U__a_b");
        assertThat(EscapedName.unescape("U___d800_")).isEqualTo("U___d800_");
    }

    @Test
    void variablesAreFilledFromLabelsSeriesAndResults() {
        // label_values(job), label_values(http_requests_total, job), metrics(.*), query_result(…)
        assertThat(get("label/job/values?x=1" + WINDOW)).isEqualTo("[\"api\",\"web\"]");
        assertThat(get("label/job/values?match%5B%5D=http_requests_total" + WINDOW))
                .isEqualTo("[\"api\",\"web\"]");
        assertThat(form("series", "match%5B%5D=up" + WINDOW)).contains("\"job\":\"api\"");
        assertThat(get("label/__name__/values?match%5B%5D=" + encode("{__name__=~\".*requests.*\"}") + WINDOW))
                .isEqualTo("[\"http_requests_total\"]");
        assertThat(form("query", "query=" + encode("count by (job) (up)") + "&time=" + T / 1_000))
                .isEqualTo("{\"resultType\":\"vector\",\"result\":["
                        + "{\"metric\":{\"job\":\"api\"},\"value\":[1732165200,\"1\"]}]}");
    }

    @Test
    void exemplarsAreAskedForAndThereAreNone() {
        assertThat(form("query_exemplars", "query=up" + WINDOW)).isEqualTo("[]");
        assertThat(get("query_exemplars?query=up" + WINDOW)).isEqualTo("[]");
    }

    @Test
    void theQueryEditorParsesAndFormats() {
        assertThat(form("format_query", "query=" + encode("sum(up)by(job)"))).isEqualTo("\"sum by (job) (up)\"");
        assertThat(get("parse_query?query=" + encode("-sum by (a) (rate(up{b!=\"c\"}[5m] @ end() offset 1m))")))
                .isEqualTo("{\"type\":\"unaryExpr\",\"op\":\"-\",\"expr\":{\"type\":\"aggregation\",\"op\":\"sum\","
                        + "\"expr\":{\"type\":\"call\",\"func\":{\"name\":\"rate\",\"argTypes\":[\"matrix\"],"
                        + "\"variadic\":0,\"returnType\":\"vector\"},\"args\":[{\"type\":\"matrixSelector\","
                        + "\"name\":\"up\",\"matchers\":[{\"name\":\"b\",\"value\":\"c\",\"type\":\"!=\"},"
                        + "{\"name\":\"__name__\",\"value\":\"up\",\"type\":\"=\"}],\"offset\":60000,"
                        + "\"timestamp\":null,\"startOrEnd\":\"end\",\"range\":300000}]},\"param\":null,"
                        + "\"grouping\":[\"a\"],\"without\":false}}");
        assertThat(get("parse_query?query=" + encode("(a == bool on (x) group_left (y) b[5m:1m] @ 1.5)")))
                .isEmpty();
        assertThat(get("parse_query?query=" + encode("(a == bool on (x) group_left (y) b @ 1.5)")))
                .contains("\"matching\":{\"card\":\"many-to-one\",\"labels\":[\"x\"],\"on\":true,"
                        + "\"include\":[\"y\"]},\"bool\":true")
                .contains("\"timestamp\":1500");
        assertThat(get("parse_query?query=" + encode("quantile(0.5, max_over_time(a[5m:1m]))")))
                .contains("\"param\":{\"type\":\"numberLiteral\",\"val\":\"0.5\"}")
                .contains("\"range\":300000,\"step\":60000");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String get(String path) {
        return data(server.get("/api/v1/" + path));
    }

    private String form(String path, String body) {
        return data(server.post("/api/v1/" + path, "application/x-www-form-urlencoded", body));
    }

    /** The data of an answer as it was sent; empty of an error. */
    private static String data(HttpResponse<String> answer) {
        String start = "{\"status\":\"success\",\"data\":";
        String body = answer.body();
        return body.startsWith(start) ? body.substring(start.length(), body.length() - 1) : "";
    }
}
