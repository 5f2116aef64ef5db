package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleSettings;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BacktestApiTest {
    private static final String DRAFT = "groups: [{name: g, rules: [{alert: Hot, expr: cpu > 80}]}]";

    private final MemorySource series = new MemorySource();
    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        BacktestApi api = new BacktestApi(
                BacktestApiTest::parse,
                () -> parse("groups: [{name: f, rules: [{alert: Hot, expr: cpu > 90}]}]"),
                series,
                QueryLimits.DEFAULT,
                RuleSettings.DEFAULT,
                pool,
                server.clock);
        server.start(HttpSettings.DEFAULT, List.of(api::mount), PageFiles.of(Map.of()));
        for (int s = 0; s <= 60; s++) {
            double value = s < 10 ? 1 : s < 20 ? 85 : s < 30 ? 95 : 1;
            series.add(Labels.of("__name__", "cpu", "h", "a"), TestServer.NOW - 60_000 + s * 1_000L, value);
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<RuleGroup> parse(String text) {
        try {
            return RuleFiles.parse(new ConfigText("draft", text)).groups();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private HttpResponse<String> post(String query, String accept, String body) {
        return server.send(server.request("/api/v1/rules/backtest" + query)
                .header("Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void aDraftIsAnsweredWithItsFiringsAndTheChange() {
        JsonObject data = new JsonObject(post("?from=" + (TestServer.NOW / 1_000 - 60), "application/json", DRAFT)
                        .body())
                .getJsonObject("data");

        assertThat(data).isEqualTo(new JsonObject("""
                {"from":"2024-11-21T04:59:00Z","to":"2024-11-21T05:00:00Z","timezone":"UTC",
                 "rules":[{"name":"Hot","type":"alerting","query":"cpu > 80","labels":{}}],
                 "draft":{"rules":1,"firings":1,"atNight":1,"shorterThanTwoMinutes":1,"firingSeconds":20.0},
                 "inForce":{"rules":1,"firings":1,"atNight":1,"shorterThanTwoMinutes":1,"firingSeconds":10.0},
                 "firings":[{"rule":"Hot","labels":{"alertname":"Hot","h":"a"},"startsAt":"2024-11-21T04:59:10Z",
                   "endsAt":"2024-11-21T04:59:30Z","durationSeconds":20.0,"peak":"95"}],
                 "added":[],"removed":[],"failures":0,"lastError":""}
                """));
    }

    @Test
    void progressComesAsEventsAndThenTheResult() {
        HttpResponse<String> response = post("", "text/event-stream", DRAFT);

        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        List<String> events = response.body()
                .lines()
                .filter(line -> line.startsWith("event: "))
                .toList();
        assertThat(events).contains("event: progress").last().isEqualTo("event: result");
        assertThat(response.body()).contains("data: {\"done\":1.0}", "data: {\"status\":\"success\",\"data\":{");
    }

    @Test
    void whatCannotBeReadIsRefusedWithItsPlace() {
        HttpResponse<String> bad = post("", "text/event-stream", "groups: [{name: g, rules: [{alert: A}]}]");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(bad.body()).getString("error"))
                .isEqualTo("draft:1: groups[0].rules[0]: a rule needs expr");

        assertThat(post("?from=5&to=4", "*/*", DRAFT).body()).contains("the end must be after the begin");
        assertThat(post("?timezone=Nowhere", "*/*", DRAFT).statusCode()).isEqualTo(400);
        assertThat(post("?from=0", "*/*", DRAFT).body()).contains("take a shorter time");
    }

    @Test
    void aFailureOnTheWayIsAnEvent() {
        assertThat(post("?from=0", "text/event-stream", DRAFT).body())
                .contains("event: error\ndata: {\"status\":\"error\",\"errorType\":\"bad_data\"");
    }
}
