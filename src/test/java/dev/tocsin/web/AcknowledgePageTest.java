package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.AlertLimits;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Answer;
import dev.tocsin.alert.Links;
import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigText;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link of a message, followed by people and by mail scanners, where everything else needs a token. */
class AcknowledgePageTest {
    private static final Labels A = Labels.of("alertname", "<A>");

    private final BlockingQueue<Notification> told = new LinkedBlockingQueue<>();
    private TestServer server;
    private AlertVerticle alerts;
    private String link;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        AlertmanagerFile file =
                AlertmanagerFile.parse(new ConfigText("alertmanager.yaml", """
                        route: {receiver: all, group_wait: 0s}
                        receivers: [{name: all, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]
                        """), Path.of("."), Map.of());
        Links links = new Links("", new byte[32]);
        alerts = new AlertVerticle(
                file.routing(),
                (notification, settled) -> told.add(notification),
                AlertTrail.NONE,
                links,
                server.clock,
                AlertLimits.DEFAULT,
                server.meters);
        server.vertx.deployVerticle(alerts).await();
        HttpSettings settings = HttpSettings.DEFAULT.withAuth("127.0.0.1", new Auth.Tokens(List.of("secret-token")));
        server.start(
                settings, List.of(new AcknowledgePage(alerts, links, server.clock)::mount), PageFiles.of(Map.of()));
        alerts.post(List.of(new dev.tocsin.alert.PostedAlert(A, Map.of("summary", "a & b"), null, null, "")))
                .await();
        Notification notification = told.poll(60, TimeUnit.SECONDS);
        assertThat(notification).isNotNull();
        link = notification.linksOf(notification.alerts().getFirst()).acknowledge();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> press(String path, String form) {
        return server.post(path, "application/x-www-form-urlencoded", form);
    }

    private static String changed(String url, String from, String to) {
        String changed = url.replaceFirst(from, to);
        assertThat(changed).isNotEqualTo(url);
        return changed;
    }

    @Test
    void followingItShowsTheAlertAndChangesNothing() {
        HttpResponse<String> page = server.get(link);

        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; style-src 'sha256-");
        assertThat(page.body())
                .contains("&lt;A&gt;", "a &amp; b", "<button>Acknowledge</button>")
                .doesNotContain("<A>");
        assertThat(alerts.answers().acknowledged()).isEmpty();
    }

    @Test
    void theButtonAcknowledgesInTheNameThatIsGiven() {
        HttpResponse<String> page = press(link, "by=ann");

        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.body()).contains("&lt;A&gt; is acknowledged by ann");
        assertThat(alerts.answers().acknowledged().get(A).answer()).isEqualTo(new Answer("ann", "", null));
        assertThat(server.get(link).body()).contains("Acknowledged already, by ann");
    }

    @Test
    void withoutANameItIsSomebody() {
        assertThat(press(link, "by=+").statusCode()).isEqualTo(200);

        assertThat(alerts.answers().acknowledged().get(A).answer().by())
                .isEqualTo("somebody, by the link of a message");
    }

    @Test
    void aLinkThatWasChangedIsForbidden() {
        for (String bad : List.of(
                changed(link, "signature=.", "signature="),
                changed(link, "&signature=.*", ""),
                changed(link, "episode=1", "episode=2"),
                changed(link, "expires=1", "expires=2"),
                changed(link, "episode=\\d+", "episode=x"),
                changed(link, A.fingerprintHex(), "0123456789abcdef"))) {
            assertThat(server.get(bad).statusCode()).as(bad).isEqualTo(403);
            HttpResponse<String> pressed = press(bad, "by=eve");
            assertThat(pressed.statusCode()).as(bad).isEqualTo(403);
            assertThat(pressed.body()).contains("This link does not work");
        }
        assertThat(alerts.answers().acknowledged()).isEmpty();
    }

    @Test
    void anExpiredLinkSaysSo() {
        server.clock.advance(Duration.ofDays(7));

        HttpResponse<String> page = press(link, "by=ann");

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("This link has expired");
    }

    @Test
    void whatIsOverNeedsNobody() {
        server.clock.advance(Duration.ofHours(1));

        assertThat(server.get(link).statusCode()).isEqualTo(409);
        assertThat(press(link, "by=ann").statusCode()).isEqualTo(409);
        assertThat(press(link, "by=ann").body()).contains("This alert is over");
    }

    @Test
    void otherPathsAndOtherSitesAreRefusedAsBefore() {
        assertThat(server.get("/api/v1/alerts").statusCode()).isEqualTo(401);
        assertThat(server.get(URI.create(link).getPath() + "/x").statusCode()).isEqualTo(401);
        assertThat(server.send(server.request(link)
                                .header("Sec-Fetch-Site", "cross-site")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("by=eve")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(alerts.answers().acknowledged()).isEmpty();
    }
}
