package dev.tocsin.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import com.sun.net.httpserver.HttpServer;
import dev.tocsin.core.Labels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Alerts are answered on the page, in a real Chromium, before a real server. Waits are for what the page shows. */
class AnswersPageTest {
    private static final String RULES = """
            groups:
              - name: page
                rules:
                  - alert: DiskAlmostFull
                    expr: vector(97) > 90
                    labels: {severity: critical, service: storage}
                    annotations: {summary: "{{ $value }} % of /data is used"}
                  - alert: QueueLong
                    expr: vector(300) > 200
                    labels: {severity: warning, service: billing}
            """;

    private static final String ALERTING = """
            flapping: {changes: 2, within: 10m}
            route:
              receiver: chat
              group_by: ['...']
              routes:
                - matchers: [alertname="DiskAlmostFull"]
                  escalation_policy: on-call
                - matchers: [alertname="Stuck"]
                  auto_resolve: false
            receivers:
              - {name: chat, webhook_configs: [{url: "HOOK"}]}
              - {name: mail, webhook_configs: [{url: "HOOK"}]}
            escalation_policies:
              - {name: on-call, levels: [{after: 110s, receivers: [chat, mail]}]}
            drill: {receiver: chat, alarm_receiver: mail}
            dead_mans_switch: {url: "HOOK"}
            """;

    /** Whoever is told, and takes it. */
    private static HttpServer hook;

    @RegisterExtension
    private final Browsing browsing = new Browsing();

    private final List<String> complaints = browsing.complaints();
    private ServedPage served;
    private Page page;

    @BeforeAll
    static void listen() throws Exception {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        hook.start();
    }

    private static ServedPage served(String rules) throws Exception {
        String url = "http://127.0.0.1:" + hook.getAddress().getPort() + "/";
        return ServedPage.withAlerting(rules, ALERTING.replace("HOOK", url));
    }

    @AfterAll
    static void stop() {
        hook.stop(0);
    }

    @BeforeEach
    void serve() throws Exception {
        served = served(RULES);
        page = browsing.page();
    }

    @AfterEach
    void close() throws Exception {
        served.close();
    }

    private void go(String path) {
        browsing.go(served, path);
    }

    private Locator row(String name) {
        return page.locator(".alert-list > li:has(strong:text-is('" + name + "'))");
    }

    private Locator button(String name) {
        return page.locator(".answer-buttons").getByText(name, new Locator.GetByTextOptions().setExact(true));
    }

    private void say(String name, String comment) {
        page.locator(".answer-form [name=by]").fill(name);
        page.locator(".answer-form [name=comment]").fill(comment);
        page.locator(".answer-form [type=submit]").click();
        assertThat(page.locator(".answer-form")).isHidden();
    }

    @Test
    void theFirstAlertIsAcknowledgedByKeyAndTakenBack() {
        go("/#/alerts");
        assertThat(row("DiskAlmostFull")).isVisible();
        page.keyboard().press("a");
        assertThat(page.locator(".answer-form")).isVisible();
        say("Ann", "on it");

        assertThat(row("DiskAlmostFull").locator(".chip-answer")).hasText("acknowledged by Ann");
        assertThat(page.locator(".answer-state")).containsText("Acknowledged by Ann");
        assertThat(page.locator(".timeline")).containsText("Ann: on it");
        // What nobody has answered comes to the top.
        assertThat(page.locator(".alert-list > li").first()).containsText("QueueLong");

        button("Un-acknowledge").click();
        assertThat(page.locator(".answer-form [name=by]")).hasValue("Ann");
        page.locator(".answer-form [type=submit]").click();
        assertThat(row("DiskAlmostFull").locator(".chip-answer")).hasCount(0);
        assertThat(button("Acknowledge")).isVisible();
        assertThat(complaints).isEmpty();
    }

