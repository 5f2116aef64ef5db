package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.Answer;
import dev.tocsin.core.PromDuration;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What a person says to an alert, as JSON. Stateless. */
final class AnswerTexts {
    private AnswerTexts() {}

    /**
     * @param body {@code {"by":"ann","comment":"on it","expires":"2h"}}; {@code comment} and {@code expires} may be left
     *     out, the latter is a duration from now or a moment in RFC 3339
     * @throws ApiError saying what is wrong with it
     */
    static Answer read(@Nullable Buffer body, Instant now) {
        JsonObject object;
        try {
            object = body == null || body.length() == 0 ? new JsonObject() : new JsonObject(body);
        } catch (DecodeException e) {
            throw ApiError.badData("the body is no JSON object: " + e.getMessage());
        }
        try {
            return new Answer(
                    text(object, "by"),
                    text(object, "comment"),
                    expiry(text(object, "expires").strip(), now));
        } catch (IllegalArgumentException e) {
            throw ApiError.badData(String.valueOf(e.getMessage()));
        }
    }

    private static String text(JsonObject from, String field) {
        Object value = from.getValue(field);
        if (value != null && !(value instanceof String)) {
            throw new IllegalArgumentException(field + ": a string is needed");
        }
        return value == null ? "" : (String) value;
    }

    private static @Nullable Instant expiry(String text, Instant now) {
        if (text.isEmpty()) {
            return null;
        }
        Instant moment;
        try {
            moment = text.indexOf('T') > 0
                    ? OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS)
                    : now.plus(PromDuration.parse(text));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expires: a duration (2h) or a moment (2026-11-21T18:00:00Z) is needed, this is \"" + text + "\"",
                    e);
        }
        if (!moment.isAfter(now)) {
            throw new IllegalArgumentException("expires: that is not in the future: " + moment);
        }
        return moment;
    }

    static void write(JsonGenerator json, String field, Answer answer, Instant at) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("by", answer.by());
        json.writeStringField("comment", answer.comment());
        json.writeStringField("at", at.toString());
        Instant expiresAt = answer.expiresAt();
        if (expiresAt != null) {
            json.writeStringField("expiresAt", expiresAt.toString());
        }
        json.writeEndObject();
    }
}
