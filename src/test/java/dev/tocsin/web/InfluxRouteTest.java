package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.ingest.HttpIngestSettings;
import dev.tocsin.ingest.HttpLoops;
import dev.tocsin.ingest.InfluxWrites;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Line protocol through the whole server, with the guards that stand before every route. */
@Timeout(60)
class InfluxRouteTest {
    @Test
    void aBodyThatSaysItIsTooLargeIsRefusedInInfluxDbsWords() {
        HttpSettings defaults = HttpSettings.DEFAULT;
        HttpSettings settings = new HttpSettings(
                defaults.host(),
                0,
                1,
                100_000,
                defaults.headerTimeout(),
                defaults.bodyTimeout(),
                defaults.idleTimeout(),
                defaults.maxConnections(),
                defaults.auth());
        try (TestServer server = new TestServer()) {
            HttpLoops loops = new HttpLoops(
                    new HttpIngestSettings(100_000, 100_000, 1 << 20),
                    () -> (batch, now) -> {},
                    server.clock,
                    server.meters);
            server.start(settings, List.of(new InfluxWrites(loops)::mount), PageFiles.of(Map.of()));

            assertThat(server.post("/write?db=x", "text/plain", "a v=1").statusCode())
                    .isEqualTo(204);
            String large = "a v=1\n".repeat(20_000);
            HttpResponse<String> one = server.post("/write?db=x", "text/plain", large);
            assertThat(one.statusCode()).isEqualTo(413);
            assertThat(new JsonObject(one.body()).getString("error")).contains("100000 bytes");
            HttpResponse<String> two = server.post("/api/v2/write?bucket=x", "text/plain", large);
            assertThat(two.statusCode()).isEqualTo(413);
            assertThat(new JsonObject(two.body()).getString("code")).isEqualTo("request too large");
            assertThat(loops.accounting().getFirst().totals().rejected()).isEqualTo(2);
        }
    }
}
