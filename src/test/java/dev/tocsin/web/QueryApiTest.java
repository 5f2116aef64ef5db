package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What queries are answered, in Prometheus' words. */
class QueryApiTest extends QueryFixture {
    @Test
    void anInstantVectorIsToldAsPrometheusTellsIt() {
        HttpResponse<String> answer = server.get("/api/v1/query?query=up&time=1732165199.5");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"api\"},\"value\":[1732165199.500,\"1\"]},"
                                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"db\"},\"value\":[1732165199.500,\"1.5e-07\"]}]}}");
    }

    @Test
    void scalarsAndStringsAreToldAsPrometheusTellsThem() {
        assertThat(server.get("/api/v1/query?query=1%2F0").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\","
                        + "\"result\":[1732165200,\"+Inf\"]}}");
        assertThat(server.get("/api/v1/query?query=%22%C3%A4%22").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"string\","
                        + "\"result\":[1732165200,\"ä\"]}}");
    }

    @Test
    void distributionsAreToldAsNativeHistograms() {
        assertThat(server.get("/api/v1/query?query=latency").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                        + "{\"metric\":{\"__name__\":\"latency\"},\"histogram\":[1732165200,{\"count\":\"4\","
                        + "\"sum\":\"102\",\"buckets\":[[3,\"0\",\"0\",\"1\"],[1,\"1\",\"1.0625\",\"2\"],"
                        + "[1,\"100\",\"104\",\"1\"]]}]}]}}");
    }

    @Test
    void bucketsBetweenExplicitBoundsAreOpenOnTheLeft() {
        source.change(memory -> memory.add(
                Labels.of("__name__", "explicit"),
                T,
                Distribution.of(
                        BucketLayout.ofBounds(0.5, 2),
                        new int[] {0, 1, 2},
                        new double[] {1, 2, 3},
                        9,
                        Double.NaN,
                        Double.NaN)));
        assertThat(server.get("/api/v1/query?query=explicit").body())
                .contains("{\"count\":\"6\",\"sum\":\"9\",\"buckets\":[[0,\"-Inf\",\"0.5\",\"1\"],"
                        + "[0,\"0.5\",\"2\",\"2\"],[0,\"2\",\"+Inf\",\"3\"]]}");
    }

    @Test
    void aRangeIsToldByFormAsByQuery() {
        String expected = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},"
                + "\"values\":[[1732165190,\"0\"],[1732165195,\"1\"],[1732165200,\"0\"]]}]}}";
        String parameters = "query=sum(up%7Bjob%3D%22api%22%7D)&start=1732165190&end=2024-11-21T05:00:00Z&step=5s";
        assertThat(server.get("/api/v1/query_range?" + parameters).body()).isEqualTo(expected);
        assertThat(server.post("/api/v1/query_range", "application/x-www-form-urlencoded", parameters)
                        .body())
                .isEqualTo(expected);
    }

    @Test
    void aRangeOfDistributionsIsToldUnderItsOwnKey() {
        JsonObject series = new JsonObject(
                        server.get("/api/v1/query_range?query=latency&start=1732165200&end=1732165200&step=1")
                                .body())
                .getJsonObject("data")
                .getJsonArray("result")
                .getJsonObject(0);
        assertThat(series.fieldNames()).containsExactly("metric", "histograms");
    }

    @Test
    void limitCutsAndSaysSo() {
        JsonObject body =
                new JsonObject(server.get("/api/v1/query?query=up&limit=1").body());
        assertThat(body.getJsonObject("data").getJsonArray("result")).hasSize(1);
        assertThat(body.getJsonArray("warnings")).containsExactly("results truncated due to limit");
    }

    @Test
    void lookbackOfTheRequestIsTaken() {
        String later = Long.toString(T / 1_000 + 20);
        assertThat(result(server.get("/api/v1/query?query=latency&time=" + later)))
                .hasSize(1);
        assertThat(result(server.get("/api/v1/query?query=latency&lookback_delta=10s&time=" + later)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query?query=up%20%2B | 400 | bad_data | invalid parameter \"query\": 1:5: parse error: *",
                "query | 400 | bad_data | invalid parameter \"query\": *",
                "query?query=up&time=soon | 400 | bad_data | invalid parameter \"time\": cannot parse \"soon\" to a valid timestamp",
                "query?query=up&time=NaN | 400 | bad_data | invalid parameter \"time\": cannot parse \"NaN\" to a valid timestamp",
                "query?query=up&time=1e300 | 400 | bad_data | invalid parameter \"time\": cannot parse \"1e300\" to a valid timestamp",
                "query?query=up&limit=-1 | 400 | bad_data | invalid parameter \"limit\": cannot parse \"-1\" to a non-negative number",
                "query?query=up&timeout=soon | 400 | bad_data | invalid parameter \"timeout\": cannot parse \"soon\" to a valid duration",
                "query_range?query=up&start=2&end=1&step=1 | 400 | bad_data | invalid parameter \"end\": end timestamp must not be before start time",
                "query_range?query=up&start=1&end=2&step=0 | 400 | bad_data | invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer",
                "query_range?query=up&start=1&end=2&step=1e18 | 400 | bad_data | invalid parameter \"step\": cannot parse \"1e18\" to a valid duration. It overflows int64",
                "query_range?query=up&start=0&end=11001&step=1 | 400 | bad_data | exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
                "query_range?query=up%5B1m%5D&start=0&end=1&step=1 | 400 | bad_data | invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector",
                "query_range?query=up | 400 | bad_data | invalid parameter \"start\": cannot parse \"\" to a valid timestamp",
                "query?query=up%20%2B%20on()%20up | 422 | execution | *",
                "query?query=many | 422 | execution | *100 series*",
                "series | 400 | bad_data | no match[] parameter provided",
                "series?match[]=1%2B1 | 400 | bad_data | invalid parameter \"match[]\": *",
                "labels?start=2&end=1 | 400 | bad_data | invalid parameter \"end\": end timestamp must not be before start time",
            })
    void errorsAreToldAsPrometheusTellsThem(String request, int status, String type, String message) {
        HttpResponse<String> answer = server.get("/api/v1/" + request);
        assertThat(answer.statusCode()).isEqualTo(status);
        JsonObject body = new JsonObject(answer.body());
        assertThat(body.getString("status")).isEqualTo("error");
        assertThat(body.getString("errorType")).isEqualTo(type);
        assertThat(body.getString("error")).matches("\\Q" + message.replace("*", "\\E.*\\Q") + "\\E");
    }

    @Test
    void elevenThousandPointsAreStillAnswered() {
        assertThat(server.get("/api/v1/query_range?query=1&start=0&end=11000&step=1")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void tenThousandNestedParenthesesAreABadRequest() {
        String query = "(".repeat(10_000) + "1" + ")".repeat(10_000);
        HttpResponse<String> answer = server.post(
                "/api/v1/query",
                "application/x-www-form-urlencoded",
                "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("errorType")).isEqualTo("bad_data");
    }

    @Test
    void aFormOverItsLimitIsRefused() {
        HttpResponse<String> answer =
                server.post("/api/v1/query", "application/x-www-form-urlencoded", "query=" + "1".repeat(2 << 20));
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void labelsAndTheirValuesAndSeriesAreListed() {
        assertThat(data(server.get("/api/v1/labels"))).containsExactly("__name__", "i", "job");
        assertThat(data(server.get("/api/v1/labels?match[]=latency&match[]=up")))
                .containsExactly("__name__", "job");
        assertThat(data(server.get("/api/v1/label/job/values"))).containsExactly("api", "db");
        assertThat(data(server.get("/api/v1/label/__name__/values?match[]=%7Bjob%3D~%22.%2B%22%7D")))
                .containsExactly("up");
        assertThat(data(server.get("/api/v1/label/none/values"))).isEmpty();
        assertThat(data(server.get("/api/v1/series?match[]=up&match[]=latency")).encode())
                .isEqualTo("[{\"__name__\":\"latency\"},{\"__name__\":\"up\",\"job\":\"api\"},"
                        + "{\"__name__\":\"up\",\"job\":\"db\"}]");
        JsonObject cut =
                new JsonObject(server.get("/api/v1/label/i/values?limit=2").body());
        assertThat(cut.getJsonArray("data")).containsExactly("0", "1");
        assertThat(cut.getJsonArray("warnings")).containsExactly("results truncated due to limit");
    }

    @Test
    void metadataIsListedByName() {
        assertThat(server.get("/api/v1/metadata?metric=requests").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"requests\":"
                        + "[{\"type\":\"counter\",\"help\":\"Requests\",\"unit\":\"\"}]}}");
    }

    @ParameterizedTest
    @CsvSource({"limit=0, 0", "limit=-1, 1", "limit_per_metric=0, 1", "limit=1, 1", "limit_per_metric=-5, 1"})
    void metadataIsLimitedAsPrometheusLimitsIt(String parameter, int metrics) {
        JsonObject answer = new JsonObject(
                server.get("/api/v1/metadata?metric=requests&" + parameter).body());
        assertThat(answer.getJsonObject("data").fieldNames()).hasSize(metrics);
    }

    @Test
    void aMetadataLimitThatIsNoNumberIsRefused() {
        HttpResponse<String> answer = server.get("/api/v1/metadata?limit=x");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"limit must be a number\"}");
    }

    @Test
    void formattingAndExemplarsAreAnswered() {
        assertThat(server.get("/api/v1/format_query?query=sum%20(%20up)by(job)").body())
                .isEqualTo("{\"status\":\"success\",\"data\":\"sum by (job) (up)\"}");
        assertThat(server.get("/api/v1/query_exemplars?query=up&start=0&end=1").body())
                .isEqualTo("{\"status\":\"success\",\"data\":[]}");
    }

    @Test
    void promtoolQueriesAsItDoesPrometheus() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")));
        String url = "http://127.0.0.1:" + server.port();
        assertThat(promtool("query", "instant", "--time=1732165200", url, "up{job=\"api\"}"))
                .isEqualTo("up{job=\"api\"} => 0 @[1732165200]\n");
        assertThat(promtool(
                        "query", "range", "--start=1732165198", "--end=1732165200", "--step=1s", url, "sum(up) > 0.5"))
                .isEqualTo("{} =>\n1.00000015 @[1732165199]\n");
        assertThat(promtool("query", "series", "--match=up", "--start=1732165100", "--end=1732165200", url))
                .isEqualTo("{__name__=\"up\", job=\"api\"}\n{__name__=\"up\", job=\"db\"}\n");
        assertThat(promtool("query", "labels", url, "job")).isEqualTo("api\ndb\n");
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("/usr/bin/promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static JsonArray data(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getJsonArray("data");
    }

    private static JsonArray result(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getJsonObject("data").getJsonArray("result");
    }
}
