package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.Acknowledgement;
import dev.tocsin.alert.AlertLimits;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Answer;
import dev.tocsin.alert.Links;
import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigText;
import dev.tocsin.core.AlertArchive;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Labels;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersApiTest {
    private static final Labels A = Labels.of("alertname", "A");
    private static final String PATH = "/api/v1/alerts/" + A.fingerprintHex();

    private TestServer server;
    private AlertVerticle alerts;
    private volatile boolean archiveIsAway;
    private volatile List<AlertEvent> archived = List.of();

    private List<AlertEvent> archived(long fingerprint, Instant before, int limit) throws AlertArchive.AwayException {
        if (archiveIsAway) {
            throw new AlertArchive.AwayException("nobody answers", new IOException());
        }
        return archived.stream()
                .filter(event ->
                        event.alert().fingerprint() == fingerprint && event.at().isBefore(before))
                .toList();
    }

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        AlertmanagerFile file = AlertmanagerFile.parse(
                new ConfigText("alertmanager.yaml", "route: {receiver: all}\nreceivers: [{name: all}]\n"),
                Path.of("."),
                Map.of());
        alerts = new AlertVerticle(
                file.routing(),
                (notification, settled) -> {
                    throw new AssertionError("nobody is to be told");
                },
                AlertTrail.NONE,
                new Links("http://tocsin", new byte[32]),
                server.clock,
                new AlertLimits(5, 10, 10, 1, 1000),
                server.meters);
        server.vertx.deployVerticle(alerts).await();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        server.start(
                HttpSettings.DEFAULT,
                List.of(
                        new AlertmanagerApi(alerts, () -> "", "1", pool, server.clock, Instant.EPOCH)::mount,
                        new AlertSummaryApi(alerts, pool, server.clock)::mount,
                        new HeldAlertsApi(alerts, pool)::mount,
                        new AnswersApi(alerts, this::archived, pool, server.clock)::mount),
                PageFiles.of(Map.of()));
        fire("A");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void fire(String name) {
        server.post("/api/v2/alerts", "application/json", "[{\"labels\":{\"alertname\":\"" + name + "\"}}]");
    }

    private HttpResponse<String> say(String path, String body) {
        return server.post(path, "application/json", body);
    }

    private String error(int status, String path, String body) {
        HttpResponse<String> answer = say(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getString("status")).isEqualTo("error");
        return json.getString("error");
    }

    @Test
    void whatFiresIsListedWithWhereItStandsAndWhatBeganLast() {
        fire("B");
        say(PATH + "/ack", "{\"by\":\"ann\"}");

        JsonObject held = new JsonObject(server.get("/api/v1/alerts/held").body()).getJsonObject("data");
        JsonArray listed = held.getJsonArray("alerts");
        assertThat(listed.getJsonObject(0).getString("state")).isEqualTo("acknowledged");
        assertThat(listed.getJsonObject(0).getJsonObject("acknowledged").getString("by"))
                .isEqualTo("ann");
        assertThat(listed.getJsonObject(1).getString("state")).isEqualTo("firing");
        assertThat(listed.getJsonObject(1).getBoolean("flapping")).isFalse();
        assertThat(held.getJsonObject("latest").getJsonObject("labels").getString("alertname"))
                .isEqualTo("B");
    }

    @Test
    void anAlertIsAcknowledgedWithWhoWhyAndForHowLong() {
        HttpResponse<String> answer = say(PATH + "/ack", "{\"by\":\"ann\",\"comment\":\"on it\",\"expires\":\"2h\"}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"success\",\"data\":{\"fingerprint\":\"" + A.fingerprintHex()
                        + "\",\"labels\":{\"alertname\":\"A\"}}}");
        Instant now = Instant.ofEpochMilli(TestServer.NOW);
        assertThat(alerts.answers().acknowledged())
                .containsExactly(Map.entry(
                        A, new Acknowledgement(A, now, now, new Answer("ann", "on it", now.plusSeconds(7_200)))));
    }

    @Test
    void itIsTakenBackOnce() {
        say(PATH + "/ack", "{\"by\":\"ann\",\"expires\":\"2024-11-21T09:00:00+01:00\"}");

        assertThat(say(PATH + "/unack", "{\"by\":\"bob\"}").statusCode()).isEqualTo(200);
        assertThat(alerts.answers().acknowledged()).isEmpty();
        assertThat(error(409, PATH + "/unack", "{\"by\":\"bob\"}")).isEqualTo("the alert is not acknowledged");
    }

    @Test
    void aResolvedAlertIsOverAndCannotBeAnsweredAgain() {
        assertThat(say(PATH + "/resolve", "{\"by\":\"ann\"}").statusCode()).isEqualTo(200);

        assertThat(new JsonArray(server.get("/api/v2/alerts").body())).isEmpty();
        assertThat(error(409, PATH + "/resolve", "{\"by\":\"ann\"}")).contains("the alert is over: resolved at");
        assertThat(error(409, PATH + "/ack", "{\"by\":\"ann\"}")).contains("the alert is over");
        server.clock.advance(Duration.ofMinutes(1));
        fire("A");
        assertThat(new JsonArray(server.get("/api/v2/alerts").body())).isEmpty();
    }

    @Test
    void itsHistoryTellsWhatHappenedAndWhyNobodyWasTold() {
        server.clock.advance(Duration.ofSeconds(1));
        say(PATH + "/ack", "{\"by\":\"ann\",\"comment\":\"on it\"}");

        JsonObject data = new JsonObject(server.get(PATH + "/history").body()).getJsonObject("data");

        assertThat(data.getString("state")).isEqualTo("acknowledged");
        assertThat(data.getJsonObject("labels")).isEqualTo(new JsonObject().put("alertname", "A"));
        assertThat(data.getString("startsAt")).isEqualTo("2024-11-21T05:00:00Z");
        assertThat(data.getJsonObject("acknowledged"))
                .isEqualTo(new JsonObject()
                        .put("by", "ann")
                        .put("comment", "on it")
                        .put("at", "2024-11-21T05:00:01Z"));
        assertThat(data.getString("why"))
                .isEqualTo("it waits (all): for others of its group, until 2024-11-21T05:00:30Z");
        assertThat(data.getJsonArray("receipts")).isEmpty();
        assertThat(data.getJsonArray("events").stream().map(event -> ((JsonObject) event).getString("kind")))
                .containsExactly("fired", "routed", "waiting", "acknowledged");
        JsonObject last = data.getJsonArray("events").getJsonObject(3);
        assertThat(last.getString("id")).isNotEmpty();
        last.remove("id");
        assertThat(last)
                .isEqualTo(new JsonObject()
                        .put("at", "2024-11-21T05:00:01Z")
                        .put("kind", "acknowledged")
                        .put("actor", "ann")
                        .put("detail", "on it")
                        .put("episode", "2024-11-21T05:00:00Z"));
    }

    private static AlertEvent old(String id, String name, AlertEvent.Kind kind, Instant at) {
        Labels alert = Labels.of("alertname", name);
        return new AlertEvent(id, alert, Instant.EPOCH, at, kind, "rule", "", "", 1, at);
    }

    @Test
    void whatMemoryNoLongerHasOfItsHistoryComesFromTheArchive() {
        archived = List.of(
                old("3", "A", AlertEvent.Kind.RESOLVED, Instant.EPOCH.plusSeconds(1)),
                old("2", "Gone", AlertEvent.Kind.RESOLVED, Instant.EPOCH.plusSeconds(1)),
                old("1", "A", AlertEvent.Kind.FIRED, Instant.EPOCH));
        assertThat(kinds(PATH)).containsExactly("fired", "resolved", "fired", "routed", "waiting");
        String gone = Labels.of("alertname", "Gone").fingerprintHex();
        assertThat(kinds("/api/v1/alerts/" + gone)).containsExactly("resolved");

        archiveIsAway = true;
        assertThat(kinds(PATH)).containsExactly("fired", "routed", "waiting");
        assertThat(server.get(PATH + "/history").body())
                .contains("\"warnings\":[\"what happened before could not be read, and is missing: nobody answers\"]");
    }

    private Stream<String> kinds(String path) {
        return new JsonObject(server.get(path + "/history").body())
                .getJsonObject("data").getJsonArray("events").stream()
                        .map(event -> ((JsonObject) event).getString("kind"));
    }

    private JsonObject summary(String query) {
        return new JsonObject(server.get("/api/v1/metrics/alerts" + query).body());
    }

    @Test
    void theSummaryCountsBySeverityAndTypeAndShowsTheLatest() {
        for (String severity : List.of("critical", "low", "low")) {
            server.clock.advance(Duration.ofSeconds(1));
            server.post(
                    "/api/v2/alerts",
                    "application/json",
                    "[{\"labels\":{\"alertname\":\"B\",\"severity\":\"" + severity + "\",\"at\":\""
                            + server.clock.wallMillis() + "\"}}]");
        }
        say(PATH + "/ack", "{\"by\":\"ann\"}");

        JsonObject active = summary("");
        assertThat(active.getInteger("total_alerts")).isEqualTo(3);
        assertThat(active.getJsonObject("by_severity").encode()).isEqualTo("{\"critical\":1,\"low\":2}");
        assertThat(active.getJsonObject("by_type").encode()).isEqualTo("{\"B\":3}");
        assertThat(active.getJsonArray("recent_alerts").getJsonObject(2).getString("severity"))
                .isEqualTo("critical");
        assertThat(summary("?status=acknowledged").getJsonArray("recent_alerts").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("fingerprint", A.fingerprintHex())
                        .put("type", "A")
                        .put("severity", "")
                        .put("status", "acknowledged")
                        .put("summary", "")
                        .put("startsAt", "2024-11-21T05:00:00Z")
                        .put("labels", new JsonObject().put("alertname", "A"))
                        .put("acknowledgedBy", "ann"));
        say(PATH + "/resolve", "{\"by\":\"ann\"}");
        assertThat(summary("?status=resolved").getJsonObject("by_severity").encode())
                .isEqualTo("{\"none\":1}");
        assertThat(summary("?status=all").getInteger("total_alerts")).isEqualTo(4);
        HttpResponse<String> bad = server.get("/api/v1/metrics/alerts?status=firing");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body()).contains("expected active, acknowledged, resolved or all, found");
    }

    @Test
    void whatNobodyKnowsIsNotFound() {
        assertThat(server.get("/api/v1/alerts/0123456789abcdef/history").statusCode())
                .isEqualTo(404);
        assertThat(error(404, "/api/v1/alerts/0123456789abcdef/ack", "{\"by\":\"ann\"}"))
                .isEqualTo("no alert has this fingerprint");
        assertThat(error(404, "/api/v1/alerts/A/ack", "{\"by\":\"ann\"}"))
                .isEqualTo("a fingerprint has 16 hexadecimal digits, not \"A\"");
    }

    @Test
    void whereAsManyAsAllowedAreAnsweredThereIsNoRoom() {
        fire("B");
        say(PATH + "/ack", "{\"by\":\"ann\"}");

        assertThat(error(
                        503,
                        "/api/v1/alerts/" + Labels.of("alertname", "B").fingerprintHex() + "/ack",
                        "{\"by\":\"ann\"}"))
                .isEqualTo("as many alerts as allowed are acknowledged already: 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                | by: who says so?
            {}                                                | by: who says so?
            {"by":7}                                          | by: a string is needed
            [1]                                               | the body is no JSON object
            {"by":"ann","expires":"soon"}                     | expires: a duration (2h) or a moment
            {"by":"ann","expires":"0s"}                       | expires: that is not in the future
            {"by":"ann","expires":"2024-11-21T04:59:59Z"}     | expires: that is not in the future: 2024-11-21T04:59:59Z
            """)
    void whatCannotBeReadIsToldWithItsReason(String body, String reason) {
        assertThat(error(400, PATH + "/ack", body)).contains(reason);
        assertThat(alerts.answers().acknowledged()).isEmpty();
    }
}
