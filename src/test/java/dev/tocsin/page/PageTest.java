package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page in a real Chromium, before a real server. Waits are for what the page shows. */
class PageTest {
    private static final Map<String, String> PAGES = Map.ofEntries(
            Map.entry("overview", "/#/"),
            Map.entry("explore", "/#/explore?q=host_cpu_usage_percent"),
            Map.entry("alerts", "/#/alerts"),
            Map.entry("checks", "/#/checks"),
            Map.entry("dashboards", "/#/dashboards"),
            Map.entry("dashboard-host", "/#/d/host"),
            Map.entry("dashboard-ingest", "/#/d/ingest"),
            Map.entry("dashboard-api", "/#/d/api"),
            Map.entry("latency", "/#/latency?q=http_request_duration"),
            Map.entry("rule", "/#/rule?name=HostCpuHigh&over=1h"),
            Map.entry("status", "/#/status"));

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private final Set<Request> openStreams = ConcurrentHashMap.newKeySet();
    private List<String> complaints;
    private Page page;

    @BeforeEach
    void look() {
        complaints = browsing.complaints();
        page = browsing.page();
        page.onRequest(request -> {
            if (isStream(request)) {
                openStreams.add(request);
            }
        });
        page.onRequestFinished(openStreams::remove);
        page.onRequestFailed(openStreams::remove);
    }

