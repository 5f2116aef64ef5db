package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.promql.PromNumber;
import dev.tocsin.rule.Backtest;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.RuleGroup;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A backtest as JSON: times in RFC 3339, durations in seconds, values as text, as Prometheus writes them. Stateless. */
final class BacktestJson {
    private BacktestJson() {}

    static void write(JsonGenerator json, Backtest result) throws IOException {
        json.writeStartObject();
        json.writeStringField("from", time(result.plan().fromMillis()));
        json.writeStringField("to", time(result.plan().toMillis()));
        json.writeStringField("timezone", result.plan().zone().getId());
        rules(json, result.plan().draft());
        tally(json, "draft", result.draft());
        tally(json, "inForce", result.inForce());
        firings(json, "firings", result.firings());
        firings(json, "added", result.added());
        firings(json, "removed", result.removed());
        json.writeNumberField("failures", result.failures());
        json.writeStringField("lastError", result.lastError());
        json.writeEndObject();
    }

    private static void rules(JsonGenerator json, List<RuleGroup> groups) throws IOException {
        json.writeArrayFieldStart("rules");
        for (RuleGroup group : groups) {
            for (Rule rule : group.rules()) {
                json.writeStartObject();
                json.writeStringField("name", rule.name());
                json.writeStringField("type", rule instanceof Rule.AlertRule ? "alerting" : "recording");
                json.writeStringField("query", rule.expr().toString());
                texts(json, "labels", rule.labelTexts());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    private static void tally(JsonGenerator json, String field, Backtest.Tally tally) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("rules", tally.rules());
        json.writeNumberField("firings", tally.firings());
        json.writeNumberField("atNight", tally.atNight());
        json.writeNumberField("shorterThanTwoMinutes", tally.shorterThanTwoMinutes());
        json.writeNumberField("firingSeconds", tally.firingMillis() / 1e3);
        json.writeEndObject();
    }

    private static void firings(JsonGenerator json, String field, List<Backtest.Firing> firings) throws IOException {
        json.writeArrayFieldStart(field);
        for (Backtest.Firing firing : firings) {
            json.writeStartObject();
            json.writeStringField("rule", firing.rule());
            texts(json, "labels", firing.labels().toMap());
            json.writeStringField("startsAt", time(firing.startMillis()));
            if (firing.ended()) {
                json.writeStringField("endsAt", time(firing.endMillis()));
            }
            json.writeNumberField("durationSeconds", firing.durationMillis() / 1e3);
            json.writeStringField("peak", PromNumber.format(firing.peak()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void texts(JsonGenerator json, String field, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
