package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What holds for all pages: the span of time, zooming, what stands on charts, keys, colours, a wall, paper. */
class ShellPageTest {
    /** Of an A4 sheet within its margins, in CSS pixels. */
    private static final int A4_WIDTH = 703;

    private static final Pattern ZOOMED = Pattern.compile(".*from=\\d+.*to=\\d+.*");

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private Page page() {
        return browsing.page();
    }

    /** Waits until keys and streams are heard. */
    private void open(String path) {
        browsing.go(path);
        assertThat(page().locator(".live")).containsText("Live");
    }

    private Locator chart(String panel) {
        return page().locator("section[aria-label='" + panel + "'] .u-over");
    }

    /** A place on a chart that is 300 pixels wide at least. */
    private static Locator.HoverOptions at(double share) {
        return new Locator.HoverOptions().setPosition(300 * share, 20);
    }

    @Test
    void aSpanFromOneMomentToAnotherIsChosenAndLeft() {
        open("/#/");
        page().locator(".range-open").click();
        page().getByLabel("From", new Page.GetByLabelOptions().setExact(true)).fill("2026-11-20T10:00:01");
        page().getByLabel("To", new Page.GetByLabelOptions().setExact(true)).fill("2026-11-20T09:00:01");
        page().locator(".range-form [type=submit]").click();
        assertThat(page().locator(".range-wrong")).hasText("The end must be after the begin.");
        page().getByLabel("To", new Page.GetByLabelOptions().setExact(true)).fill("2026-11-20T11:30:01");
        page().locator(".range-form [type=submit]").click();

        page().waitForURL(ZOOMED);
        assertThat(page().locator(".range [aria-pressed=true]:visible")).containsText("11:30:");
        page().keyboard().press("Escape");
        assertThat(page().locator(".range [aria-pressed=true]:visible")).hasText("5m");
        for (String days : new String[] {"7d", "30d"}) {
            page().locator(".range-" + days).click();
            page().waitForURL("**range=" + days);
        }
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void draggingZoomsThePageCursorsGoTogetherAndBackReturns() {
        open("/#/d/host"); // where nothing moves: an alert that fires would push the overview's charts down
        assertThat(chart("CPU by core")).isVisible();
        chart("CPU by core").hover(at(0.3));
        page().waitForFunction("""
                () => {
                  const at = [...document.querySelectorAll('.dashboard .u-cursor-x')].map(c => c.style.transform);
                  return at.length > 1 && at.every(t => /translate\\([1-9]/.test(t));
                }
                """);
        page().mouse().down();
        chart("CPU by core").hover(at(0.5));
        chart("CPU by core").hover(at(0.7));
        page().mouse().up();

        page().waitForURL(ZOOMED);
        page().goBack();
        assertThat(page().locator(".range [aria-pressed=true]:visible")).hasText("5m");
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void deploymentsAndAlertsStandOnChartsAndChartsSayWhatTheyShow() throws Exception {
        String rules = "groups: [{name: page, rules: [{alert: AlwaysOn, expr: vector(1) > 0}]}]";
        try (ServedPage served = ServedPage.withRules(rules)) {
            long second = System.currentTimeMillis() / 1000;
            try (Pushing pushing =
                    Pushing.to(served.udpPort(), () -> "_e{15,4}:payments deploy|v1.2|d:" + second + "|t:info")) {
                browsing.go(
                        served, "/#/explore?q=vector(7)&from=" + (second - 30) * 1000 + "&to=" + (second + 30) * 1000);
                Locator over = chart("Over time");
                assertThat(over).isVisible();
                over.hover(); // in its middle
                assertThat(page().locator(".tip-note")).containsText("payments deploy");

                browsing.go(served, "/#/explore?q=vector(7)");
                Locator plot = page().locator("section[aria-label='Live'] .plot");
                assertThat(plot).hasAttribute("aria-label", Pattern.compile("Chart of Live, 5.min.*now 7.*"));
                chart("Live").hover(new Locator.HoverOptions().setPosition(1100, 40));
                assertThat(page().locator(".tip-note")).containsText("AlwaysOn fires");
                assertThat(browsing.complaints()).isEmpty();
            }
        }
    }

    @Test
    void theKeyboardReachesWhatThePointerDoes() {
        open("/#/alerts");
        page().keyboard().press("Tab");
        assertThat(page().locator(".skip")).isFocused();
        page().keyboard().press("Tab");
        page().keyboard().press("Tab");
        assertThat(page().locator("nav a").first()).isFocused();
        assertThat(page().locator("nav a").first()).hasCSS("outline-style", "solid");

        page().keyboard().press("/");
        assertThat(page().locator("#search")).isFocused();
        page().keyboard().press("Escape");
        page().keyboard().press("c");
        assertThat(page().locator("html")).hasAttribute("data-palette", "safe");
        page().waitForURL("**palette=safe**");
        page().keyboard().press("?");
        assertThat(page().locator(".drawer")).containsText("Usual colours");
        page().keyboard().press("Escape");
        assertThat(page().locator(".drawer")).hasCount(0);

        browsing.go("/#/status");
        page().reload();
        assertThat(page().locator("html")).hasAttribute("data-palette", "safe");
        assertThat(page().locator(".health-part").first()).isVisible();
        assertThat(Axe.faults(page())).isEmpty();
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void chartsMoveBySecondsAndNothingElseDoes() throws Exception {
        try (ServedPage served = ServedPage.withRules("groups: []")) {
            browsing.go(served, "/#/explore?q=time() % 7");
            assertThat(chart("Live")).isVisible();
            assertThat(page().locator("section[aria-label='Live'] .legend-item b")
                            .first())
                    .hasText(Pattern.compile("\\d"));
            page().evaluate("""
                    () => {
                      const now = document.querySelector('.live time');
                      window.seen = { frames: new Set(), shifted: 0, canvas: document.querySelector('.u-wrap canvas') };
                      new PerformanceObserver((list) => {
                        for (const each of list.getEntries()) seen.shifted += each.value;
                      }).observe({ type: 'layout-shift' });
                      new MutationObserver(() => seen.frames.add(now.textContent)).observe(now, {
                        childList: true,
                        characterData: true,
                        subtree: true,
                      });
                    }""");
            page().waitForFunction("() => seen.frames.size >= 4");
            assertThat(page().evaluate("seen.shifted")).isEqualTo(0);
            assertThat(page().evaluate("seen.canvas.isConnected")).isEqualTo(true);
        }
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void aWallScreenIsKeptAwakeUntilItIsLeft() {
        page().addInitScript("""
                window.locks = [];
                Object.defineProperty(navigator, 'wakeLock', {
                  value: {
                    request: async (kind) => {
                      locks.push(kind);
                      return { addEventListener() {}, release: async () => locks.push('released') };
                    },
                  },
                });
                """);
        browsing.go("/#/?wall=1");
        page().waitForFunction("() => locks.join() === 'screen'");
        page().evaluate("location.hash = '#/'");
        page().waitForFunction("() => locks.join() === 'screen,released'");
        assertThat(page().locator("nav")).isVisible();
    }

    @Test
    void aWallScreenTurnsThePagesAndKeepsOnlyTheConnectionsState() {
        browsing.go("/#/?wall=overview,host&every=5");
        assertThat(page().locator("section.host")).isVisible();
        assertThat(page().locator("nav")).isHidden();
        assertThat(page().locator(".live")).isVisible();
        browsing.screenshot("wall");
        page().waitForURL("**/#/d/host?**");
        assertThat(page().locator(".dashboard canvas").first()).isVisible();
        assertThat(page().locator("nav")).isHidden();
        page().waitForURL("**/#/?**");
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void paperIsLightAndHasNothingToClick() {
        open("/#/");
        page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page().locator("#top")).isHidden();
        page().evaluate("dispatchEvent(new Event('beforeprint'))");
        assertThat(page().locator("html")).hasAttribute("data-theme", "light");
        page().evaluate("dispatchEvent(new Event('afterprint'))");
        assertThat(page().locator("html")).hasAttribute("data-theme", "dark");
    }

    @Test
    void aDashboardIsPrintedOntoSheetsThatAreAsWideAsItIs() {
        open("/#/d/host");
        assertThat(chart("CPU by core")).isVisible();
        page().setViewportSize(A4_WIDTH, 1_000);
        page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page().locator("#top")).isHidden();
        assertThat(browsing.overflow()).isEqualTo(0);
        page().setViewportSize(1280, 800);

        byte[] sheets =
                page().pdf(new Page.PdfOptions().setFormat("A4").setPath(Browsing.SCREENSHOTS.resolve("host.pdf")));
        assertThat(new String(sheets, 0, 5, StandardCharsets.ISO_8859_1)).isEqualTo("%PDF-");
        assertThat(page().locator("html")).hasAttribute("data-theme", "dark");
        assertThat(browsing.complaints()).isEmpty();
    }
}
