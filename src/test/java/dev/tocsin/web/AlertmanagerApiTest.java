package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.AlertLimits;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Links;
import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigText;
import dev.tocsin.core.AlertTrail;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is expected here is what Debian's Alertmanager 0.25 answers to the same requests. */
class AlertmanagerApiTest {
    private static final String CONFIGURATION = """
            route:
              receiver: all
              group_by: [alertname]
              routes:
                - {matchers: [team="x"], receiver: team-x}
            inhibit_rules:
              - {source_matchers: [alertname="Down"], target_matchers: [alertname="Slow"]}
            receivers:
              - name: team-x
              - name: all
            """;
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";

    private static final AlertLimits LIMITS = new AlertLimits(5, 10, 10, 10, 1000);

    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        AlertmanagerFile file =
                AlertmanagerFile.parse(new ConfigText("alertmanager.yaml", CONFIGURATION), Path.of("."), Map.of());
        AlertVerticle alerts = new AlertVerticle(
                file.routing(),
                (notification, settled) -> {
                    throw new AssertionError("nobody is to be told");
                },
                AlertTrail.NONE,
                new Links("http://tocsin", new byte[32]),
                server.clock,
                LIMITS,
                server.meters);
        server.vertx.deployVerticle(alerts).await();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        AlertmanagerApi api = new AlertmanagerApi(
                alerts, file::redacted, "1.2.3", pool, server.clock, java.time.Instant.ofEpochMilli(TestServer.NOW));
        server.start(HttpSettings.DEFAULT, List.of(api::mount), PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> post(String path, String body) {
        return server.post("/api/v2/" + path, "application/json", body);
    }

    private HttpResponse<String> delete(String path) {
        return server.send(server.request("/api/v2/" + path).DELETE());
    }

    private JsonArray get(String path) {
        HttpResponse<String> answer = server.get("/api/v2/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonArray(answer.body());
    }

    private List<String> names(String path) {
        return get(path).stream()
                .map(each -> ((JsonObject) each).getJsonObject("labels").getString("alertname"))
                .sorted()
                .toList();
    }

    private static String alert(String name, String more) {
        return "{\"labels\":{\"alertname\":\"" + name + "\"" + more + "}}";
    }

    private String silence(String matcher, String value) {
        HttpResponse<String> answer = post("silences", silenceBody("", matcher, value, "2024-11-21T06:00:00Z"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getString("silenceID");
    }

    private static String silenceBody(String id, String name, String value, String endsAt) {
        return new JsonObject()
                .put("id", id)
                .put(
                        "matchers",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("name", name)
                                        .put("value", value)
                                        .put("isRegex", false)))
                .put("startsAt", "2024-11-21T04:00:00Z")
                .put("endsAt", endsAt)
                .put("createdBy", "me")
                .put("comment", "why")
                .encode();
    }

    @Test
    void aPostedAlertIsToldByteForByteAsAlertmanagerDoes() {
        HttpResponse<String> posted = post("alerts", """
                [{"labels":{"alertname":"A","team":"x","e":""},"annotations":{"s":"1"},"generatorURL":"http://x/y"},
                 {"labels":{"alertname":"B"},"startsAt":"2024-01-01T00:00:00Z","endsAt":"2027-01-01T00:00:00.123456Z"}]
                """);

        assertThat(posted.statusCode()).isEqualTo(200);
        assertThat(posted.body()).isEmpty();
        assertThat(server.get("/api/v2/alerts").body()).isEqualTo("""
                [{"annotations":{"s":"1"},"endsAt":"2024-11-21T05:05:00.000Z","fingerprint":"a0de7763374450e2",\
                "receivers":[{"name":"team-x"}],"startsAt":"2024-11-21T05:00:00.000Z",\
                "status":{"inhibitedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"2024-11-21T05:00:00.000Z",\
                "generatorURL":"http://x/y","labels":{"alertname":"A","team":"x"}},\
                {"annotations":{},"endsAt":"2027-01-01T00:00:00.123Z","fingerprint":"d2c2efc389db2050",\
                "receivers":[{"name":"all"}],"startsAt":"2024-01-01T00:00:00.000Z",\
                "status":{"inhibitedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"2024-11-21T05:00:00.000Z",\
                "labels":{"alertname":"B"}}]""");
    }

    @Test
    void anAlertWithoutAnEndIsOverAfterTheResolveTimeoutUnlessPostedAgain() {
        post("alerts", "[" + alert("A", "") + "," + alert("B", "") + "]");
        server.clock.advance(Duration.ofMinutes(4));
        // Go's zero time is what amtool says for no time.
        post("alerts", "[{\"labels\":{\"alertname\":\"B\"},\"endsAt\":\"0001-01-01T00:00:00.000Z\"}]");
        assertThat(names("alerts")).containsExactly("A", "B");

        server.clock.advance(Duration.ofMinutes(1));

        assertThat(names("alerts")).containsExactly("B");
    }

    @Test
    void anAlertPostedWithAnEndInThePastIsResolved() {
        post("alerts", "[" + alert("A", "") + "]");

        post("alerts", "[{\"labels\":{\"alertname\":\"A\"},\"endsAt\":\"2024-11-21T05:00:00Z\"}]");

        assertThat(get("alerts")).isEmpty();
        assertThat(get("alerts/groups")).isEmpty();
    }

    @Test
    void filtersChooseByMatcherReceiverAndState() {
        post(
                "alerts",
                "[" + alert("Slow", "") + "," + alert("Down", "") + "," + alert("Quiet", ",\"team\":\"x\"") + "]");
        String id = silence("alertname", "Quiet");

        assertThat(names("alerts")).containsExactly("Down", "Quiet", "Slow");
        assertThat(names("alerts?active=false")).containsExactly("Quiet", "Slow");
        assertThat(names("alerts?silenced=false")).containsExactly("Down", "Slow");
        assertThat(names("alerts?inhibited=0")).containsExactly("Down", "Quiet");
        assertThat(names("alerts?inhibited=false&silenced=false&unprocessed=false"))
                .containsExactly("Down");
        assertThat(names("alerts?receiver=team-.*")).containsExactly("Quiet");
        assertThat(names("alerts?receiver=team")).isEmpty();
        assertThat(names("alerts?filter=alertname%3D~%22Q.*%7CS.*%22&filter=team!%3Dx"))
                .containsExactly("Slow");
        JsonObject quiet = get("alerts?receiver=team-x").getJsonObject(0);
        assertThat(quiet.getJsonObject("status"))
                .isEqualTo(new JsonObject()
                        .put("inhibitedBy", new JsonArray())
                        .put("silencedBy", new JsonArray().add(id))
                        .put("state", "suppressed"));
        JsonObject slow = get("alerts?filter=alertname%3DSlow").getJsonObject(0);
        JsonObject down = get("alerts?filter=alertname%3DDown").getJsonObject(0);
        assertThat(slow.getJsonObject("status").getJsonArray("inhibitedBy"))
                .containsExactly(down.getString("fingerprint"));
    }

    @Test
    void groupsHaveTheirLabelsReceiverAndTheAlertsAskedFor() {
        post(
                "alerts",
                "[" + alert("A", ",\"i\":\"2\"") + "," + alert("A", ",\"i\":\"1\"") + ","
                        + alert("A", ",\"team\":\"x\"") + "]");

        JsonArray groups = get("alerts/groups?filter=i%3D~.%2B");

        assertThat(groups).hasSize(1);
        JsonObject group = groups.getJsonObject(0);
        assertThat(group.getJsonObject("labels")).isEqualTo(new JsonObject().put("alertname", "A"));
        assertThat(group.getJsonObject("receiver")).isEqualTo(new JsonObject().put("name", "all"));
        assertThat(group.getJsonArray("alerts").stream()
                        .map(each -> ((JsonObject) each).getJsonObject("labels").getString("i")))
                .containsExactly("1", "2");
        assertThat(get("alerts/groups")).hasSize(2);
        assertThat(get("alerts/groups?receiver=team-x")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {                                                 | 400 | "code":400,"message":"parsing alerts body
            {}                                                | 400 | "code":400,"message":"parsing alerts body
            [{}]                                              | 422 | {"code":602,"message":"0.labels in body is required"}
            [null]                                            | 422 | {"code":602,"message":"0.labels in body is required"}
            [{"labels":{}}]                                   | 400 | "at least one label pair required"
            [{"labels":{"a":1}}]                              | 400 | "code":400,"message":"parsing alerts body
            [{"labels":{"a":"1"},"startsAt":"x"}]             | 400 | "code":400,"message":"parsing alerts body
            [{"labels":{"a":"1"},"generatorURL":"::"}]        | 422 | {"code":601,"message":"0.generatorURL in body must be of type uri: \\"::\\""}
            [{"labels":{"":"1"}}]                             | 400 | "invalid label set: invalid name \\"\\""
            [{"labels":{"a":"1"},"annotations":{"":"1"}}]     | 400 | "invalid annotations: invalid name \\"\\""
            [{"labels":{"a":"1"},"startsAt":"2024-01-02T00:00:00Z","endsAt":"2024-01-01T00:00:00Z"}] | 400 | "start time must be before end time"
            """)
    void refusesWhatAlertmanagerRefusesInItsForm(String body, int status, String said) {
        HttpResponse<String> answer = post("alerts", body);

        assertThat(answer.body()).contains(said);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void oneBadAlertIsToldAndTheGoodOnesAreTaken() {
        HttpResponse<String> answer = post("alerts", "[{\"labels\":{}}," + alert("A", "") + "]");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("\"at least one label pair required\"");
        assertThat(names("alerts")).containsExactly("A");
    }

    @Test
    void noAlertsAreTakenWithoutAWord() {
        assertThat(post("alerts", "[]").statusCode()).isEqualTo(200);
        assertThat(post("alerts", "null").statusCode()).isEqualTo(200);
        assertThat(post("alerts", "").statusCode()).isEqualTo(422);
        assertThat(server.post("/api/v2/alerts", "text/plain", "[]").statusCode())
                .isEqualTo(415);
    }

    @Test
    void whatExceedsABoundIsRefusedAndTheRestIsKept() {
        HttpResponse<String> long64 = post("alerts", "[" + alert("A", ",\"x\":\"" + "y".repeat(70_000) + "\"") + "]");
        assertThat(long64.statusCode()).isEqualTo(400);
        StringBuilder six = new StringBuilder(alert("A0", ""));
        for (int i = 1; i < 6; i++) {
            six.append(',').append(alert("A" + i, ""));
        }

        HttpResponse<String> answer = post("alerts", "[" + six + "]");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("1 alerts were refused");
        assertThat(names("alerts")).hasSize(5);
    }

    @Test
    void filtersThatCantBeReadAreRefused() {
        for (String query : List.of("filter=a-", "filter=a%3D~%22(%22", "filter=", "receiver=(")) {
            assertThat(server.get("/api/v2/alerts?" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(server.get("/api/v2/alerts/groups?receiver=(").body())
                .startsWith("\"failed to parse receiver param:");
        assertThat(server.get("/api/v2/silences?filter=a-").statusCode()).isEqualTo(400);
    }

    @Test
    void aSilenceIsMadeShownChangedAndEnded() {
        String id = silence("team", "x");
        JsonObject made = new JsonObject(server.get("/api/v2/silence/" + id).body());
        assertThat(made.encode()).isEqualTo("""
                {"id":"%s","status":{"state":"active"},"updatedAt":"2024-11-21T05:00:00.000Z","comment":"why",\
                "createdBy":"me","endsAt":"2024-11-21T06:00:00.000Z",\
                "matchers":[{"isEqual":true,"isRegex":false,"name":"team","value":"x"}],\
                "startsAt":"2024-11-21T05:00:00.000Z"}""".formatted(id));

        made.put("endsAt", "2024-11-21T07:00:00.000Z");
        assertThat(new JsonObject(post("silences", made.encode()).body()).getString("silenceID"))
                .as("the end of an active one is moved in place")
                .isEqualTo(id);
        assertThat(get("silences").getJsonObject(0).getString("endsAt")).isEqualTo("2024-11-21T07:00:00.000Z");

        assertThat(delete("silence/" + id).statusCode()).isEqualTo(200);
        assertThat(delete("silence/" + id).statusCode()).as("again").isEqualTo(200);
        assertThat(get("silences").getJsonObject(0).getJsonObject("status").getString("state"))
                .isEqualTo("expired");
    }

    @Test
    void silencesAreFilteredByTheirMatchersAndOrderedByState() {
        String team = silence("team", "x");
        String name = silence("alertname", "A");
        delete("silence/" + team);

        assertThat(get("silences").stream().map(each -> ((JsonObject) each).getString("id")))
                .containsExactly(name, team);
        assertThat(get("silences?filter=team%3Dx").stream().map(each -> ((JsonObject) each).getString("id")))
                .containsExactly(team);
        assertThat(get("silences?filter=team%3D~x")).as("none has this matcher").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {} | 422 | {"code":602,"message":"comment in body is required"}
            {  | 400 | "code":400,"message":"parsing silence body
            {"comment":"","createdBy":"","endsAt":"2024-12-01T00:00:00Z","startsAt":"2024-11-01T00:00:00Z","matchers":[]} | 422 | {"code":612,"message":"matchers in body should have at least 1 items"}
            {"comment":"","createdBy":"","endsAt":"2024-12-01T00:00:00Z","startsAt":"2024-11-01T00:00:00Z","matchers":[{"name":"a"}]} | 422 | {"code":602,"message":"matchers.0.isRegex in body is required"}
            {"comment":"","createdBy":"","endsAt":"2024-12-01T00:00:00Z","startsAt":"2024-11-01T00:00:00Z","matchers":[{"name":"a","value":"","isRegex":false}]} | 400 | "invalid silence: at least one matcher must not match the empty string"
            {"comment":"","createdBy":"","endsAt":"2024-12-01T00:00:00Z","startsAt":"2024-11-01T00:00:00Z","matchers":[{"name":"a","value":"(","isRegex":true}]} | 400 | "invalid silence: invalid label matcher 0:
            {"comment":"","createdBy":"","endsAt":"2024-11-02T00:00:00Z","startsAt":"2024-11-01T00:00:00Z","matchers":[{"name":"a","value":"b","isRegex":false}]} | 400 | "Failed to create silence: end time can't be in the past"
            {"comment":"","createdBy":"","endsAt":"2024-11-01T00:00:00Z","startsAt":"2024-11-02T00:00:00Z","matchers":[{"name":"a","value":"b","isRegex":false}]} | 400 | "Failed to create silence: start time must be before end time"
            """)
    void refusesSilencesAsAlertmanagerDoes(String body, int status, String said) {
        HttpResponse<String> answer = post("silences", body);

        assertThat(answer.body()).contains(said);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void anUnknownSilenceIsNotFound() {
        HttpResponse<String> changed = post("silences", silenceBody(NOBODY, "a", "b", "2024-11-21T06:00:00Z"));
        assertThat(changed.statusCode()).isEqualTo(404);
        assertThat(changed.body()).isEqualTo("\"silence not found\"");
        assertThat(server.get("/api/v2/silence/" + NOBODY).statusCode()).isEqualTo(404);
        assertThat(delete("silence/" + UUID.randomUUID()).statusCode()).isEqualTo(404);
        HttpResponse<String> noId = server.get("/api/v2/silence/x");
        assertThat(noId.statusCode()).isEqualTo(422);
        assertThat(noId.body())
                .isEqualTo("{\"code\":601,\"message\":\"silenceID in path must be of type uuid: \\\"x\\\"\"}");
    }

    @Test
    void receiversAndStatusSayWhatIsInForce() {
        assertThat(server.get("/api/v2/receivers").body()).isEqualTo("[{\"name\":\"team-x\"},{\"name\":\"all\"}]");
        JsonObject status = new JsonObject(server.get("/api/v2/status").body());
        assertThat(status.getJsonObject("cluster").encode()).isEqualTo("{\"peers\":[],\"status\":\"disabled\"}");
        assertThat(status.getString("uptime")).isEqualTo("2024-11-21T05:00:00.000Z");
        assertThat(status.getJsonObject("versionInfo").getString("revision")).isEqualTo("tocsin-1.2.3");
        assertThat(status.getJsonObject("config").getString("original")).contains("receiver\": team-x");
    }
}
