package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.TICK;
import static dev.tocsin.notify.Notifications.alert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.core.Arrivals;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Notification;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WebhookBodyTest {
    private static final Notification BOTH = Notifications.of(
            new Integration("team.ops", "webhook", 0),
            "Slow",
            Duration.ofMinutes(1),
            alert("Slow", null),
            alert("Gone", TICK.minusMillis(250)));

    private static String encode(Notification n, int maxAlerts) {
        return new String(
                WebhookBody.encode(n, "http://127.0.0.1:8080", maxAlerts, TICK.toEpochMilli() + 8),
                StandardCharsets.UTF_8);
    }

    @Test
    void isAlertmanagersVersion4WithAReceipt() {
        assertThat(encode(BOTH, 0)).isEqualTo("""
                        {"receiver":"team\\\\.ops","status":"firing","alerts":[\
                        {"status":"firing","labels":{"alertname":"Slow","service":"api"},\
                        "annotations":{"name":"Slow","summary":"latency is high"},\
                        "startsAt":"2026-11-21T11:59:58.5Z","endsAt":"0001-01-01T00:00:00Z",\
                        "generatorURL":"http://127.0.0.1:8080/graph?g0.expr=x","fingerprint":"%s"},\
                        {"status":"resolved","labels":{"alertname":"Gone","service":"api"},\
                        "annotations":{"name":"Gone","summary":"latency is high"},\
                        "startsAt":"2026-11-21T11:59:58.5Z","endsAt":"2026-11-21T11:59:59.75Z",\
                        "generatorURL":"http://127.0.0.1:8080/graph?g0.expr=x","fingerprint":"%s"}],\
                        "groupLabels":{"alertname":"Slow"},"commonLabels":{"service":"api"},\
                        "commonAnnotations":{"summary":"latency is high"},\
                        "externalURL":"http://127.0.0.1:8080","version":"4",\
                        "groupKey":"{}:{alertname=\\"Slow\\"}","truncatedAlerts":0,\
                        "receipt":{"key":"key-Slow","reason":"first","tick":"2026-11-21T12:00:00Z",\
                        "closedMillis":3,"judgedMillis":5,"groupedMillis":6,"handedOverMillis":8,"links":{}}}""".formatted(
                        BOTH.alerts().get(0).labels().fingerprintHex(),
                        BOTH.alerts().get(1).labels().fingerprintHex()));
    }

    @Test
    void itsReceiptSaysBetweenWhichMomentsTheSampleCame() {
        Alert alert = alert("Slow", null);
        long tick = TICK.toEpochMilli();
        Alert.Receipt receipt = new Alert.Receipt(tick, tick + 3, tick + 5, new Arrivals(tick - 640, tick - 12));
        Notification notification = Notifications.of(
                new Integration("team", "webhook", 0),
                "Slow",
                Duration.ofMinutes(1),
                new Alert(alert.labels(), alert.annotations(), alert.startsAt(), null, alert.generatorUrl(), receipt));

        assertThat(new JsonObject(encode(notification, 0))
                        .getJsonObject("receipt")
                        .getMap())
                .containsEntry("sampleMillisAtMost", 640)
                .containsEntry("sampleMillisAtLeast", 12);
        assertThat(DeliveryTimes.of(notification, tick + 8))
                .hasToString(
                        "sample 12 to 640 ms before the tick; after the tick: judged 5 ms, grouped 6 ms, sent 8 ms");
    }

    @Test
    void alertsPastTheMaximumAreCountedOnly() {
        JsonObject body = new JsonObject(encode(BOTH, 1));

        assertThat(body.getJsonArray("alerts")).hasSize(1);
        assertThat(body.getInteger("truncatedAlerts")).isEqualTo(1);
        assertThat(body.getJsonObject("commonLabels"))
                .isEqualTo(new JsonObject().put("alertname", "Slow").put("service", "api"));
    }

    @Test
    void eachAlertHasItsLinks() {
        Notification linked = BOTH.withLinks(
                alert -> new AlertLinks("http://t/p", "http://t/s", alert.isFiring() ? "http://t/a" : ""));

        JsonObject all =
                new JsonObject(encode(linked, 0)).getJsonObject("receipt").getJsonObject("links");

        JsonObject links = new JsonObject().put("page", "http://t/p").put("silence", "http://t/s");
        assertThat(all)
                .isEqualTo(new JsonObject()
                        .put(
                                BOTH.alerts().get(0).labels().fingerprintHex(),
                                links.copy().put("acknowledge", "http://t/a"))
                        .put(BOTH.alerts().get(1).labels().fingerprintHex(), links));
    }

    @Test
    void whereNothingFiresTheStatusIsResolved() {
        Notification resolved =
                Notifications.of(Notifications.HOOK, "Gone", Duration.ofMinutes(1), alert("Gone", TICK));

        assertThat(new JsonObject(encode(resolved, 0)).getString("status")).isEqualTo("resolved");
    }
}