    @Test
    void anAlertIsSilencedAndThenResolvedByHand() {
        go("/#/alerts");
        row("QueueLong").locator("button.trouble-row").click();
        button("Silence").click();
        page.locator(".answer-form [name=expires]").selectOption("4h");
        say("Bob", "deploy");
        assertThat(button("Silence")).hasCount(0);

        button("Resolve").click();
        say("Bob", "fixed");

        assertThat(row("QueueLong").locator(".chip-answer")).hasText("resolved by Bob");
        assertThat(page.locator(".answer-state")).containsText("Resolved by Bob");
        assertThat(page.locator(".timeline")).containsText("Bob: by hand: fixed");
        assertThat(page.locator(".answer-buttons button")).hasCount(0);
        assertThat(complaints).isEmpty();
    }

    @Test
    void aRefusedAnswerIsToldInTheServersWords() {
        go("/#/alerts");
        row("QueueLong").locator("button.trouble-row").click();
        button("Acknowledge").click();
        page.locator(".answer-form [name=by]").fill("   ");
        page.locator(".answer-form [type=submit]").click();

        assertThat(page.locator(".answer-error")).containsText("by: who says so?");
    }

    @Test
    void whatOthersPostedIsInTheListAndALinkOpensItWithTheFormAskedFor() {
        post("Posted");
        go("/#/alerts?alert=" + Labels.of("alertname", "Posted").fingerprintHex() + "&answer=silence");

        assertThat(row("Posted").locator(".alert-detail")).containsText("posted by others");
        assertThat(page.locator(".answer-form [type=submit]")).hasText("Silence");
        say("Ann", "known");
        assertThat(row("Posted").locator(".chip-answer")).hasText("silenced");
        assertThat(state("silenced")).hasText("1 silenced");
        assertThat(complaints).isEmpty();
    }

    @Test
    void whatNeedsSomebodyStandsFirst() {
        post("Posted");
        go("/#/alerts?alert=" + Labels.of("alertname", "Posted").fingerprintHex() + "&answer=silence");
        say("Ann", "known");
        assertThat(row("Posted").locator(".chip-answer")).hasText("silenced");
        row("DiskAlmostFull").locator("button.trouble-row").click();
        button("Acknowledge").click();
        say("Ann", "mine");

        assertThat(row("DiskAlmostFull").locator(".chip-answer")).hasText("acknowledged by Ann");
        assertThat(page.locator(".alert-list > li .trouble-row strong"))
                .hasText(new String[] {"QueueLong", "DiskAlmostFull", "Posted"});
        assertThat(complaints).isEmpty();
    }

    @Test
    void whatBeginsAndEndsAgainAndAgainIsShownAsFlapping() {
        for (int i = 0; i < 3; i++) {
            post("Posted");
            post("Posted", "endsAt", Instant.now().toString());
        }
        go("/#/alerts");

        assertThat(row("Posted").locator(".chip-answer")).hasText("flapping");
        assertThat(state("flapping")).hasText("1 flapping");
        row("Posted").locator("button.trouble-row").click();
        assertThat(row("Posted").locator(".alert-facts")).containsText("Flapping");
        assertThat(complaints).isEmpty();
    }

    @Test
    void chipsAreWholeOrLeftOut() {
        post(Map.of(
                "alertname", "Posted",
                "environment", "production-europe-west",
                "instance", "backend-7f9c.internal.example.org:9100",
                "service", "billing-and-invoices"));
        page.setViewportSize(1280, 800);
        go("/#/alerts");

        assertThat(row("Posted")).isVisible();
        assertThat(row("Posted")
                        .locator(".chips")
                        .evaluate("chips => [...chips.children].filter(c => c.offsetTop < chips.offsetTop + 20"
                                + " && c.getBoundingClientRect().width < Math.min(c.scrollWidth, 80)).length"))
                .isEqualTo(0);
        assertThat((double) (Double)
                        row("Posted").locator(".chip").first().evaluate("c => c.getBoundingClientRect().width + 0.001"))
                .isGreaterThan(80);
        assertThat(complaints).isEmpty();
    }

