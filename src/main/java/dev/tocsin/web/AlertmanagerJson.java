package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.AlertSnapshot;
import dev.tocsin.alert.HeldAlert;
import dev.tocsin.alert.Silence;
import dev.tocsin.alert.Suppression;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Alerts, groups and silences in the JSON of Alertmanager's API v2 ({@code api/v2/openapi.yaml}), members in its order.
 * Stateless.
 */
final class AlertmanagerJson {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Those that hold by their end, those to come by their beginning, then those that are over, latest first. */
    private static Comparator<Silence> silenceOrder(Instant now) {
        return Comparator.comparing((Silence silence) -> silenceRank(silence, now))
                .thenComparing((a, b) -> switch (a.stateAt(now)) {
                    case ACTIVE -> a.endsAt().compareTo(b.endsAt());
                    case PENDING -> a.startsAt().compareTo(b.startsAt());
                    case EXPIRED -> b.endsAt().compareTo(a.endsAt());
                });
    }

    private AlertmanagerJson() {}

    private static int silenceRank(Silence silence, Instant now) {
        return switch (silence.stateAt(now)) {
            case ACTIVE -> 0;
            case PENDING -> 1;
            case EXPIRED -> 2;
        };
    }

    static String time(Instant time) {
        return TIME.format(time);
    }

    /** All alerts that are asked for, in the order of their fingerprints. */
    static void writeAlerts(JsonGenerator json, AlertSnapshot snapshot, AlertQuery query) throws IOException {
        List<HeldAlert> wanted = new ArrayList<>();
        for (HeldAlert alert : snapshot.alerts()) {
            if (query.wants(alert, snapshot)
                    && snapshot.routing().receiversOf(alert.labels()).stream().anyMatch(query::wantsReceiver)) {
                wanted.add(alert);
            }
        }
        wanted.sort((a, b) ->
                Long.compareUnsigned(a.labels().fingerprint(), b.labels().fingerprint()));
        json.writeStartArray();
        for (HeldAlert alert : wanted) {
            writeAlert(json, snapshot, alert, snapshot.routing().receiversOf(alert.labels()));
        }
        json.writeEndArray();
    }

    /** The groups that have an alert that is asked for; each alert names the receivers of all those it is in. */
    static void writeGroups(JsonGenerator json, AlertSnapshot snapshot, AlertQuery query) throws IOException {
        List<AlertSnapshot.Group> groups = new ArrayList<>();
        Map<Labels, List<String>> receivers = new HashMap<>();
        for (AlertSnapshot.Group group : snapshot.groups()) {
            if (!query.wantsReceiver(group.receiver())) {
                continue;
            }
            boolean any = false;
            for (HeldAlert alert : group.alerts()) {
                if (query.wants(alert, snapshot)) {
                    any = true;
                    receivers
                            .computeIfAbsent(alert.labels(), labels -> new ArrayList<>(1))
                            .add(group.receiver());
                }
            }
            if (any) {
                groups.add(group);
            }
        }
        groups.sort(AlertSnapshot.GROUP_ORDER);
        receivers.values().forEach(Collections::sort);
        json.writeStartArray();
        for (AlertSnapshot.Group group : groups) {
            json.writeStartObject();
            json.writeArrayFieldStart("alerts");
            List<HeldAlert> alerts = group.alerts().stream()
                    .filter(alert -> query.wants(alert, snapshot))
                    .sorted(AlertSnapshot.ALERT_ORDER)
                    .toList();
            for (HeldAlert alert : alerts) {
                writeAlert(json, snapshot, alert, receivers.getOrDefault(alert.labels(), List.of()));
            }
            json.writeEndArray();
            json.writeFieldName("labels");
            AnswerJson.writeLabels(json, group.labels());
            json.writeFieldName("receiver");
            writeName(json, group.receiver());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeAlert(JsonGenerator json, AlertSnapshot snapshot, HeldAlert held, List<String> receivers)
            throws IOException {
        Suppression suppression = snapshot.suppressionOf(held.labels());
        json.writeStartObject();
        json.writeObjectFieldStart("annotations");
        for (Map.Entry<String, String> annotation : held.alert().annotations().entrySet()) {
            json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
        json.writeStringField("endsAt", time(endOf(held, snapshot)));
        json.writeStringField("fingerprint", held.labels().fingerprintHex());
        json.writeArrayFieldStart("receivers");
        for (String receiver : receivers) {
            writeName(json, receiver);
        }
        json.writeEndArray();
        json.writeStringField("startsAt", time(held.alert().startsAt()));
        json.writeObjectFieldStart("status");
        writeTexts(json, "inhibitedBy", suppression.inhibitedBy());
        writeTexts(json, "silencedBy", suppression.silencedBy());
        json.writeStringField("state", suppression.isSuppressed() ? "suppressed" : "active");
        json.writeEndObject();
        json.writeStringField("updatedAt", time(held.updatedAt()));
        if (!held.alert().generatorUrl().isEmpty()) {
            json.writeStringField("generatorURL", held.alert().generatorUrl());
        }
        json.writeFieldName("labels");
        AnswerJson.writeLabels(json, held.labels());
        json.writeEndObject();
    }

    /** An alert of our own rules has no end until it is over; the API can't do without one, and takes it for a time-out. */
    private static Instant endOf(HeldAlert held, AlertSnapshot snapshot) {
        Instant endsAt = held.alert().endsAt();
        Duration timeout = snapshot.routing().resolveTimeout();
        return endsAt == null ? snapshot.at().plus(timeout) : endsAt;
    }

    /** @param filter matchers that a silence must have, each as it stands */
    static void writeSilences(JsonGenerator json, List<Silence> silences, List<Matcher> filter, Instant now)
            throws IOException {
        json.writeStartArray();
        for (Silence silence : silences.stream().sorted(silenceOrder(now)).toList()) {
            if (silence.matchers().containsAll(filter)) {
                writeSilence(json, silence, now);
            }
        }
        json.writeEndArray();
    }

    static void writeSilence(JsonGenerator json, Silence silence, Instant now) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", silence.id());
        json.writeObjectFieldStart("status");
        json.writeStringField("state", silence.stateAt(now).label());
        json.writeEndObject();
        json.writeStringField("updatedAt", time(silence.updatedAt()));
        json.writeStringField("comment", silence.comment());
        json.writeStringField("createdBy", silence.createdBy());
        json.writeStringField("endsAt", time(silence.endsAt()));
        json.writeArrayFieldStart("matchers");
        for (Matcher matcher : silence.matchers()) {
            Matcher.Op op = matcher.op();
            json.writeStartObject();
            json.writeBooleanField("isEqual", op == Matcher.Op.EQUAL || op == Matcher.Op.MATCHES);
            json.writeBooleanField("isRegex", op == Matcher.Op.MATCHES || op == Matcher.Op.NOT_MATCHES);
            json.writeStringField("name", matcher.name());
            json.writeStringField("value", matcher.value());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("startsAt", time(silence.startsAt()));
        json.writeEndObject();
    }

    static void writeNames(JsonGenerator json, Collection<String> names) throws IOException {
        json.writeStartArray();
        for (String name : names) {
            writeName(json, name);
        }
        json.writeEndArray();
    }

    private static void writeName(JsonGenerator json, String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeEndObject();
    }

    private static void writeTexts(JsonGenerator json, String field, List<String> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
