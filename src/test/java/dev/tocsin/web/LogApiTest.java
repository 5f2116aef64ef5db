package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.log.LogAnalysis;
import dev.tocsin.core.log.LogBook;
import dev.tocsin.core.log.LogLine;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogApiTest {
    private static final class OneLine implements LogBook {
        @Override
        public CompletionStage<List<LogLine>> recent(@Nullable String category, @Nullable String source, int limit) {
            return CompletableFuture.supplyAsync(() -> List.of(new LogLine(
                    TestServer.NOW,
                    category + "/" + source + "/" + limit,
                    "shop",
                    "/var/log/a.log",
                    "ERROR \"x\"\n at y")));
        }

        @Override
        public CompletionStage<LogAnalysis> analysis(int hours, int limit) {
            return CompletableFuture.completedStage(new LogAnalysis(
                    TestServer.NOW - 3_600_000L * hours,
                    TestServer.NOW,
                    TestServer.NOW,
                    List.of(new LogAnalysis.Total("error", "shop", 5, 7)),
                    List.of(new LogAnalysis.Shape("error", "shop", "x #", "x 1", 5, 7, 0, TestServer.NOW)),
                    limit));
        }
    }

    private final TestServer server = TestServer.serving(new LogApi(new OneLine())::mount);

    @AfterEach
    void close() {
        server.close();
    }

    private JsonObject get(String path) {
        return new JsonObject(server.get(path).body());
    }

    @Test
    void givesTheLastLines() {
        JsonObject line = get("/api/v1/logs/recent?category=error&source=shop&limit=5")
                .getJsonArray("data")
                .getJsonObject(0);

        assertThat(line)
                .isEqualTo(new JsonObject()
                        .put("time", "2024-11-21T05:00:00Z")
                        .put("category", "error/shop/5")
                        .put("source", "shop")
                        .put("file", "/var/log/a.log")
                        .put("text", "ERROR \"x\"\n at y"));
    }

    @Test
    void givesTheAnalysisOfADayWhereNothingElseIsAsked() {
        JsonObject data = get("/api/v1/logs/analysis").getJsonObject("data");

        assertThat(data.getInteger("hours")).isEqualTo(24);
        assertThat(data.getString("from")).isEqualTo("2024-11-20T05:00:00Z");
        assertThat(data.getJsonArray("totals").getJsonObject(0).getLong("trend"))
                .isEqualTo(-2);
        assertThat(data.getJsonArray("shapes").getJsonObject(0).getString("first_time"))
                .isEqualTo("1970-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"analysis?hours=25", "analysis?hours=0", "analysis?hours=x", "recent?limit=100000"})
    void refusesWhatIsOutOfRange(String path) {
        assertThat(server.get("/api/v1/logs/" + path).statusCode()).isEqualTo(400);
    }
}
