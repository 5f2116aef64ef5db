package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the reader sees first, of services that nobody described. */
class OverviewPageTest {
    private static final String RULES = """
            groups:
              - name: page
                rules:
                  - alert: Errors
                    expr: sum by (service) (rate(http_requests{status="500"}[10s])) / sum by (service) (rate(http_requests[10s])) > 0.5
                    labels: {severity: critical}
                  - {alert: DiskFull, expr: vector(97) > 90, labels: {severity: high}}
                  - {alert: QueueLong, expr: vector(300) > 200, labels: {severity: warning}}
                  - {alert: QueueSlow, expr: vector(300) > 200, labels: {severity: warning}}
            """;

    /** Eleven services of one habit, `s00` failing nine times of ten, and `zebra`, which has names of its own for what it counts. */
    private static final String ALL = IntStream.range(0, 11)
                    .mapToObj(
                            "http_requests:1|c|#service:s%1$02d,status:200\nhttp_request_duration:20|ms|#service:s%1$02d"
                                    ::formatted)
                    .collect(Collectors.joining("\n"))
            + "\nhttp_requests:9|c|#service:s00,status:500"
            + "\nrpc_calls:4|c|#service:zebra\nrpc_errors:1|c|#service:zebra\nrpc_time:80|ms|#service:zebra";

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private Locator row(String service) {
        return browsing.page().locator(".services-table tbody tr:has(a:text-is('" + service + "'))");
    }

    @Test
    void aDozenServicesFitOneGlanceWorstFirstAndWhatFallsSilentSaysSinceWhen() throws Exception {
        AtomicReference<String> pushed = new AtomicReference<>(ALL);
        try (ServedPage served = ServedPage.withRules(RULES, "host.enabled=true");
                Pushing pushing = Pushing.to(served.udpPort(), pushed::get)) {
            browsing.go(served, "/#/");

            assertThat(browsing.page().locator(".services-table tbody tr")).hasCount(12);
            assertThat(browsing.page().locator(".trouble-counts"))
                    .hasText(Pattern.compile("1 critical.*1 high.*2 warning"));
            assertThat(browsing.page().locator(".trouble-list > li").first()).containsText("Errors");
            assertThat(row("s00").locator(".col-errors")).hasText(Pattern.compile("90.0.%"));
            // `s00` by its alert; `zebra` for a quarter of its calls, though no rule is about it; then by name.
            assertThat(browsing.page().locator(".services-table tbody th")).hasText(new String[] {
                "s00", "zebra", "s01", "s02", "s03", "s04", "s05", "s06", "s07", "s08", "s09", "s10"
            });
            assertThat(row("zebra").locator(".col-errors")).hasText(Pattern.compile("25.0.%"));
            assertThat(row("zebra").locator(".col-p99")).hasText(Pattern.compile("80.*ms"));
            assertThat(browsing.page().locator("section[aria-label='Load'] canvas"))
                    .isVisible();
            Object foot =
                    browsing.page().evaluate("document.querySelector('section.host').getBoundingClientRect().bottom");
            assertThat(((Number) foot).doubleValue()).isLessThanOrEqualTo(800);
            browsing.screenshot("overview-dozen");

            pushed.set(ALL.replace("s05", "s06"));
            assertThat(row("s05").locator(".silent")).hasText(Pattern.compile("silent since \\d\\d:\\d\\d:\\d\\d"));
            assertThat(browsing.page().locator(".services-table tbody th").nth(2))
                    .containsText("s05");
            assertThat(row("s05")).hasClass(Pattern.compile("is-silent"));
            assertThat(browsing.complaints()).isEmpty();
        }
    }
}
