package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heatmap, spectrum and the origin of a region, in a real Chromium before a real server. */
class LatencyPageTest {
    /** Nine of ten are quick; /pay on b2 is slow. */
    private static final String PUSHED = "took.duration:20:21:22:20:19|ms|#route:/login,host:b1\n"
            + "took.duration:20:23:22:20|ms|#route:/login,host:b2\n"
            + "took.duration:800|ms|#route:/pay,host:b2";

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private static Pushing pushing(ServedPage served) {
        return Pushing.to(served.udpPort(), () -> PUSHED);
    }

    private Locator panel(String title) {
        return browsing.page().locator("section.panel[aria-label='" + title + "']");
    }

    private void awaitData() {
        assertThat(panel("Live").locator(".panel-now")).hasText(Pattern.compile("p99 80\\d.ms"));
        // Fifty a second: several columns.
        assertThat(panel("Spectrum").locator(".legend-item").first())
                .hasText(Pattern.compile("now(1[2-9]\\d|[2-9]\\d\\d|.*k)"));
        assertThat(panel("Spectrum").locator(".legend-item").last()).hasText("1 week ago: no data");
    }

    @Test
    void withNothingPushedThePageTeachesAndThenShowsWhatComes() throws Exception {
        try (ServedPage served = ServedPage.openEmpty()) {
            browsing.go(served, "/#/latency");
            assertThat(browsing.page().locator(".paste").first()).containsText("nc -u -w0");
            try (Pushing pushing = pushing(served)) {
                browsing.page().waitForURL("**/#/latency?q=took_duration");
                awaitData();
                assertThat(panel("Spectrum").locator("path")).isVisible();
            }
        }
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void aRegionDrawnOverTheSlowOnesTellsWhereTheyCameFromAndFilters() throws Exception {
        try (ServedPage served = ServedPage.openEmpty();
                Pushing pushing = pushing(served)) {
            browsing.go(served, "/#/latency?q=took_duration");
            awaitData();
            BoundingBox heat = browsing.page().locator(".heat").boundingBox();
            browsing.page().mouse().move(heat.x + 70, heat.y + 12);
            browsing.page().mouse().down();
            browsing.page().mouse().move(heat.x + heat.width - 9, heat.y + heat.height / 2);
            browsing.page().mouse().up();

            Locator rows = browsing.page().locator(".latency-origin tbody tr");
            assertThat(rows.first()).hasText(Pattern.compile("route/pay100.%.*\\+\\d\\d.*points"));
            assertThat(rows.nth(1)).hasText(Pattern.compile("hostb2100.%.*\\+\\d\\d.*points"));
            browsing.page().waitForURL("**&region=*");
            browsing.screenshot("latency-region");
            assertThat(Axe.faults(browsing.page())).isEmpty();

            rows.nth(1).locator("button").click();
            browsing.page().waitForURL("**q=took_duration%7Bhost%3D%22b2%22%7D**");
            assertThat(browsing.page().locator(".latency-head .chip")).hasText("host b2 ×");
            browsing.page().locator(".latency-head .chip").click();
            assertThat(browsing.page().locator(".latency-head .chip")).hasCount(0);

            browsing.page().locator(".latency-origin button:text('Clear')").click();
            assertThat(browsing.page().locator(".latency-origin")).containsText("Drag over");
        }
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void aRegionIsSelectedByKeysAndEachCellIsSaid() throws Exception {
        try (ServedPage served = ServedPage.openEmpty();
                Pushing pushing = pushing(served)) {
            browsing.go(served, "/#/latency?q=took_duration");
            awaitData();
            // So that the columns stay where they are while keys are pressed.
            browsing.page().keyboard().press("p");
            assertThat(browsing.page().locator(".live")).containsText("Paused");
            Locator heat = browsing.page().locator(".heat");
            heat.focus();
            browsing.page().keyboard().press("ArrowLeft");
            Locator said = heat.locator("[aria-live]");
            assertThat(said).hasText(Pattern.compile("\\d\\d:\\d\\d:\\d\\d, .*ms.*: \\d+.*"));
            for (int i = 0; i < 80; i++) {
                browsing.page().keyboard().press("Shift+ArrowUp");
            }
            browsing.page().keyboard().press("Shift+ArrowLeft");
            assertThat(said).containsText("region extended");
            browsing.page().keyboard().press("Enter");
            assertThat(browsing.page().locator(".latency-origin tbody tr").first())
                    .hasText(Pattern.compile("route/pay100.%.*"));
            browsing.page().keyboard().press("Escape");
            assertThat(browsing.page().locator(".latency-origin")).containsText("Drag over");
        }
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void deploymentsAndAlertsStandOnTheHeatmapToo() throws Exception {
        String rules = "groups: [{name: page, rules: [{alert: AlwaysOn, expr: vector(1) > 0}]}]";
        long second = System.currentTimeMillis() / 1000;
        String deploy = "\n_e{15,4}:payments deploy|v1.2|d:" + second + "|t:info";
        try (ServedPage served = ServedPage.withRules(rules);
                Pushing pushing = Pushing.to(served.udpPort(), () -> PUSHED + deploy)) {
            browsing.go(served, "/#/latency?q=took_duration");
            awaitData();
            browsing.go(
                    served, "/#/latency?q=took_duration&from=" + (second - 60) * 1000 + "&to=" + (second + 60) * 1000);
            Locator heat = panel("Over time").locator(".heat");
            assertThat(heat).isVisible();
            Locator note = browsing.page().locator(".tip-note");
            // The pointer follows the moment, which stands in the middle of the cells.
            browsing.page().waitForCondition(() -> {
                BoundingBox box = heat.boundingBox();
                browsing.page().mouse().move(box.x + 56 + (box.width - 64) * 0.5 + 1, box.y + 40);
                browsing.page().mouse().move(box.x + 56 + (box.width - 64) * 0.5, box.y + 40);
                return note.isVisible() && note.textContent().contains("payments deploy");
            });
            assertThat(note).containsText("percentiles over");
            browsing.screenshot("latency-deployed");
            assertThat(browsing.complaints()).isEmpty();
        }
    }

    @Test
    void historyThenLiveHasEachColumnOnceAlsoWhereFramesWereMissed() throws Exception {
        try (ServedPage served = ServedPage.openEmpty();
                Pushing pushing = pushing(served)) {
            browsing.go(served, "/#/latency?q=took_duration");
            awaitData();
            Page page = browsing.page();
            page.evaluate("""
                    async () => {
                      const { HeatTrack } = await import('/js/heat-track.js');
                      window.track = new HeatTrack('took_duration', { name: '5m', kind: 'live', seconds: 300, step: 1 });
                      window.frames = 0;
                      const take = track.tick.bind(track);
                      // The third, fourth and fifth frame are lost.
                      track.tick = (t, pairs) => (++frames >= 3 && frames <= 5 ? null : take(t, pairs));
                    }""");
            Object difference = page.evaluate("""
                    async () => {
                      while (frames < 9) await new Promise((later) => setTimeout(later, 100));
                      track.tick = () => {};
                      await track.settled();
                      const [from, end] = [track.end - 30, track.end];
                      const answer = await fetch(`/api/v1/heatmap?query=took_duration&from=${from}&to=${end}&step=1`);
                      const { data } = await answer.json();
                      const expected = data.columns.map((c) => [c[0], c[2]]);
                      const found = [...track.columns].filter(([t]) => t > from).map(([t, c]) => [t, c.count]);
                      return JSON.stringify(expected) === JSON.stringify(found) && found.length > 8
                        ? 'none'
                        : JSON.stringify({ expected, found });
                    }""");
            assertThat(difference).isEqualTo("none");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"DARK", "LIGHT"})
    void thePageFitsItsWindow(ColorScheme scheme) {
        for (int width : new int[] {360, 1280, 2560}) {
            browsing.look(width, width < 500 ? 740 : 800, scheme);
            browsing.go("/#/latency?q=http_request_duration");
            assertThat(panel("Live").locator(".panel-now")).hasText(Pattern.compile("p99 .*ms"));
            assertThat(panel("Spectrum").locator("path").first()).isVisible();
            browsing.screenshot("latency-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
            assertThat(browsing.overflow()).as("%d px", width).isEqualTo(0);
        }
        assertThat(browsing.complaints()).isEmpty();
    }
}
