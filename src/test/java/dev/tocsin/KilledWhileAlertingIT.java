package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.core.Labels;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged jar, killed again and again while alerts begin to fire, climb their policy, are acknowledged and silenced,
 * with its database there, away, and dying with it. What is safe is what was there when two ticks after it were synced.
 */
class KilledWhileAlertingIT {
    private static final long SEED = 20_261_122;
    private static final int KILLS = 30;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final Set<String> safe = new TreeSet<>();
    private final Set<String> silenced = new TreeSet<>();
    /** Those that somebody tried to acknowledge: without more it is not known whether that stands. */
    private final Set<String> asked = new HashSet<>();
    /** By alert, how often the last level had been told when its acknowledgement was safe. */
    private final Map<String, Integer> acknowledged = new HashMap<>();

    private final Map<String, Integer> timesByKey = new ConcurrentHashMap<>();
    /** Receiver and alert. */
    private final Map<String, Integer> told = new ConcurrentHashMap<>();

    private void take(HttpExchange exchange) throws IOException {
        String receiver = exchange.getRequestURI().getPath().substring(1);
        JsonObject body = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        timesByKey.merge(exchange.getRequestHeaders().getFirst("Idempotency-Key"), 1, Integer::sum);
        for (Object alert : body.getJsonArray("alerts")) {
            String id = ((JsonObject) alert).getJsonObject("labels").getString("id");
            told.merge(receiver + " " + id, 1, Integer::sum);
        }
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private int timesTold(String receiver, String id) {
        return told.getOrDefault(receiver + " " + id, 0);
    }

    private void configure(int hookPort) throws IOException {
        Path conf = Files.createDirectories(folder.resolve("conf/rules")).getParent();
        Files.writeString(conf.resolve("rules/load.yaml"), """
                groups:
                  - name: load
                    interval: 200ms
                    rules:
                      - alert: Loaded
                        expr: load > 1
                """);
        String hook = "webhook_configs: [{url: \"http://127.0.0.1:" + hookPort;
        Files.writeString(conf.resolve("alertmanager.yaml"), """
                route: {receiver: me, group_by: [id], group_wait: 0s, group_interval: 1s, escalation_policy: all}
                receivers:
                  - name: me
                    HOOK/me"}]
                  - name: level1
                    HOOK/level1"}]
                  - name: level2
                    HOOK/level2"}]
                escalation_policies:
                  - name: all
                    levels:
                      - {after: 1s, receivers: [level1]}
                      - {after: 3s, receivers: [level2]}
                """.replace("HOOK", hook));
    }

    private TocsinProcess start(TestServer database) throws Exception {
        return TocsinProcess.run(
                        folder,
                        "--set",
                        "storage.uri=" + database.address().uri(),
                        "--set",
                        "host.enabled=false",
                        "--set",
                        "tick=200ms")
                .awaitReady();
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private static Set<String> firing(TocsinProcess tocsin) throws IOException, InterruptedException {
        JsonArray alerts = new JsonObject(tocsin.get("/api/v1/alerts").body())
                .getJsonObject("data")
                .getJsonArray("alerts");
        Set<String> ids = new HashSet<>();
        objects(alerts)
                .filter(alert -> alert.getString("state").equals("firing"))
                .forEach(alert -> ids.add(alert.getJsonObject("labels").getString("id")));
        return ids;
    }

    private static String pathOf(String id) {
        return "/api/v1/alerts/" + Labels.of("alertname", "Loaded", "id", id).fingerprintHex();
    }

    private static double metric(TocsinProcess tocsin, String prefix) throws IOException, InterruptedException {
        return tocsin.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What happened before this call is safe after it. */
    private static void awaitSynced(TocsinProcess tocsin) throws IOException, InterruptedException {
        String count = "tocsin_journal_writing_seconds_count ";
        double before = metric(tocsin, count);
        tocsin.await("synced", () -> metric(tocsin, count) >= before + 2);
    }

    /** Nothing that was safe is forgotten; what was perhaps told before the kill is told, and that is safe, too. */
    private void checkWhatIsThere(TocsinProcess tocsin, String what) throws Exception {
        tocsin.await(what + ": all that fired fires", () -> firing(tocsin).containsAll(safe));
        List<String> silences = objects(
                        new JsonArray(tocsin.get("/api/v2/silences").body()))
                .filter(silence ->
                        silence.getJsonObject("status").getString("state").equals("active"))
                .map(silence ->
                        silence.getJsonArray("matchers").getJsonObject(0).getString("value"))
                .toList();
        assertThat(silences).as(what).containsAll(silenced);
        for (String id : acknowledged.keySet()) {
            assertThat(tocsin.get(pathOf(id) + "/history").body())
                    .as("%s: %s", what, id)
                    .contains("\"acknowledged\":{\"by\":\"ann\"");
        }
        tocsin.await(
                what + ": their groups were looked at",
                () -> metric(tocsin, "tocsin_alert_groups ") >= safe.size()
                        && metric(tocsin, "tocsin_alert_notifications_in_flight ") == 0);
        awaitSynced(tocsin);
    }

    private void act(TocsinProcess tocsin, int round) throws Exception {
        String id = "a" + round;
        tocsin.send("load:5|g|#id:" + id + "\n");
        String silence = "s" + round;
        boolean silences = random.nextInt(4) == 0;
        if (silences) {
            assertThat(tocsin.postJson("/api/v2/silences", """
                            {"matchers":[{"name":"id","value":"%s","isRegex":false}],"startsAt":"2020-01-01T00:00:00Z",
                             "endsAt":"2099-01-01T00:00:00Z","createdBy":"ann","comment":"quiet"}
                            """.formatted(silence))
                            .statusCode())
                    .isEqualTo(200);
        }
        List<String> open =
                safe.stream().filter(each -> !acknowledged.containsKey(each)).toList();
        String answered = open.isEmpty() || random.nextInt(3) > 0 ? null : open.get(random.nextInt(open.size()));
        if (answered != null) {
            asked.add(answered);
            assertThat(tocsin.postJson(pathOf(answered) + "/ack", "{\"by\":\"ann\"}")
                            .statusCode())
                    .isEqualTo(200);
        }
        if (random.nextInt(3) > 0) {
            tocsin.await(id + " fires", () -> firing(tocsin).contains(id));
            awaitSynced(tocsin);
            safe.add(id);
            if (silences) {
                silenced.add(silence);
            }
            if (answered != null) {
                acknowledged.put(answered, timesTold("level2", answered));
            }
        }
        Thread.sleep(random.nextInt(300));
    }

    @Test
    void noAlertIsForgottenNoLevelSkippedAndNothingToldMoreThanTwiceWithTheSameKey() throws Exception {
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", this::take);
        hook.start();
        try (TestServer database = TestServer.start(Binaries.OURS, Files.createDirectory(folder.resolve("database")))) {
            configure(hook.getAddress().getPort());
            boolean databaseIsUp = true;
            for (int round = 0; round < KILLS; round++) {
                String what = "seed " + SEED + " round " + round;
                boolean changes = random.nextInt(4) == 0;
                if (changes && !databaseIsUp) {
                    database.start();
                    databaseIsUp = true;
                    changes = false;
                }
                try (TocsinProcess tocsin = start(database)) {
                    checkWhatIsThere(tocsin, what);
                    if (changes) {
                        database.crash();
                        databaseIsUp = false;
                    }
                    act(tocsin, round);
                    tocsin.kill();
                }
            }
            if (!databaseIsUp) {
                database.start();
            }
            try (TocsinProcess tocsin = start(database)) {
                checkWhatIsThere(tocsin, "seed " + SEED + " at the end");
                checkWhatWasTold(tocsin);
                checkWhatIsStored(tocsin, database);
            }
        } finally {
            hook.stop(0);
        }
    }

    private void checkWhatWasTold(TocsinProcess tocsin) throws Exception {
        assertThat(safe).hasSizeGreaterThan(KILLS / 3);
        for (String id : silenced) {
            tocsin.send("load:5|g|#id:" + id + "\n");
        }
        tocsin.await("the silenced fire", () -> firing(tocsin).containsAll(silenced));
        for (String id : safe) {
            tocsin.await(id + " was told", () -> timesTold("me", id) > 0);
            if (!asked.contains(id)) {
                // Where both had passed before the restart, the first is left out.
                tocsin.await(id + " climbed its policy", () -> timesTold("level2", id) > 0);
            }
        }
        acknowledged.forEach((id, before) ->
                assertThat(timesTold("level2", id)).as(id + " was acknowledged").isEqualTo(before));
        List<String> silencedAndTold = new ArrayList<>(silenced);
        silencedAndTold.removeIf(id -> timesTold("me", id) + timesTold("level1", id) == 0);
        assertThat(silencedAndTold).isEmpty();
        assertThat(timesByKey.values()).as("times each key was sent").allMatch(times -> times <= 2);
    }

    private void checkWhatIsStored(TocsinProcess tocsin, TestServer database) throws Exception {
        tocsin.await(
                "the trail is stored",
                () -> metric(tocsin, "tocsin_database_up ") == 1 && metric(tocsin, "tocsin_alert_trail_waiting ") == 0);
        Map<String, String> states = new HashMap<>();
        try (Connection connection = database.address().connect();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT labels->>'id', state FROM tocsin.alert_episode")) {
            while (rows.next()) {
                states.put(rows.getString(1), rows.getString(2));
            }
        }
        for (String id : safe) {
            assertThat(states)
                    .extractingByKey(id)
                    .as(id)
                    .isIn(
                            acknowledged.containsKey(id) ? "acknowledged" : "firing",
                            asked.contains(id) ? "acknowledged" : "firing");
        }
    }
}
