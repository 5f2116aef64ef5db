package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dashboard with variables and one of each panel kind, of a server to which a test pushes. */
class DashboardPageTest {
    private static final String PANELS = IntStream.range(0, 10)
            .mapToObj(
                    "  - {title: 'Line %1$d of $service', queries: ['depth{service=\"$service\"} + %1$d']}\n"
                            ::formatted)
            .collect(Collectors.joining());

    private static final String YAML = """
            title: Queues
            variables:
              - {name: service, title: Service, label: service, of: depth, multi: true, all: true}
              - {name: queue, title: Queue, label: queue, of: 'depth{service="$service"}'}
              - {name: plus, title: Plus, values: [0, 1000]}
            panels:
              - {title: Sum of $service, kind: stat, queries: ['sum(depth{service="$service"}) + $plus'], width: 3}
              - title: One queue
                kind: gauge
                max: 200
                queries: ['depth{queue="$queue"}']
                thresholds: [{value: 50, severity: critical}]
              - title: Every queue
                kind: gauge
                queries: [{expr: depth, legend: "{{service}} {{queue}}"}]
                thresholds: [{value: 25, below: true}]
              - title: Queues
                kind: table
                thresholds: [{value: 50}]
                queries:
                  - {expr: depth, legend: deep}
                  - {expr: depth * 2, legend: doubled, unit: ms}
              - {title: Wait, statistic: maximum, unit: ms, push: "wait:320|ms", queries: [{metric: wait, legend: longest}]}
            """ + PANELS;

    private static final String DEPTHS = """
            depth:10|g|#service:a,queue:q1
            depth:20|g|#service:a,queue:q2
            depth:100|g|#service:b,queue:q3""";

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private final Set<Request> openStreams = ConcurrentHashMap.newKeySet();

    private Locator panel(String title) {
        return browsing.page().locator("section[aria-label='" + title + "']");
    }

    private Locator stat(String title) {
        return panel(title).locator(".stat-value");
    }

    @Test
    void aChoiceStandsInTheAddressAndChangesEveryPanelOverOneConnection() throws Exception {
        try (ServedPage served = ServedPage.withDashboard(YAML);
                Pushing pushing = Pushing.to(served.udpPort(), () -> DEPTHS)) {
            Page page = browsing.page();
            page.addInitScript("""
                    const ask = window.fetch;
                    window.joins = [];
                    window.fetch = async (address, options) => {
                      const answer = await ask(address, options);
                      if (options?.method === 'POST' && address.startsWith('/api/v1/stream/')) joins.push(answer);
                      return answer;
                    };
                    """);
            page.onRequest(request -> {
                if (request.method().equals("GET") && request.url().contains("/api/v1/stream?")) {
                    openStreams.add(request);
                }
            });
            page.onRequestFinished(openStreams::remove);
            page.onRequestFailed(openStreams::remove);
            browsing.go(served, "/#/d/page");

            assertThat(stat("Sum of all")).hasText("130");
            Locator services = page.locator(".variable-several summary");
            assertThat(services).containsText("all");
            services.click();
            page.locator(".variable-list label:has-text('b') input").check();
            page.waitForURL(Pattern.compile(".*var-service=b\\b.*"));
            assertThat(stat("Sum of b")).hasText("100");
            panel("Line 9 of b").scrollIntoViewIfNeeded();
            assertThat(panel("Line 9 of b").locator(".panel-now")).hasText("109");
            // Which queue is chosen depends on the service: the one of `a` is offered no more.
            assertThat(page.locator("label.variable:has-text('Queue') select")).hasValue("q3");
            assertThat(panel("One queue").locator(".stat-value")).hasText("100");

            page.locator(".variable-list label:has-text('a') input").last().check();
            assertThat(stat("Sum of b, a")).hasText("130");
            page.locator("label.variable:has-text('Plus') select").selectOption("1000");
            assertThat(stat("Sum of b, a")).hasText(Pattern.compile("1.13.*k"));
            page.waitForCondition(() -> openStreams.size() == 1);
            page.waitForFunction("() => joins.length > 0 && joins.every((answer) => answer.bodyUsed)");

            page.goBack();
            page.goBack();
            assertThat(stat("Sum of b")).hasText("100");
            assertThat(browsing.complaints()).isEmpty();
        }
    }

    @Test
    void valuesThatComeLaterAreOfferedWithoutAReload() throws Exception {
        AtomicReference<String> pushed = new AtomicReference<>(DEPTHS);
        try (ServedPage served = ServedPage.withDashboard(YAML);
                Pushing pushing = Pushing.to(served.udpPort(), pushed::get)) {
            browsing.go(served, "/#/d/page?var-service=a");
            assertThat(stat("Sum of a")).hasText("30");

            pushed.set(DEPTHS + "\ndepth:7|g|#service:c,queue:q4");
            browsing.page().locator(".variable-several summary").click();
            assertThat(browsing.page().locator(".variable-list label:has-text('c')"))
                    .isVisible();
        }
    }

    @Test
    void gaugesAndTablesSayWhatIsBadAndAnEmptyPanelWhatToPush() throws Exception {
        AtomicReference<String> pushed = new AtomicReference<>(DEPTHS);
        try (ServedPage served = ServedPage.withDashboard(YAML);
                Pushing pushing = Pushing.to(served.udpPort(), pushed::get)) {
            browsing.go(served, "/#/d/page?var-queue=q3");

            assertThat(panel("One queue").locator(".stat-value")).hasText("100");
            assertThat(panel("One queue")).containsText("critical");
            assertThat(panel("One queue").locator("svg.gauge-arc"))
                    .hasAttribute("aria-label", "One queue: 100, critical");
            assertThat(panel("Every queue").locator(".gauge-name")).hasText(new String[] {"a q1", "a q2", "b q3"});
            assertThat(panel("Every queue").locator(".is-medium")).hasText(new String[] {"10", "20"});
            assertThat(panel("Queues").locator("th")).hasText(new String[] {"queue", "service", "deep", "doubled"});
            assertThat(panel("Queues").locator("tbody tr").first())
                    .hasText(Pattern.compile("q3\\s*b\\s*100\\s*200.ms"));
            assertThat(panel("Queues").locator("td.is-medium")).hasCount(1);

            assertThat(Axe.faults(browsing.page())).isEmpty();

            Locator wait = panel("Wait");
            wait.scrollIntoViewIfNeeded();
            assertThat(wait.locator(".paste"))
                    .containsText("echo \"wait:320|ms\" | nc -u -w0 127.0.0.1 " + served.udpPort());
            pushed.set(DEPTHS + "\nwait:250|ms");
            assertThat(wait.locator(".panel-now")).containsText("ms");
            assertThat(wait.locator(".paste")).hasCount(0);
            assertThat(browsing.complaints()).isEmpty();
        }
    }

    @Test
    void whereThereIsNoneOfTheNameTheFileOfOneThatThereIsIsShown() throws Exception {
        try (ServedPage served = ServedPage.withDashboard(YAML)) {
            browsing.go(served, "/#/d/mine");
            assertThat(browsing.page().locator("main h2")).hasText("There is no dashboard “mine”");
            assertThat(browsing.page().locator("main .empty")).containsText("conf/dashboards/mine.yaml");
            assertThat(browsing.page().locator(".paste code"))
                    .containsText("title: Queues\nvariables:\n  - {name: service");
            assertThat(browsing.complaints()).isEmpty();

            browsing.go(served, "/#/d/page");
            browsing.page().locator("button:has-text('YAML')").click();
            assertThat(browsing.page().locator(".dashboard-yaml .paste code")).containsText("title: Queues");
        }
    }
}
