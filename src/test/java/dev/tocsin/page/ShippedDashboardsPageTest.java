package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.DashboardFiles;
import dev.tocsin.web.Dashboard;
import dev.tocsin.web.Panel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dashboards in {@code conf/dashboards}, of a server to which what their empty panels ask for is pushed. */
class ShippedDashboardsPageTest {
    private static final int LINES_A_DATAGRAM = 12;

    /** All panels that say what to push are drawn from it, and none has failed. */
    private static final String DRAWN = """
            () => {
              const panels = [...document.querySelectorAll('.dashboard .panel')].map((el) => el._panel);
              return panels.length > 0 && panels.filter((p) => p.spec.push).every((p) =>
                p.tracks.some((t) => t.lastSeen() !== null));
            }""";

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private static List<Dashboard> shipped() throws Exception {
        Path conf = Path.of(System.getProperty("tocsin.basedir", "."), "conf");
        return DashboardFiles.parseAll(ConfigFolder.of(conf).dashboards());
    }

    /** What the dashboards ask for, in datagrams. */
    private static List<String> pushes(List<Dashboard> dashboards) {
        List<String> lines = dashboards.stream()
                .flatMap(each -> each.panels().stream())
                .map(Panel::push)
                .filter(line -> !line.isEmpty())
                .map(line -> line.replace("$(date +%s)", Long.toString(System.currentTimeMillis() / 1_000)))
                .distinct()
                .toList();
        return IntStream.range(0, (lines.size() + LINES_A_DATAGRAM - 1) / LINES_A_DATAGRAM)
                .mapToObj(i -> lines.stream()
                        .skip((long) i * LINES_A_DATAGRAM)
                        .limit(LINES_A_DATAGRAM)
                        .collect(Collectors.joining("\n")))
                .toList();
    }

    @Test
    void thereIsOneForEachThatIsPromised() throws Exception {
        assertThat(shipped())
                .extracting(Dashboard::name)
                .contains("api", "alerts", "host", "postgresql", "ingest", "business", "freshness")
                .contains("guide-finance", "guide-configuration", "guide-trading", "guide-stocks", "guide-reporting");
    }

    @Test
    void whatAnEmptyPanelAsksForFillsItAndEveryDashboardFitsItsWindow() throws Exception {
        List<Dashboard> dashboards = shipped();
        List<String> pushes = pushes(dashboards);
        AtomicInteger next = new AtomicInteger();
        try (ServedPage served = ServedPage.shipped();
                Pushing pushing =
                        Pushing.to(served.udpPort(), () -> pushes.get(next.getAndIncrement() % pushes.size()))) {
            for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
                // High enough for all panels to be in view, and so to ask for their data.
                browsing.look(1280, 1900, scheme);
                List<String> failed = new ArrayList<>();
                for (Dashboard each : dashboards) {
                    browsing.go(served, "/#/d/" + each.name());
                    browsing.page().waitForFunction(DRAWN);
                    assertThat(browsing.page().locator(".panel-teach")).hasCount(0);
                    failed.addAll(browsing.page().locator(".is-failed").all().stream()
                            .map(panel -> each.name() + ": " + panel.textContent())
                            .toList());
                    see(each, 1280, scheme);
                }
                assertThat(failed).isEmpty();
            }
            for (int width : new int[] {360, 2560}) {
                browsing.look(width, 740, ColorScheme.DARK);
                for (Dashboard each : dashboards) {
                    browsing.go(served, "/#/d/" + each.name());
                    assertThat(browsing.page().locator(".dashboard .panel").first())
                            .isVisible();
                    see(each, width, ColorScheme.DARK);
                }
            }
        }
    }

    private void see(Dashboard dashboard, int width, ColorScheme scheme) {
        Page page = browsing.page();
        assertThat(page.locator("main h1")).hasText(dashboard.title());
        String name = "shipped-" + dashboard.name() + "-" + width + "-"
                + scheme.name().toLowerCase(Locale.ROOT);
        browsing.screenshot(name);
        assertThat(browsing.overflow())
                .as("columns of pixels beyond the window of " + name)
                .isZero();
        assertThat(browsing.complaints()).as(name).isEmpty();
    }
}
