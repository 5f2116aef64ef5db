package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the server itself fares, and where it is written what to do. */
class StatusPageTest {
    private static final String RULES = "groups: [{name: page, rules: [{alert: AlwaysOn, expr: vector(1) > 0}]}]";

    /** Nobody listens on port 1. */
    private static final String ALERTMANAGER = """
            route: {receiver: gone, group_wait: 0s}
            receivers: [{name: gone, webhook_configs: [{url: "http://127.0.0.1:1/"}]}]
            """;

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private Locator card(String name) {
        return browsing.page().locator("section.status-card[aria-label='" + name + "']");
    }

    @Test
    void whatIsWrongIsToldAndLeadsToWhatToDo() throws Exception {
        try (ServedPage served = ServedPage.withAlerting(RULES, ALERTMANAGER);
                Pushing pushing = Pushing.to(served.udpPort(), () -> "good:1|c\nbad:x|c")) {
            browsing.go(served, "/#/status");

            assertThat(card("Rejected")).containsText("bad value");
            assertThat(card("Ingest").locator("tbody")).containsText("udp-0");
            assertThat(card("Notification channels").locator("tbody")).containsText("webhook");
            assertThat(card("Notification channels").locator("tbody .badge-medium"))
                    .isVisible();
            for (String name : List.of("Ticks", "Cardinality", "Stream", "Storage", "Clock", "Process")) {
                assertThat(card(name).locator("dd").first()).not().isEmpty();
            }
            assertThat(card("Most series")).isVisible();
            browsing.screenshot("status-trouble");
            assertThat(Axe.faults(browsing.page())).isEmpty();
            assertThat(browsing.complaints()).isEmpty();

            for (Locator link :
                    browsing.page().locator("main a[href^='/docs/']").all()) {
                String href = link.getAttribute("href");
                APIResponse docs = browsing.page().context().request().get(served.url() + href);
                assertThat(docs.status()).as(href).isEqualTo(200);
                if (href.contains("#")) {
                    assertThat(docs.text()).as(href).contains("id=\"" + href.substring(href.indexOf('#') + 1) + "\"");
                }
            }
        }
    }
}