    @Test
    void aMetricThatIsPushedComesUpInAChartAndMoves() {
        AtomicInteger value = new AtomicInteger(100);
        go("/#/");
        assertThat(page.locator(".live")).containsText("Live");
        assertThat(page.locator("section.host")).isVisible();

        try (Pushing pushing = Pushing.to(
                browsing.demo().udpPort(), () -> "page.test.latency:" + value.addAndGet(7) + "|ms|#route:/login")) {
            Locator panel = page.locator("section[aria-label='page_test_latency']");
            Locator p99 = panel.locator(".legend-item:has-text('p99') b");
            panel.scrollIntoViewIfNeeded();
            assertThat(p99).containsText("ms");
            assertThat(panel.locator("canvas")).isVisible();
            assertThat(p99).not().hasText(p99.textContent());
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void aPageWithoutMetricsTellsWhatToPaste() throws Exception {
        try (ServedPage empty = ServedPage.openEmpty()) {
            browsing.go(empty, "/#/");
            assertThat(page.locator(".paste").first())
                    .containsText("echo \"api.latency:320|ms|#route:/login\" | nc -u -w0 127.0.0.1 " + empty.udpPort());
            browsing.screenshot("overview-empty");

            try (Pushing pushing = Pushing.to(empty.udpPort(), () -> "api.latency:320|ms|#route:/login")) {
                assertThat(page.locator("section[aria-label='api_latency'] .legend-item:has-text('p99') b"))
                        .containsText("ms");
                assertThat(page.locator(".paste")).hasCount(0);
            }
        }
    }

    @Test
    void onePageHoldsOneStreamConnection() {
        go("/#/");
        assertThat(page.locator(".live")).containsText("Live");
        assertThat(page.locator("section[aria-label='CPU'] canvas")).isVisible();
        page.waitForCondition(() -> openStreams.size() == 1);

        go("/#/d/host");
        assertThat(page.locator("section[aria-label='CPU by core'] canvas")).isVisible();
        assertThat(page.locator("section[aria-label='CPU by core'] .legend-item b")
                        .first())
                .hasText(Pattern.compile("[\\d.]+.%"));
        page.waitForCondition(() -> openStreams.size() == 1);
        assertThat(complaints).isEmpty();
    }

    @Test
    void anErrorInAnExpressionIsMarkedWhereItIs() {
        go("/#/explore");
        page.locator("#promql").fill("rate(host_cpu_usage_percent[5m)");
        page.keyboard().press("Enter");

        assertThat(page.locator(".query-error")).hasText(Pattern.compile("1:31\\b.*"));
        assertThat(page.locator(".tok-fault")).hasText(")");
    }

    @Test
    void namesAreCompletedInTheQueryBox() {
        go("/#/explore");
        assertThat(page.locator(".live")).containsText("Live");
        page.locator("#promql").pressSequentially("max(host_cpu_us");
        assertThat(page.locator(".completion li").first()).containsText("host_cpu_usage_percent");
        page.keyboard().press("Tab");

        assertThat(page.locator("#promql")).hasValue("max(host_cpu_usage_percent");
        assertThat(complaints).isEmpty();
    }

    @Test
    void keysGoEverywhere() {
        go("/#/");
        assertThat(page.locator("section.host")).isVisible();
        // So that the second that `g` waits for its letter is not over before it comes.
        page.clock().setFixedTime(System.currentTimeMillis());
        page.keyboard().press("g");
        page.keyboard().press("a");
        page.waitForURL("**/#/alerts");
        page.keyboard().press("e");
        page.waitForURL("**/#/explore");
        page.locator("#promql").blur();
        page.keyboard().press("p");
        assertThat(page.locator(".live")).containsText("Paused");
        page.keyboard().press("p");
        assertThat(page.locator(".live")).containsText("Live");
        page.keyboard().press("?");
        assertThat(page.locator(".drawer")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator(".drawer")).hasCount(0);
        page.keyboard().press("g");
        page.keyboard().press("o");
        assertThat(page.locator("#promql")).hasCount(0);
        page.keyboard().press("/");
        page.keyboard().type("cpu");
        page.waitForURL(Pattern.compile(".*#/\\?q=cpu$"));
        assertThat(complaints).isEmpty();
    }

    @Test
    void theThemeStandsInTheAddress() {
        go("/#/?theme=light");
        assertThat(page.locator("html")).hasAttribute("data-theme", "light");
        assertThat(page.locator(".live")).containsText("Live"); // and so the keys are heard
        page.keyboard().press("t");
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        page.waitForURL(Pattern.compile(".*theme=dark.*"));
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"DARK", "LIGHT"})
    void everyPageFitsItsWindowIsReadByEverybodyAndLeavesNoErrors(ColorScheme scheme) {
        for (int width : new int[] {360, 1280, 2560}) {
            page = browsing.look(width, width < 500 ? 740 : 800, scheme);
            for (Map.Entry<String, String> each : PAGES.entrySet()) {
                go(each.getValue());
                assertThat(page.locator("main#view > *").first()).isAttached();
                assertThat(page.locator(".live")).containsText("Live");
                if (each.getValue().contains("host")) {
                    assertThat(page.locator("canvas").first()).isVisible();
                }
                String name = each.getKey() + "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
                browsing.screenshot(name);
                assertThat(browsing.overflow())
                        .as("columns of pixels beyond the window of " + name)
                        .isEqualTo(0);
                if (width == 1280) {
                    assertThat(Axe.faults(page)).as(name).isEmpty();
                }
                assertThat(complaints).as(name).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"DARK", "LIGHT"})
    void theDocumentationFitsItsWindowAndIsReadByEverybody(ColorScheme scheme) {
        page = browsing.look(1280, 800, scheme);
        go("/docs");
        List<String> paths = new ArrayList<>(List.of("/docs"));
        for (Locator link : page.locator("dt a").all()) {
            paths.add(link.getAttribute("href"));
        }
        assertThat(paths).hasSizeGreaterThan(10);
        for (String path : paths) {
            go(path);
            assertThat(Axe.faults(page)).as(path).isEmpty();
            for (int width : new int[] {360, 2560}) {
                page.setViewportSize(width, 800);
                assertThat(browsing.overflow()).as("%s at %d px", path, width).isEqualTo(0);
            }
            page.setViewportSize(1280, 800);
        }
        browsing.screenshot("docs-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(complaints).isEmpty();
    }

    private static boolean isStream(Request request) {
        return request.method().equals("GET") && request.url().contains("/api/v1/stream?");
    }

    private void go(String path) {
        browsing.go(path);
    }
}
