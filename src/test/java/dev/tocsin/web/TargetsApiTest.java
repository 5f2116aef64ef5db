package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.core.scrape.TargetStatus;
import dev.tocsin.core.scrape.TargetStatus.Health;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class TargetsApiTest {
    private static final Labels TARGET = Labels.of("instance", "127.0.0.1:1", "job", "a");

    private static final ScrapeTargets TARGETS = new ScrapeTargets() {
        @Override
        public List<Pool> pools() {
            Labels discovered = Labels.of("__address__", "127.0.0.1:1");
            TargetStatus up = new TargetStatus(
                    discovered, TARGET, "http://127.0.0.1:1/metrics", Health.UP, "", 1_500, 250_000_000, 5_000, 2_500);
            TargetStatus fresh = new TargetStatus(
                    discovered, TARGET, "https://h:2/m", Health.UNKNOWN, "", TargetStatus.NEVER, 0, 60_000, 10_000);
            return List.of(
                    new Pool("a", List.of(up), List.of(Labels.of("__address__", "gone")), 3),
                    new Pool("b", List.of(fresh), List.of(), 0));
        }

        @Override
        public void metadata(BiConsumer<Labels, MetricMetadata> sink) {
            sink.accept(TARGET, new MetricMetadata("m_total", "counter", "Ms.", ""));
            sink.accept(TARGET, new MetricMetadata("n", "gauge", "", ""));
        }
    };

    private static final String UP = "{\"discoveredLabels\":{\"__address__\":\"127.0.0.1:1\"},"
            + "\"labels\":{\"instance\":\"127.0.0.1:1\",\"job\":\"a\"},\"scrapePool\":\"a\","
            + "\"scrapeUrl\":\"http://127.0.0.1:1/metrics\",\"globalUrl\":\"http://me:1/metrics\",\"lastError\":\"\","
            + "\"lastScrape\":\"1970-01-01T00:00:01.500Z\",\"lastScrapeDuration\":0.25,\"health\":\"up\","
            + "\"scrapeInterval\":\"5s\",\"scrapeTimeout\":\"2s500ms\"}";

    private static String data(TestServer server, String path) {
        String body = server.get("/api/v1/" + path).body();
        assertThat(body).startsWith("{\"status\":\"success\",\"data\":");
        return body.substring("{\"status\":\"success\",\"data\":".length(), body.length() - 1);
    }

    @Test
    void targetsAreToldAsPrometheusTellsThem() {
        try (TestServer server = new TestServer()) {
            QueryPool pool = new QueryPool(server.vertx, QueryBounds.DEFAULT, server.clock, server.meters);
            server.start(
                    HttpSettings.DEFAULT, List.of(new TargetsApi(TARGETS, "me", pool)::mount), PageFiles.of(Map.of()));

            assertThat(data(server, "targets?scrapePool=a"))
                    .isEqualTo("{\"activeTargets\":[" + UP + "],\"droppedTargets\":[{\"discoveredLabels\":"
                            + "{\"__address__\":\"gone\"}}],\"droppedTargetCounts\":{\"a\":3}}");
            assertThat(data(server, "targets?state=active"))
                    .contains(UP)
                    .contains(
                            "\"lastScrape\":\"0001-01-01T00:00:00Z\",\"lastScrapeDuration\":0.0,\"health\":\"unknown\"")
                    .endsWith("\"droppedTargets\":[],\"droppedTargetCounts\":{}}");
            assertThat(data(server, "targets?state=dropped"))
                    .startsWith("{\"activeTargets\":[],\"droppedTargets\":[{")
                    .endsWith("\"droppedTargetCounts\":{\"a\":3,\"b\":0}}");
            assertThat(data(server, "scrape_pools")).isEqualTo("{\"scrapePools\":[\"a\",\"b\"]}");
            assertThat(data(server, "targets/metadata?metric=m_total"))
                    .isEqualTo("[{\"target\":{\"instance\":\"127.0.0.1:1\",\"job\":\"a\"},\"type\":\"counter\","
                            + "\"help\":\"Ms.\",\"unit\":\"\"}]");
            assertThat(data(server, "targets/metadata?match_target=%7Bjob%3D%22b%22%7D"))
                    .isEqualTo("[]");
            assertThat(data(server, "targets/metadata?limit=1"))
                    .contains("m_total")
                    .doesNotContain("\"n\"");
        }
    }
}
