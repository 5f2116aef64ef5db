package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is checked, and how it was, in a real Chromium before a real server. */
class ChecksPageTest {
    /** Nobody listens on port 1. */
    private static final String CHECKS = """
            checks:
              - {name: gateway, kind: tcp, address: "127.0.0.1:1", failures: 1, interval: 1s, severity: high,
                 recovery: {name: restart, command: [/bin/echo, no such unit]}}
              - {name: web, kind: tcp, address: "127.0.0.1:1", interval: 1s, depends-on: gateway}
              - {name: memory, kind: memory, max-used-percent: 100, interval: 1s, labels: {team: base}}
              - name: nightly
                kind: memory
                maintenance: [{times: [{start_time: "00:00", end_time: "24:00"}]}]
            """;

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private Locator row(Page page, String name) {
        return page.locator(".check-list > li")
                .filter(new Locator.FilterOptions()
                        .setHas(page.locator(".check-name strong", new Page.LocatorOptions().setHasText(name))));
    }

    @Test
    void whatIsDownStandsFirstAndWhatIsNotAskedIsToldApart() throws Exception {
        try (ServedPage served = ServedPage.withChecks(CHECKS, "checks.recovery.allow=[[/bin/echo, no such unit]]")) {
            browsing.go(served, "/#/checks");
            Page page = browsing.page();

            assertThat(page.locator(".check-list .check-state").first()).hasText("down");
            assertThat(row(page, "web").locator(".check-state")).hasText("unreachable");
            assertThat(row(page, "web").locator(".check-said")).hasText("behind gateway");
            assertThat(row(page, "nightly").locator(".check-state")).hasText("maintenance");
            assertThat(row(page, "memory").locator(".check-state")).hasText("up");
            assertThat(row(page, "memory").locator("b").first()).hasText("100\u00a0%");
            assertThat(row(page, "gateway").locator(".bar-down")).hasAttribute("d", Pattern.compile("M.*"));
            assertThat(row(page, "memory").locator(".bar-up")).hasAttribute("d", Pattern.compile("M.*"));
            assertThat(row(page, "web").locator(".bar-unreachable")).hasAttribute("d", Pattern.compile("M.*"));
            assertThat(row(page, "nightly").locator(".bar-maintenance")).hasAttribute("d", Pattern.compile("M.*"));
            assertThat(Axe.faults(page)).isEmpty();

            row(page, "gateway").locator(".check-row").click();
            assertThat(page.locator(".check-results li").first()).containsText("refused");
            assertThat(page.locator(".check-facts")).containsText("severity=high");
            assertThat(page.locator(".check-detail .u-over")).isVisible();
            assertThat(page.locator(".check-tried li").first())
                    .containsText(Pattern.compile("restart tried at \\d\\d:\\d\\d: not recovered yet"));
            page.locator(".check-tried summary").first().click();
            assertThat(page.locator(".check-tried pre").first()).hasText("no such unit");
            assertThat(page).hasURL(Pattern.compile(".*check=gateway.*"));
            browsing.screenshot("checks-dark");
            assertThat(Axe.faults(page)).isEmpty();
            assertThat(browsing.overflow()).isZero();

            page = browsing.look(1280, 800, ColorScheme.LIGHT);
            browsing.go(served, "/#/checks?state=unreachable");
            assertThat(page.locator(".check-list > li")).hasCount(1);
            page.locator(".state-count[aria-pressed='true']").click();
            assertThat(page.locator(".check-list > li")).hasCount(4);
            browsing.screenshot("checks-light");
            assertThat(Axe.faults(page)).isEmpty();

            page = browsing.look(360, 740, ColorScheme.DARK);
            browsing.go(served, "/#/checks?check=web");
            assertThat(page.locator(".check-facts")).containsText("Depends on");
            browsing.screenshot("checks-phone");
            assertThat(browsing.overflow()).isZero();
            assertThat(Axe.faults(page)).isEmpty();
            assertThat(browsing.complaints()).isEmpty();
        }
    }

    @Test
    void whereNothingIsCheckedThePageTeaches() throws Exception {
        try (ServedPage served = ServedPage.openEmpty()) {
            browsing.go(served, "/#/");
            browsing.page().keyboard().press("g");
            browsing.page().keyboard().press("c");

            assertThat(browsing.page().locator(".empty")).containsText("Nothing is checked yet");
            assertThat(browsing.page().locator("nav a[aria-current=page]")).hasText("Checks");
            assertThat(browsing.complaints()).isEmpty();
        }
    }
}
