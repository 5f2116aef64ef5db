package dev.tocsin.web;

import dev.tocsin.alert.PostedAlert;
import dev.tocsin.alert.Silence;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies that Alertmanager's API v2 takes, and refuses them in its words ({@link AlertmanagerRefusal}). A
 * member that is null is as good as none; members that nobody knows are read over. Stateless.
 */
final class AlertmanagerRequests {
    /** Labels and annotations of one alert together; so many alerts are held. */
    private static final int MAX_ALERT_CHARS = 64 << 10;

    /** Go's zero time, which its clients send for "no time". */
    private static final Instant NO_TIME = Instant.parse("0001-01-01T00:00:00Z");

    private static final Pattern URL = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*|/.*", Pattern.DOTALL);

    private AlertmanagerRequests() {}

    /**
     * @param errors one for each alert that was left out
     */
    record Alerts(List<PostedAlert> valid, List<String> errors) {}

    static Alerts alerts(Buffer body) {
        if (body.length() == 0) {
            throw AlertmanagerRefusal.invalid(AlertmanagerRefusal.REQUIRED, "alerts in body is required");
        }
        Object json = decode("alerts", body);
        if (json != null && !(json instanceof JsonArray)) {
            throw AlertmanagerRefusal.unreadable("alerts", "it is not an array");
        }
        JsonArray array = json == null ? new JsonArray() : (JsonArray) json;
        List<JsonObject> all = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            all.add(object("alerts", i, array.getValue(i)));
        }
        List<PostedAlert> valid = new ArrayList<>(all.size());
        List<String> errors = new ArrayList<>();
        for (JsonObject each : all) {
            Map<String, String> labels = texts("labels", each);
            Map<String, String> annotations = texts("annotations", each);
            Instant startsAt = time("alerts", each, "startsAt");
            Instant endsAt = time("alerts", each, "endsAt");
            try {
                labels.values().removeIf(String::isEmpty);
                checkNames("invalid label set", labels);
                checkNames("invalid annotations", annotations);
                checkLength(labels, annotations);
                valid.add(new PostedAlert(
                        Labels.of(labels), annotations, startsAt, endsAt, text("alerts", each, "generatorURL")));
            } catch (IllegalArgumentException e) {
                errors.add(String.valueOf(e.getMessage()));
            }
        }
        return new Alerts(valid, errors);
    }

    /** One element, of the form that the specification asks for. */
    private static JsonObject object(String what, int index, @Nullable Object element) {
        if (element != null && !(element instanceof JsonObject)) {
            throw AlertmanagerRefusal.unreadable(what, "element " + index + " is not an object");
        }
        JsonObject object = element == null ? new JsonObject() : (JsonObject) element;
        if (object.getValue("labels") == null) {
            throw AlertmanagerRefusal.invalid(AlertmanagerRefusal.REQUIRED, index + ".labels in body is required");
        }
        String url = text(what, object, "generatorURL");
        if (!url.isEmpty() && !URL.matcher(url).matches()) {
            throw AlertmanagerRefusal.invalid(
                    AlertmanagerRefusal.WRONG_TYPE,
                    index + ".generatorURL in body must be of type uri: \"" + url + "\"");
        }
        return object;
    }

    private static void checkNames(String what, Map<String, String> pairs) {
        if (pairs.containsKey("")) {
            throw new IllegalArgumentException(what + ": invalid name \"\"");
        }
    }

    private static void checkLength(Map<String, String> labels, Map<String, String> annotations) {
        long length = length(labels) + length(annotations);
        if (length > MAX_ALERT_CHARS) {
            throw new IllegalArgumentException("labels and annotations of one alert may have " + MAX_ALERT_CHARS
                    + " characters together, these have " + length);
        }
    }

    private static long length(Map<String, String> pairs) {
        return pairs.entrySet().stream()
                .mapToLong(pair -> pair.getKey().length() + pair.getValue().length())
                .sum();
    }

    private static Map<String, String> texts(String field, JsonObject from) {
        Object value = from.getValue(field);
        Map<String, String> texts = new LinkedHashMap<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof JsonObject object)) {
            throw AlertmanagerRefusal.unreadable("alerts", field + " is not an object");
        }
        for (String name : object.fieldNames()) {
            texts.put(name, text("alerts", object, name));
        }
        return texts;
    }

    /**
     * A silence to be made, or to replace the one of its id.
     *
     * @param now neither may it have ended, nor is it dated back
     */
    static Silence silence(Buffer body, Instant now) {
        Object json = decode("silence", body);
        if (!(json instanceof JsonObject object)) {
            throw AlertmanagerRefusal.unreadable("silence", "it is not an object");
        }
        for (String field : List.of("comment", "createdBy", "endsAt", "matchers", "startsAt")) {
            require(object, field, "");
        }
        List<Matcher> matchers = matchers(object);
        Instant startsAt = time("silence", object, "startsAt");
        Instant endsAt = time("silence", object, "endsAt");
        if (startsAt == null || endsAt == null || !startsAt.isBefore(endsAt)) {
            throw AlertmanagerRefusal.of(400, "Failed to create silence: start time must be before end time");
        }
        if (endsAt.isBefore(now)) {
            throw AlertmanagerRefusal.of(400, "Failed to create silence: end time can't be in the past");
        }
        return new Silence(
                text("silence", object, "id"),
                matchers,
                startsAt,
                endsAt,
                now,
                text("silence", object, "createdBy"),
                text("silence", object, "comment"));
    }

    private static List<Matcher> matchers(JsonObject silence) {
        if (!(silence.getValue("matchers") instanceof JsonArray array)) {
            throw AlertmanagerRefusal.unreadable("silence", "matchers is not an array");
        }
        if (array.isEmpty()) {
            throw AlertmanagerRefusal.invalid(
                    AlertmanagerRefusal.TOO_FEW_ITEMS, "matchers in body should have at least 1 items");
        }
        List<Matcher> matchers = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            if (!(array.getValue(i) instanceof JsonObject matcher)) {
                throw AlertmanagerRefusal.unreadable("silence", "matchers." + i + " is not an object");
            }
            for (String field : List.of("isRegex", "name", "value")) {
                require(matcher, field, "matchers." + i + ".");
            }
            boolean regex = flag(matcher, "isRegex", false);
            boolean equal = flag(matcher, "isEqual", true);
            Matcher.Op op = regex
                    ? equal ? Matcher.Op.MATCHES : Matcher.Op.NOT_MATCHES
                    : equal ? Matcher.Op.EQUAL : Matcher.Op.NOT_EQUAL;
            String name = text("silence", matcher, "name");
            try {
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("invalid label name \"\"");
                }
                matchers.add(Matcher.ofAlert(name, op, text("silence", matcher, "value")));
            } catch (IllegalArgumentException e) {
                throw AlertmanagerRefusal.of(
                        400, "invalid silence: invalid label matcher " + i + ": " + e.getMessage());
            }
        }
        return matchers;
    }

    private static void require(JsonObject object, String field, String path) {
        if (object.getValue(field) == null) {
            throw AlertmanagerRefusal.invalid(AlertmanagerRefusal.REQUIRED, path + field + " in body is required");
        }
    }

    private static @Nullable Object decode(String what, Buffer body) {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException e) {
            throw AlertmanagerRefusal.unreadable(what, "it is no JSON: " + e.getMessage());
        }
    }

    private static String text(String what, JsonObject from, String field) {
        Object value = from.getValue(field);
        if (value != null && !(value instanceof String)) {
            throw AlertmanagerRefusal.unreadable(what, field + " is not a string");
        }
        return value == null ? "" : (String) value;
    }

    private static boolean flag(JsonObject from, String field, boolean otherwise) {
        Object value = from.getValue(field);
        if (value != null && !(value instanceof Boolean)) {
            throw AlertmanagerRefusal.unreadable("silence", field + " is not a boolean");
        }
        return value == null ? otherwise : (boolean) value;
    }

    /** To the millisecond, since that is what a client reads back. Null where there is none, or Go's zero time. */
    private static @Nullable Instant time(String what, JsonObject from, String field) {
        String text = text(what, from, field);
        if (from.getValue(field) == null) {
            return null;
        }
        if (text.isEmpty()) {
            // As Alertmanager reads it.
            return Instant.EPOCH;
        }
        Instant time;
        try {
            time = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            try {
                time = LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException neither) {
                throw AlertmanagerRefusal.unreadable(what, "parsing time \"" + text + "\" as RFC 3339 failed");
            }
        }
        Instant millis = time.truncatedTo(ChronoUnit.MILLIS);
        return millis.equals(NO_TIME) ? null : millis;
    }
}
