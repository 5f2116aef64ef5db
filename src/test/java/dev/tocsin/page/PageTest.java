package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page in a real Chromium, before a real server. Waits are for what the page shows. */
class PageTest {
    /** For what must come up, however slow the machine. */
    private static final Path SCREENSHOTS = Path.of(System.getProperty("tocsin.basedir", "."), "target", "screenshots");

    private static final Map<String, String> PAGES = Map.of(
            "overview", "/#/",
            "explore", "/#/explore?q=host_cpu_usage_percent",
            "alerts", "/#/alerts",
            "dashboards", "/#/dashboards",
            "dashboard-host", "/#/d/host",
            "dashboard-ingest", "/#/d/ingest",
            "dashboard-api", "/#/d/api",
            "status", "/#/status");

    private static Chromium chromium;
    private static ServedPage served;

    private final List<String> complaints = new ArrayList<>();
    private final Set<Request> openStreams = ConcurrentHashMap.newKeySet();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void start() throws Exception {
        Path executable = Chromium.find().orElse(null);
        if (executable == null && "true".equals(System.getenv("CI"))) {
            fail("no Chromium is installed, and CI must look at the page in one");
        }
        assumeTrue(
                executable != null, "no Chromium is installed (apt-get install chromium); the page is not looked at");
        served = ServedPage.open();
        chromium = Chromium.launch(executable);
    }

    @AfterAll
    static void stop() throws Exception {
        if (chromium != null) {
            chromium.close();
        }
        if (served != null) {
            served.close();
        }
    }

    @BeforeEach
    void openContext() {
        look(1280, 800, ColorScheme.DARK);
    }

    @AfterEach
    void closeContext() {
        context.close();
    }

    @Test
    void aMetricThatIsPushedComesUpInAChartAndMoves() {
        AtomicInteger value = new AtomicInteger(100);
        go("/#/");
        assertThat(page.locator(".live")).containsText("Live");
        assertThat(page.locator("section.host")).isVisible();

        try (Pushing pushing =
                Pushing.to(served.udpPort(), () -> "page.test.latency:" + value.addAndGet(7) + "|ms|#route:/login")) {
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
            page.navigate(empty.url() + "/#/");
            assertThat(page.locator(".paste").first())
                    .hasText(Pattern.compile(
                            "echo \"api.latency:320\\|ms\\|#route:/login\" \\| nc -u -w0 127.0.0.1 \\d+.*"));
            page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("overview-empty.png")));

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
        page.waitForCondition(() ->
                openStreams.size() == 1 && openStreams.iterator().next().url().contains("host_cpu_core_usage_percent"));
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
    void everyPageFitsItsWindowAndLeavesNoErrors(ColorScheme scheme) {
        for (int width : new int[] {360, 1280, 2560}) {
            context.close();
            look(width, width < 500 ? 740 : 800, scheme);
            for (Map.Entry<String, String> each : PAGES.entrySet()) {
                go(each.getValue());
                assertThat(page.locator("main#view > *").first()).isAttached();
                assertThat(page.locator(".live")).containsText("Live");
                if (each.getValue().contains("host")) {
                    assertThat(page.locator("canvas").first()).isVisible();
                }
                Object overflow = page.evaluate(
                        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)");
                String name = each.getKey() + "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
                page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
                assertThat(overflow)
                        .as("columns of pixels beyond the window of " + name)
                        .isEqualTo(0);
                assertThat(complaints).as(name).isEmpty();
            }
        }
    }

    private void look(int width, int height, ColorScheme scheme) {
        page = chromium.look(width, height, scheme, complaints);
        context = page.context();
        page.onRequest(request -> {
            if (!request.url().startsWith(served.url().toString())) {
                complaints.add("asks another host: " + request.url());
            }
            if (isStream(request)) {
                openStreams.add(request);
            }
        });
        page.onRequestFinished(openStreams::remove);
        page.onRequestFailed(openStreams::remove);
    }

    private static boolean isStream(Request request) {
        return request.url().contains("/api/v1/stream");
    }

    private void go(String path) {
        page.navigate(served.url() + path);
    }
}
