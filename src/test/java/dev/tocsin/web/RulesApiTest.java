package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.Acknowledgement;
import dev.tocsin.alert.Answer;
import dev.tocsin.alert.Answers;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Points;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.rule.RuleEngine;
import dev.tocsin.rule.RuleQueries;
import dev.tocsin.rule.RuleSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesApiTest {
    private static final long T = 1_732_165_200_000L;

    private final MemorySource series = new MemorySource();
    private final ManualClock clock = new ManualClock(T);
    private Answers answers = Answers.NONE;
    private RuleEngine engine;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        engine = new RuleEngine(
                RuleQueries.of(new Evaluator(series, QueryLimits.DEFAULT, clock)),
                new IntoMemory(),
                RuleSettings.DEFAULT,
                clock,
                new SimpleMeterRegistry());
        engine.reload(RuleFiles.parseAll(
                List.of(new ConfigText("a.yaml", """
                groups:
                - name: one
                  interval: 1s
                  limit: 5
                  rules:
                  - record: job:cpu:avg
                    expr: avg by (job) (cpu)
                    labels: {team: x}
                  - alert: Hot
                    expr: cpu > 90
                    for: 1s
                    keep_firing_for: 500ms
                    labels: {severity: page}
                    annotations: {summary: 'at {{ $value }}'}
                """), new ConfigText("b.yaml", """
                groups:
                - name: two
                  rules:
                  - {record: bad, expr: 'cpu * on () cpu'}
                """)), Duration.ofSeconds(1)));
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        server.start(
                HttpSettings.DEFAULT,
                List.of(new RulesApi(engine::view, () -> answers, pool)::mount),
                PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void judge(long tickMillis) {
        engine.judge(new Event.TickClosed(tickMillis, tickMillis));
    }

    private JsonObject data(String path) {
        JsonObject answer = new JsonObject(server.get(path).body());
        assertThat(answer.getString("status")).isEqualTo("success");
        return answer.getJsonObject("data");
    }

    @Test
    void rulesAreToldAsPrometheusTellsThem() {
        series.add(Labels.of("__name__", "cpu", "job", "j", "h", "a"), T, 91.5);
        series.add(Labels.of("__name__", "cpu", "job", "j", "h", "b"), T, 1);
        judge(T);

        assertThat(data("/api/v1/rules")).isEqualTo(new JsonObject("""
                {"groups":[
                  {"name":"one","file":"a.yaml","interval":1,"limit":5,"evaluationTime":0,
                   "lastEvaluation":"2024-11-21T05:00:00Z","rules":[
                    {"name":"job:cpu:avg","query":"avg by (job) (cpu)","labels":{"team":"x"},"health":"ok",
                     "evaluationTime":0,"lastEvaluation":"2024-11-21T05:00:00Z","type":"recording"},
                    {"state":"pending","name":"Hot","query":"cpu > 90","duration":1,"keepFiringFor":0.5,"missing":"hold",
                     "labels":{"severity":"page"},"annotations":{"summary":"at {{ $value }}"},
                     "alerts":[{"labels":{"alertname":"Hot","h":"a","job":"j","severity":"page"},
                                "annotations":{"summary":"at 91.5"},"state":"pending",
                                "activeAt":"2024-11-21T05:00:00Z","value":"9.15e+01"}],
                     "health":"ok","evaluationTime":0,"lastEvaluation":"2024-11-21T05:00:00Z","type":"alerting"}]},
                  {"name":"two","file":"b.yaml","interval":1,"limit":0,"evaluationTime":0,
                   "lastEvaluation":"2024-11-21T05:00:00Z","rules":[
                    {"name":"bad","query":"cpu * on () cpu","health":"err","lastError":"%s",
                     "evaluationTime":0,"lastEvaluation":"2024-11-21T05:00:00Z","type":"recording"}]}]}
                """.formatted(engine.view()
                .groups()
                .get(1)
                .rules()
                .getFirst()
                .health()
                .lastError()
                .replace("\"", "\\\""))));
    }

    @Test
    void beforeTheFirstJudgingHealthIsUnknown() {
        JsonObject group = data("/api/v1/rules").getJsonArray("groups").getJsonObject(0);
        assertThat(group.getString("lastEvaluation")).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(group.getJsonArray("rules").getJsonObject(0).getString("health"))
                .isEqualTo("unknown");
        assertThat(group.getJsonArray("rules").getJsonObject(1).getString("state"))
                .isEqualTo("inactive");
    }

    @Test
    void alertsWithoutDataSaySinceWhen() {
        Labels cpu = Labels.of("__name__", "cpu", "h", "a");
        series.add(cpu, T, 91);
        judge(T);
        judge(T + 1_000);
        series.add(cpu, T + 2_000, Points.STALE);
        judge(T + 2_000);

        String alert = "{\"labels\":{\"alertname\":\"Hot\",\"h\":\"a\",\"severity\":\"page\"},"
                + "\"annotations\":{\"summary\":\"at 91\",\"no_data_since\":\"2024-11-21T05:00:02Z\"},"
                + "\"state\":\"firing\",\"activeAt\":\"2024-11-21T05:00:00Z\","
                + "\"noDataSince\":\"2024-11-21T05:00:02Z\",\"value\":\"9.1e+01\"}";
        assertThat(server.get("/api/v1/alerts").body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"alerts\":[" + alert + "]}}");
        assertThat(RulesApi.alertsJson(engine.view(), Answers.NONE)).isEqualTo("[" + alert + "]");
    }

    @Test
    void alertsSayWhoAnsweredThem() {
        series.add(Labels.of("__name__", "cpu", "h", "a"), T, 91);
        judge(T);
        judge(T + 1_000);
        Labels hot = Labels.of("alertname", "Hot", "h", "a", "severity", "page");
        Instant at = Instant.ofEpochMilli(T + 1_500);
        answers = new Answers(
                Map.of(hot, new Acknowledgement(hot, at, at, new Answer("ann", "on it", at.plusSeconds(60)))),
                Map.of());

        String answered = "\"acknowledged\":{\"by\":\"ann\",\"comment\":\"on it\","
                + "\"at\":\"2024-11-21T05:00:01.500Z\",\"expiresAt\":\"2024-11-21T05:01:01.500Z\"}";
        assertThat(server.get("/api/v1/alerts").body()).contains(answered);
        assertThat(server.get("/api/v1/rules").body()).contains(answered);
        assertThat(RulesApi.alertsJson(engine.view(), answers)).contains(answered);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|job:cpu:avg Hot bad",
                "type=alert|Hot",
                "type=record|job:cpu:avg bad",
                "rule_name[]=Hot&rule_name[]=bad|Hot bad",
                "rule_group[]=two|bad",
                "file[]=a.yaml|job:cpu:avg Hot",
                "file[]=none|''",
                "match[]={severity=\"page\"}|Hot",
                "match[]={team=~\".%2B\"}&match[]={severity=\"page\"}|job:cpu:avg Hot",
                "group_limit=1|job:cpu:avg Hot",
            })
    void tellsOnlyTheRulesAskedFor(String parameters, String names) {
        String path = "/api/v1/rules?" + (parameters == null ? "" : parameters);
        String found = data(path.replace("{", "%7B")
                        .replace("}", "%7D")
                        .replace("\"", "%22")
                        .replace("[]", "%5B%5D"))
                .getJsonArray("groups")
                .stream()
                .flatMap(group -> ((JsonObject) group).getJsonArray("rules").stream())
                .map(rule -> ((JsonObject) rule).getString("name"))
                .collect(java.util.stream.Collectors.joining(" "));
        assertThat(found).isEqualTo(names);
    }

    @Test
    void theNextPageBeginsAtItsToken() {
        String token = data("/api/v1/rules?group_limit=1").getString("groupNextToken");

        JsonObject next = data("/api/v1/rules?group_limit=1&group_next_token=" + token);

        assertThat(next.getJsonArray("groups").getJsonObject(0).getString("name"))
                .isEqualTo("two");
        assertThat(next.containsKey("groupNextToken")).isFalse();
    }

    @Test
    void alertsAreLeftOutWhereAsked() {
        series.add(Labels.of("__name__", "cpu"), T, 91);
        judge(T);

        assertThat(data("/api/v1/rules?type=alert&exclude_alerts=true")
                        .getJsonArray("groups")
                        .getJsonObject(0)
                        .getJsonArray("rules")
                        .getJsonObject(0)
                        .getJsonArray("alerts"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "type=other,not supported value",
        "exclude_alerts=maybe,cannot parse",
        "group_limit=-1,cannot parse",
        "group_next_token=x,group_limit needs to be present",
        "group_limit=1&group_next_token=x,invalid group_next_token",
        "match%5B%5D=%7B,parse error"
    })
    void refusesParametersItCannotRead(String parameters, String message) {
        var answer = server.get("/api/v1/rules?" + parameters);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("errorType")).isEqualTo("bad_data");
        assertThat(new JsonObject(answer.body()).getString("error")).contains(message);
    }

    private final class IntoMemory implements SampleRecorder {
        @Override
        public void append(Labels labels, long timeMillis, double value) {
            series.add(labels, timeMillis, value);
        }

        @Override
        public void append(Labels labels, long timeMillis, Distribution value) {
            series.add(labels, timeMillis, value);
        }

        @Override
        public void markStale(Labels labels, long timeMillis) {
            series.add(labels, timeMillis, Points.STALE);
        }
    }
}
