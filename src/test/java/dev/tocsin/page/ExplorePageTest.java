package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An expression is asked, made a rule of, and the rule judged on what was. */
class ExplorePageTest {
    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private void type(String text) {
        browsing.page().locator("#promql").fill("");
        browsing.page().locator("#promql").pressSequentially(text);
    }

    private Locator suggestion(String text) {
        return browsing.page().locator(".completion li:has(span:text-is('" + text + "'))");
    }

    private static String draft(String expr) {
        return """
                groups:
                  - name: mine
                    rules:
                      - alert: Hot
                        expr: %s
                        labels: {severity: critical}
                """.formatted(expr);
    }

    private void openDraft(String yaml) {
        browsing.go("/#/rule?over=1h&yaml=" + URLEncoder.encode(yaml, StandardCharsets.UTF_8));
    }

    @Test
    void functionsLabelsAndTheirValuesAreCompleted() {
        browsing.go("/#/explore");
        assertThat(browsing.page().locator(".live")).containsText("Live");
        type("histogram_qu");
        assertThat(suggestion("histogram_quantile")).isVisible();
        type("http_requests{serv");
        assertThat(suggestion("service")).isVisible();
        type("http_requests{service=\"check");
        assertThat(suggestion("checkout")).isVisible();
        type("sum by (stat");
        assertThat(suggestion("status")).isVisible();
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void anExpressionIsChartedAndTabledLiveAndOverARangeByItsAddressAlone() {
        browsing.go("/#/explore?q=sum%20by%20(service)%20(rate(http_requests%5B10s%5D))");
        assertThat(browsing.page().locator("section[aria-label='Live'] canvas")).isVisible();
        assertThat(browsing.page().locator("section[aria-label='Now'] tbody")).containsText("checkout");

        browsing.page()
                .locator(".range")
                .getByText("1h", new Locator.GetByTextOptions().setExact(true))
                .click();
        browsing.page().waitForURL("**range=1h**");
        assertThat(browsing.page().locator("section[aria-label='Over time'] canvas"))
                .isVisible();

        String address = browsing.page().url();
        Page other = browsing.page().context().newPage();
        other.navigate(address);
        assertThat(other.locator("#promql")).hasValue("sum by (service) (rate(http_requests[10s]))");
        assertThat(other.locator("section[aria-label='Over time'] .legend")).containsText("checkout");
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void anExpressionBecomesARuleThatIsJudgedOnWhatWas() {
        browsing.go("/#/explore?q=host_cpu_usage_percent");
        browsing.page().locator("a:text-is('Make a rule')").click();

        assertThat(browsing.page().locator(".lined-text"))
                .hasValue(Pattern.compile("[\\s\\S]*expr: host_cpu_usage_percent > \\d[\\s\\S]*"));
        assertThat(browsing.page().locator(".rule-tally")).containsText("This draft");
        assertThat(browsing.page().locator(".rule-change"))
                .hasText("No rule of that name is in force: each firing is new.");
        assertThat(browsing.page().locator(".rule-draft code").first())
                .hasText(Pattern.compile("conf/rules/mine\\d*\\.yaml"));
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void firingsStandOnAChartAndInLinesAndTheDraftInTheAddress() {
        openDraft(draft("vector(97) > 90"));
        assertThat(browsing.page().locator(".rule-tally tbody tr td").first()).hasText("1");
        assertThat(browsing.page().locator("section[aria-label='Hot'] canvas")).isVisible();
        assertThat(browsing.page().locator(".rule-firings tbody tr")).containsText(new String[] {"criticalHot"});
        assertThat(browsing.page().locator(".rule-firings tbody tr td").nth(4)).hasText("97");
        assertThat(browsing.page().locator(".rule-firings tbody tr")).containsText(new String[] {"goes on"});
        browsing.screenshot("rule-editor");
        browsing.page().setViewportSize(360, 740);
        assertThat(browsing.overflow()).isZero();
        browsing.page().setViewportSize(1280, 800);

        browsing.page().locator(".lined-text").fill(draft("vector(97) > 99"));
        assertThat(browsing.page().locator(".rule-result")).containsText("It would not have fired.");
        browsing.page().reload();
        assertThat(browsing.page().locator(".lined-text")).hasValue(draft("vector(97) > 99"));
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void aRuleInForceOpensBesideWhatItDid() {
        browsing.go("/#/rule?name=HostCpuHigh&over=1h");
        assertThat(browsing.page().locator(".rule-tally tbody")).containsText("In force");
        assertThat(browsing.page().locator(".rule-change")).hasText("The same firings as the rules in force.");
        assertThat(browsing.complaints()).isEmpty();
    }

    @Test
    void anErrorInADraftIsMarkedAtItsLine() {
        openDraft(draft("rate(x[5m)"));
        assertThat(browsing.page().locator("#rule-fault")).containsText("Line 5: groups[0].rules[0].expr");
        assertThat(browsing.page().locator(".lined-numbers .faulty")).hasText("5");
        assertThat(browsing.page().locator(".lined-text")).hasAttribute("aria-invalid", "true");

        browsing.page().locator(".lined-text").fill(draft("vector(1) > 2"));
        assertThat(browsing.page().locator("#rule-fault")).isHidden();
        assertThat(browsing.page().locator(".lined-numbers .faulty")).hasCount(0);
    }
}
