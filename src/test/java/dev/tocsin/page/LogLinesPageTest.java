package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.tocsin.Tocsin;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a log wrote last stands beside the alert about it, in a real Chromium, before a real server. */
class LogLinesPageTest {
    @TempDir
    private Path folder;

    @Test
    void theLastLinesStandBesideTheAlert() throws Exception {
        Path executable = Chromium.find().orElse(null);
        if (executable == null && "true".equals(System.getenv("CI"))) {
            fail("no Chromium is installed, and CI must look at the page in one");
        }
        assumeTrue(executable != null, "no Chromium is installed (apt-get install chromium)");
        Files.createDirectories(folder.resolve("conf/rules"));
        Files.createDirectories(folder.resolve("conf/logs"));
        Files.writeString(folder.resolve("conf/logs/shop.yaml"), """
                sources:
                  - {name: shop, from: start, files: %s/*.log}
                """.formatted(folder));
        Files.writeString(folder.resolve("conf/rules/logs.yaml"), """
                groups:
                  - name: logs
                    rules:
                      - alert: LogErrors
                        expr: sum by (source) (log_events_total{category="error"}) > 0
                """);
        Files.writeString(folder.resolve("app.log"), "ERROR no stock for <b>17</b>\n\tat shop.Cart\nINFO all well\n");
        ConfigFolder conf = ConfigFolder.of(folder.resolve("conf"));
        Settings settings = Settings.read(
                conf.settings(),
                Map.of(),
                List.of("http.port=0", "ingest.udp.port=0", "storage.uri=none", "host.enabled=false"));
        Tocsin server = Tocsin.start(conf, settings, folder.resolve("data"));
        List<String> complaints = new ArrayList<>();
        try (Chromium chromium = Chromium.launch(executable)) {
            Page page = chromium.look(1280, 800, ColorScheme.DARK, complaints);
            page.navigate("http://127.0.0.1:" + server.httpPort() + "/alerts");
            page.locator(".trouble-row").click();

            assertThat(page.locator(".log-lines pre")).hasText("ERROR no stock for <b>17</b>\n\tat shop.Cart");
            page.context().close();
        } finally {
            server.stop();
        }
        assertThat(complaints).isEmpty();
    }
}
