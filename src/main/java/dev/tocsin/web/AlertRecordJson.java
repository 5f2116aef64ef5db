package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.AlertRecord;
import dev.tocsin.alert.EscalationStep;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.TreeMap;

/** What is known of an alert, its history above all, as JSON. Stateless. */
final class AlertRecordJson {
    private AlertRecordJson() {}

    static void write(JsonGenerator json, AlertRecord record) throws IOException {
        json.writeStartObject();
        json.writeStringField("fingerprint", record.alert().fingerprintHex());
        json.writeStringField("state", record.state().name().toLowerCase(Locale.ROOT));
        json.writeFieldName("labels");
        AnswerJson.writeLabels(json, record.alert());
        writeHeld(json, record);
        if (record.acknowledgement() != null) {
            AnswerTexts.write(
                    json,
                    "acknowledged",
                    record.acknowledgement().answer(),
                    record.acknowledgement().at());
        }
        if (record.resolution() != null) {
            AnswerTexts.write(
                    json,
                    "resolved",
                    record.resolution().answer(),
                    record.resolution().at());
        }
        EscalationStep next = record.next();
        if (next != null) {
            json.writeObjectFieldStart("next");
            json.writeStringField("policy", next.policy());
            json.writeNumberField("level", next.level());
            json.writeFieldName("receivers");
            json.writeArray(
                    next.receivers().toArray(String[]::new), 0, next.receivers().size());
            json.writeStringField("at", next.at().toString());
            json.writeStringField("text", next.text(record.at()));
            json.writeEndObject();
        }
        if (record.why() != null) {
            json.writeStringField("why", record.why());
        }
        json.writeArrayFieldStart("receipts");
        for (AlertRecord.Receipt receipt : record.receipts()) {
            writeReceipt(json, receipt);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("events");
        for (AlertEvent event : record.events()) {
            writeEvent(json, event);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeHeld(JsonGenerator json, AlertRecord record) throws IOException {
        HeldAlert held = record.held();
        if (held == null) {
            return;
        }
        Alert alert = held.alert();
        json.writeObjectFieldStart("annotations");
        for (var annotation : new TreeMap<>(alert.annotations()).entrySet()) {
            json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
        json.writeStringField("startsAt", alert.startsAt().toString());
        Instant endsAt = alert.endsAt();
        if (endsAt != null && held.isResolvedAt(record.at())) {
            json.writeStringField("endsAt", endsAt.toString());
        }
        json.writeStringField("generatorURL", alert.generatorUrl());
    }

    /** Milliseconds since the tick, the end of the interval that decided; those of the sample are before it. */
    private static void writeReceipt(JsonGenerator json, AlertRecord.Receipt receipt) throws IOException {
        Alert.Receipt told = receipt.alert();
        long tickMillis = told.tickMillis();
        json.writeStartObject();
        json.writeStringField("integration", receipt.integration().toString());
        json.writeStringField("status", receipt.firing() ? "firing" : "resolved");
        json.writeStringField("reason", receipt.reason().label());
        json.writeStringField("tick", Instant.ofEpochMilli(tickMillis).toString());
        if (told.arrivals().isKnown()) {
            json.writeNumberField("sampleMillisAtMost", told.sampleMillisAtMost());
            json.writeNumberField("sampleMillisAtLeast", told.sampleMillisAtLeast());
        }
        json.writeNumberField("closedMillis", told.tickClosedMillis() - tickMillis);
        json.writeNumberField("judgedMillis", told.judgedMillis() - tickMillis);
        json.writeNumberField("groupedMillis", receipt.groupedAt().toEpochMilli() - tickMillis);
        json.writeNumberField("handedOverMillis", receipt.handedOverAt().toEpochMilli() - tickMillis);
        json.writeNumberField("acceptedMillis", receipt.acceptedAt().toEpochMilli() - tickMillis);
        json.writeEndObject();
    }

    private static void writeEvent(JsonGenerator json, AlertEvent event) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", event.id());
        json.writeStringField("at", event.at().toString());
        json.writeStringField("kind", event.kind().label());
        json.writeStringField("actor", event.actor());
        json.writeStringField("detail", event.detail());
        json.writeStringField("episode", event.episode().toString());
        if (!event.notification().isEmpty()) {
            json.writeStringField("notification", event.notification());
        }
        if (event.count() > 1) {
            json.writeNumberField("count", event.count());
            json.writeStringField("lastAt", event.lastAt().toString());
        }
        json.writeEndObject();
    }
}
