package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.Acknowledgement;
import dev.tocsin.alert.Answers;
import dev.tocsin.alert.HandResolution;
import dev.tocsin.rule.ActiveAlert;
import dev.tocsin.rule.AlertState;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.RuleHealth;
import dev.tocsin.rule.RuleView;
import dev.tocsin.rule.RulesView;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rules and alerts in the JSON of Prometheus' API. Stateless. */
final class RulesJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Go's zero time, as Prometheus tells what has not happened yet. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private RulesJson() {}

    static String alertArray(RulesView view, Answers answers) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            writeAlerts(json, view.alerts(), answers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** @param next the token of the next page; empty for none */
    static void writeGroups(
            JsonGenerator json, List<RulesView.Group> groups, String next, boolean withAlerts, Answers answers)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("groups");
        for (RulesView.Group group : groups) {
            json.writeStartObject();
            json.writeStringField("name", group.group().name());
            json.writeStringField("file", group.group().file());
            json.writeArrayFieldStart("rules");
            for (RuleView rule : group.rules()) {
                writeRule(json, rule, withAlerts, answers);
            }
            json.writeEndArray();
            writeSeconds(json, "interval", group.intervalMillis() / 1e3);
            json.writeNumberField("limit", group.group().limit());
            writeSeconds(json, "evaluationTime", group.durationNanos() / 1e9);
            json.writeStringField("lastEvaluation", time(group.lastJudgedMillis()));
            json.writeEndObject();
        }
        json.writeEndArray();
        if (!next.isEmpty()) {
            json.writeStringField("groupNextToken", next);
        }
        json.writeEndObject();
    }

    private static void writeRule(JsonGenerator json, RuleView view, boolean withAlerts, Answers answers)
            throws IOException {
        json.writeStartObject();
        switch (view) {
            case RuleView.Alerting alerting -> {
                Rule.AlertRule rule = alerting.rule();
                json.writeStringField("state", alerting.state().label());
                writeNameAndQuery(json, rule);
                writeSeconds(json, "duration", rule.forMillis() / 1e3);
                writeSeconds(json, "keepFiringFor", rule.keepFiringForMillis() / 1e3);
                if (rule.datapoints().of() > 1) {
                    json.writeStringField("datapoints", rule.datapoints().toString());
                }
                json.writeStringField("missing", rule.missing().name().toLowerCase(Locale.ROOT));
                writeTexts(json, "labels", rule.labelTexts());
                writeTexts(json, "annotations", rule.annotationTexts());
                json.writeFieldName("alerts");
                writeAlerts(json, withAlerts ? alerting.alerts() : List.of(), answers);
                writeHealth(json, alerting.health());
                json.writeStringField("type", "alerting");
            }
            case RuleView.Recording recording -> {
                writeNameAndQuery(json, recording.rule());
                if (!recording.rule().labels().isEmpty()) {
                    writeTexts(json, "labels", recording.rule().labels());
                }
                writeHealth(json, recording.health());
                json.writeStringField("type", "recording");
            }
        }
        json.writeEndObject();
    }

    private static void writeNameAndQuery(JsonGenerator json, Rule rule) throws IOException {
        json.writeStringField("name", rule.name());
        json.writeStringField("query", rule.expr().toString());
    }

    private static void writeHealth(JsonGenerator json, RuleHealth health) throws IOException {
        json.writeStringField("health", health.label());
        if (!health.lastError().isEmpty()) {
            json.writeStringField("lastError", health.lastError());
        }
        writeSeconds(json, "evaluationTime", health.durationNanos() / 1e9);
        json.writeStringField("lastEvaluation", time(health.lastJudgedMillis()));
    }

    static void writeAlerts(JsonGenerator json, List<ActiveAlert> alerts, Answers answers) throws IOException {
        json.writeStartArray();
        for (ActiveAlert alert : alerts) {
            json.writeStartObject();
            writeTexts(json, "labels", alert.labels().toMap());
            writeTexts(json, "annotations", alert.annotationsTold());
            json.writeStringField("state", alert.state().label());
            json.writeStringField("activeAt", time(alert.activeAt()));
            if (alert.keepFiringSince() != ActiveAlert.NEVER) {
                json.writeStringField("keepFiringSince", time(alert.keepFiringSince()));
            }
            if (alert.isWithoutData()) {
                json.writeStringField("noDataSince", time(alert.noDataSince()));
            }
            json.writeStringField("value", alert.valueText());
            writeAnswers(json, alert, answers);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeAnswers(JsonGenerator json, ActiveAlert alert, Answers answers) throws IOException {
        if (alert.state() != AlertState.FIRING) {
            return;
        }
        Acknowledgement acknowledgement = answers.acknowledged().get(alert.labels());
        HandResolution resolution = answers.resolved().get(alert.labels());
        if (acknowledgement != null) {
            AnswerTexts.write(json, "acknowledged", acknowledgement.answer(), acknowledgement.at());
        }
        if (resolution != null) {
            AnswerTexts.write(json, "resolved", resolution.answer(), resolution.at());
        }
    }

    private static void writeTexts(JsonGenerator json, String field, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> text : texts.entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    /** Whole seconds without a fraction, as Go writes a float64. */
    private static void writeSeconds(JsonGenerator json, String field, double seconds) throws IOException {
        if (seconds == Math.rint(seconds)) {
            json.writeNumberField(field, (long) seconds);
        } else {
            json.writeNumberField(field, seconds);
        }
    }

    private static String time(long millis) {
        return millis == ActiveAlert.NEVER
                ? NEVER
                : Instant.ofEpochMilli(millis).toString();
    }
}
