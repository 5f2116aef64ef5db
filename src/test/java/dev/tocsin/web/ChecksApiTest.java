package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.Checks;
import dev.tocsin.core.check.RecoveryRun;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.MemorySource;
import dev.tocsin.promql.QueryLimits;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksApiTest {
    private static final long HOUR = 3_600_000;
    private static final Labels SHOP = Labels.of("check", "shop", "kind", "http", "severity", "critical");

    private final MemorySource source = new MemorySource();
    private final ConcurrentLinkedQueue<String> beats = new ConcurrentLinkedQueue<>();
    private TestServer server;

    private final Checks checks = new Checks() {
        @Override
        public Collection<CheckStatus> all() {
            return List.of(
                    new CheckStatus(
                            "new",
                            "tcp",
                            Labels.EMPTY,
                            Duration.ofSeconds(5),
                            List.of(),
                            CheckState.UNKNOWN,
                            0,
                            0,
                            List.of(),
                            List.of()),
                    new CheckStatus(
                            "shop",
                            "http",
                            SHOP,
                            Duration.ofSeconds(30),
                            List.of("gateway"),
                            CheckState.DOWN,
                            TestServer.NOW - 60_000,
                            3,
                            List.of(
                                    new CheckStatus.Result(TestServer.NOW - 90_000, true, 12.5, "HTTP 200"),
                                    new CheckStatus.Result(TestServer.NOW - 60_000, false, 3, "HTTP 503")),
                            List.of(new RecoveryRun(
                                    "restart",
                                    TestServer.NOW - 59_000,
                                    RecoveryRun.Outcome.FAILED,
                                    1_500,
                                    3,
                                    "no such unit",
                                    0))));
        }

        @Override
        public boolean beat(String name, boolean ok, String message) {
            beats.add(name + " " + ok + " " + message);
            return name.equals("backup");
        }
    };

    @BeforeEach
    void start() {
        server = new TestServer();
        QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT, Clock.system());
        server.start(
                HttpSettings.DEFAULT,
                List.of(new ChecksApi(checks, evaluator, pool, server.clock)::mount),
                PageFiles.of(Map.of()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyCheckIsToldWithItsHistoryAndAvailability() {
        Labels up = SHOP.with(Labels.NAME, "check_up");
        for (int hour = 100; hour > 0; hour--) {
            // Up four days ago; of the last 24 hours it was up in the 18 before the last 6.
            source.add(up, TestServer.NOW - hour * HOUR + 1, hour > 6 ? 1 : 0);
        }

        HttpResponse<String> answer = server.get("/api/v1/checks");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonObject data = new JsonObject(answer.body()).getJsonObject("data");
        assertThat(data.getJsonArray("checks")).hasSize(2);
        assertThat(data.getJsonArray("checks").getJsonObject(0).getValue("last"))
                .isNull();
        JsonObject shop = data.getJsonArray("checks").getJsonObject(1);
        assertThat(shop.getString("name")).isEqualTo("shop");
        assertThat(shop.getString("state")).isEqualTo("down");
        assertThat(shop.getInteger("consecutive_failures")).isEqualTo(3);
        assertThat(shop.getJsonObject("last").getString("message")).isEqualTo("HTTP 503");
        assertThat(shop.getJsonArray("history")).hasSize(2);
        assertThat(shop.getJsonArray("history").getJsonObject(0).getDouble("duration_ms"))
                .isEqualTo(12.5);
        assertThat(shop.getJsonObject("availability"))
                .isEqualTo(new JsonObject().put("24h", 0.75).put("7d", 0.94).put("30d", 0.94));
    }

    @Test
    void oneIsToldByItsNameAndLastResultsMayBeFew() {
        JsonObject shop = new JsonObject(server.get("/api/v1/checks/shop").body()).getJsonObject("data");
        assertThat(shop.getString("name")).isEqualTo("shop");
        assertThat(shop.getJsonArray("history")).hasSize(2);
        JsonObject restart = shop.getJsonArray("recoveries").getJsonObject(0);
        assertThat(restart.getString("told"))
                .startsWith("restart tried at ")
                .endsWith(": failed with exit code 3: no such unit");
        assertThat(restart.getString("outcome")).isEqualTo("failed");
        assertThat(restart.getString("output")).isEqualTo("no such unit");
        assertThat(server.get("/api/v1/checks/none").statusCode()).isEqualTo(404);

        JsonObject few = new JsonObject(server.get("/api/v1/checks?results=1").body());
        shop = few.getJsonObject("data").getJsonArray("checks").getJsonObject(1);
        assertThat(shop.getJsonArray("history")).hasSize(1);
        assertThat(shop.getJsonArray("history").getJsonObject(0).getString("message"))
                .isEqualTo("HTTP 503");
        assertThat(server.get("/api/v1/checks?results=x").statusCode()).isEqualTo(400);
    }

    @Test
    void aJobSaysThatItRanAsCurlDoesIt() {
        assertThat(server.get("/api/v1/heartbeat/backup").statusCode()).isEqualTo(200);
        assertThat(server.post("/api/v1/heartbeat/backup", "text/plain", "12 GB\n")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.post("/api/v1/heartbeat/backup?status=fail", "application/x-www-form-urlencoded", "disk full")
                        .statusCode())
                .isEqualTo(200);
        assertThat(server.get("/api/v1/heartbeat/backup?message=took+3s").statusCode())
                .isEqualTo(200);

        assertThat(beats)
                .containsExactly("backup true ", "backup true 12 GB", "backup false disk full", "backup true took 3s");
    }

    @Test
    void aLongStoryIsCutShort() {
        assertThat(server.post("/api/v1/heartbeat/backup", "text/plain", "x".repeat(1_000_000))
                        .statusCode())
                .isEqualTo(200);

        assertThat(beats.remove()).hasSize("backup true ".length() + 2_000);
    }

    @ParameterizedTest
    @CsvSource({"none, 404, no check", "backup?status=failed, 400, ok or fail"})
    void whatIsNotKnownIsToldSo(String path, int status, String told) {
        HttpResponse<String> answer = server.get("/api/v1/heartbeat/" + path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(told);
    }
}
