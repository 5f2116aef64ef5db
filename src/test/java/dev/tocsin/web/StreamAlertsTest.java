package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The live list of alerts. */
class StreamAlertsTest extends StreamFixture {
    private static final Alert ALERT = new Alert(
            Labels.of("alertname", "A"), Map.of(), Instant.ofEpochMilli(T), null, "", new Alert.Receipt(T, T, T));

    private void judged(List<Alert> alerts) {
        server.vertx.eventBus().publish(Event.AlertsJudged.ADDRESS, new Event.AlertsJudged(tickMillis, alerts));
    }

    @Test
    void alertsComeAtConnectAndAtChange() {
        alertsJson.set("[{\"state\":\"pending\"}]");
        Page page = new Page("/api/v1/stream/alerts");
        page.awaitThat(() -> page.reader.alerts.size() == 1);
        alertsJson.set("[{\"state\":\"firing\"}]");
        server.vertx.eventBus().publish(Event.AlertsJudged.ADDRESS, new Event.AlertsJudged(tickMillis, List.of()));
        page.awaitThat(() -> page.reader.alerts.size() == 2);
        tick(1);
        alertsJson.set("[]");
        tick(2);
        page.awaitThat(() -> page.reader.alerts.size() == 3);
        assertThat(page.reader.alerts).containsExactly("[{\"state\":\"pending\"}]", "[{\"state\":\"firing\"}]", "[]");
    }

    @Test
    void anAlertIsToldBetweenTwoFramesAndANewValueWithTheNext() {
        server.close();
        tickMillis = T;
        serve(StreamSettings.DEFAULT.forTicksOf(Duration.ofMillis(100)));
        Page page = new Page("/api/v1/stream/alerts");
        page.awaitThat(() -> page.reader.alerts.size() == 1);
        judged(List.of());
        // Who comes after it is answered after it: the hub has read what stood there then.
        Page fence = new Page("/api/v1/stream/alerts");
        fence.awaitThat(() -> fence.reader.alerts.size() == 1);
        alertsJson.set("[1]");
        tick(1, 100);
        judged(List.of());
        alertsJson.set("[2]");
        tick(1, 100);
        judged(List.of(ALERT));
        page.awaitThat(() -> page.reader.alerts.size() == 2);
        alertsJson.set("[3]");
        tick(1, 800);
        page.awaitThat(() -> page.reader.alerts.size() == 3);

        assertThat(page.reader.alerts).containsExactly("[]", "[2]", "[3]");
    }
}