    private Locator state(String word) {
        return page.locator(".state-counts button:has-text('" + word + "')");
    }

    @Test
    void theSelectedAlertIsAcknowledgedByKeyAndStatesAreShownAlone() {
        go("/#/alerts");
        assertThat(state("firing")).hasText("2 firing");
        row("QueueLong").locator("button.trouble-row").focus();
        page.keyboard().press("a");
        say("Ann", "mine");

        assertThat(row("QueueLong").locator(".chip-answer")).hasText("acknowledged by Ann");
        state("acknowledged").click();
        assertThat(page.locator(".alert-list > li")).hasCount(1);
        assertThat(row("QueueLong")).isVisible();
        state("acknowledged").click();
        assertThat(page.locator(".alert-list > li")).hasCount(2);
        assertThat(complaints).isEmpty();
    }

    @Test
    void whatComesNextIsCountedDown() {
        go("/#/alerts");
        row("DiskAlmostFull").locator("button.trouble-row").click();

        Locator next = page.locator(".answer-next");
        assertThat(next).containsText(Pattern.compile("Next: chat and mail in \\d+ (s|min)"));
        String first = next.textContent();
        page.waitForCondition(() -> !next.textContent().equals(first));
        assertThat(complaints).isEmpty();
    }

    @Test
    void whereNothingFiresItSaysWhenTheLastDidAndWhetherTheWayWasDrilled() throws Exception {
        served.close();
        served = served("groups: []");
        go("/#/alerts");
        assertThat(page.locator(".alert-states")).containsText("No alert has fired yet.");
        assertThat(page.locator(".drilled")).containsText("has not been drilled yet");
        page.locator(".drilled button").click();
        assertThat(page.locator(".drilled")).containsText(Pattern.compile("was drilled .* ago"));

        post("Stuck");
        post("Stuck", "endsAt", Instant.now().toString());
        assertThat(row("Stuck").locator(".chip-answer")).hasText("latched");
        row("Stuck").locator("button.trouble-row").click();
        button("Resolve").click();
        say("Ann", "seen");

        post("Short", "endsAt", Instant.now().plusSeconds(2).toString());
        assertThat(row("Short")).isVisible();
        assertThat(row("Short")).hasCount(0);
        assertThat(page.locator(".alert-states")).containsText("The last alert was Short");
        assertThat(complaints).isEmpty();
    }

    private void post(String name, String... keyAndValue) {
        post(Map.of("alertname", name), keyAndValue);
    }

    private void post(Map<String, String> labels, String... keyAndValue) {
        Map<String, Object> alert = new HashMap<>(Map.of("labels", labels));
        if (keyAndValue.length > 0) {
            alert.put(keyAndValue[0], keyAndValue[1]);
        }
        assertThat(page.request()
                        .post(
                                served.url() + "/api/v2/alerts",
                                RequestOptions.create().setData(List.of(alert)))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"DARK", "LIGHT"})
    void anOpenAlertFitsItsWindow(ColorScheme scheme) {
        for (int width : new int[] {360, 1280, 2560}) {
            page = browsing.look(width, width < 500 ? 740 : 800, scheme);
            go("/#/alerts");
            row("DiskAlmostFull").locator("button.trouble-row").click();
            assertThat(page.locator(".timeline li").first()).isVisible();
            if (width == 360) {
                button("Acknowledge").click();
                say("Ann", "looking at it");
                assertThat(button("Un-acknowledge")).isVisible();
            }
            button("Resolve").click();
            String name = "alert-open-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Browsing.SCREENSHOTS.resolve(name + ".png")));
            if (width == 1280) {
                assertThat(Axe.faults(page)).as(name).isEmpty();
            }
            assertThat(browsing.overflow())
                    .as("columns of pixels beyond the window of " + name)
                    .isEqualTo(0);
            assertThat(complaints).as(name).isEmpty();
        }
    }
}
