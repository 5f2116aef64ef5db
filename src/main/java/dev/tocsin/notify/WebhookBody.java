package dev.tocsin.notify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.core.Notification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON body of a webhook: Alertmanager's, version 4 ({@code template.Data} and {@code webhook.Message}), and one more
 * key, {@code receipt}, which says where the milliseconds went since the tick, and in its {@code links}, by fingerprint,
 * where to see each alert, silence it and, while it fires, acknowledge it ({@link AlertLinks}). Pure.
 */
final class WebhookBody {
    private static final JsonFactory JSON = new JsonFactory();

    private WebhookBody() {}

    /**
     * @param maxAlerts how many alerts are told one by one; 0 for all
     * @param nowMillis wall time of this attempt
     */
    static byte[] encode(Notification notification, String externalUrl, int maxAlerts, long nowMillis) {
        List<Alert> all = notification.alerts();
        List<Alert> alerts = maxAlerts > 0 && all.size() > maxAlerts ? all.subList(0, maxAlerts) : all;
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 + 512 * alerts.size());
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("receiver", MessageContext.quotedReceiver(notification));
            json.writeStringField("status", status(alerts.stream().anyMatch(Alert::isFiring)));
            json.writeArrayFieldStart("alerts");
            for (Alert alert : alerts) {
                write(json, alert);
            }
            json.writeEndArray();
            map(json, "groupLabels", notification.groupLabels().toMap());
            map(json, "commonLabels", MessageContext.commonLabels(alerts));
            map(json, "commonAnnotations", MessageContext.commonAnnotations(alerts));
            json.writeStringField("externalURL", externalUrl);
            json.writeStringField("version", "4");
            json.writeStringField("groupKey", notification.groupKey());
            json.writeNumberField("truncatedAlerts", all.size() - alerts.size());
            receipt(json, notification, alerts, nowMillis);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, Alert alert) throws IOException {
        Instant endsAt = alert.endsAt();
        json.writeStartObject();
        json.writeStringField("status", status(alert.isFiring()));
        map(json, "labels", alert.labels().toMap());
        map(json, "annotations", new TreeMap<>(alert.annotations()));
        json.writeStringField("startsAt", goTime(alert.startsAt()));
        // Go's zero time.
        json.writeStringField("endsAt", endsAt == null ? "0001-01-01T00:00:00Z" : goTime(endsAt));
        json.writeStringField("generatorURL", alert.generatorUrl());
        json.writeStringField("fingerprint", alert.labels().fingerprintHex());
        json.writeEndObject();
    }

    /** All that is ours stands in here: what reads Alertmanager's bodies may not want another key in its alerts. */
    private static void receipt(JsonGenerator json, Notification notification, List<Alert> told, long nowMillis)
            throws IOException {
        DeliveryTimes times = DeliveryTimes.of(notification, nowMillis);
        json.writeObjectFieldStart("receipt");
        json.writeStringField("key", notification.key());
        json.writeStringField("reason", notification.reason().label());
        json.writeStringField(
                "tick", Instant.ofEpochMilli(times.rule().tickMillis()).toString());
        if (times.rule().arrivals().isKnown()) {
            json.writeNumberField("sampleMillisAtMost", times.rule().sampleMillisAtMost());
            json.writeNumberField("sampleMillisAtLeast", times.rule().sampleMillisAtLeast());
        }
        json.writeNumberField("closedMillis", times.closed());
        json.writeNumberField("judgedMillis", times.judged());
        json.writeNumberField("groupedMillis", times.grouped());
        json.writeNumberField("handedOverMillis", times.handedOver());
        links(json, notification, told);
        json.writeEndObject();
    }

    private static void links(JsonGenerator json, Notification notification, List<Alert> told) throws IOException {
        json.writeObjectFieldStart("links");
        for (Alert alert : told) {
            AlertLinks links = notification.linksOf(alert);
            if (!links.equals(AlertLinks.NONE)) {
                json.writeObjectFieldStart(alert.labels().fingerprintHex());
                json.writeStringField("page", links.page());
                json.writeStringField("silence", links.silence());
                if (!links.acknowledge().isEmpty()) {
                    json.writeStringField("acknowledge", links.acknowledge());
                }
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }

    private static void map(JsonGenerator json, String key, Map<String, String> map) throws IOException {
        json.writeObjectFieldStart(key);
        for (Map.Entry<String, String> entry : map.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /** RFC 3339 as Go prints it: of a fraction only what is not a trailing zero. */
    private static String goTime(Instant time) {
        String text = time.toString();
        if (time.getNano() == 0) {
            return text;
        }
        int end = text.length() - 1;
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, end) + "Z";
    }

    private static String status(boolean firing) {
        return firing ? "firing" : "resolved";
    }
}
