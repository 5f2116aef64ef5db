package dev.tocsin.notify;

import dev.tocsin.core.Labels;
import dev.tocsin.template.FunctionException;
import dev.tocsin.template.GoDuration;
import dev.tocsin.template.GoTime;
import dev.tocsin.template.KeyValues;
import dev.tocsin.template.Markup;
import dev.tocsin.template.Nil;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A template's value as JSON, with the names that Alertmanager gives its fields: its {@code toJson}. Stateless. */
final class TemplateJson {
    private static final String RFC3339 = "2006-01-02T15:04:05.999999999Z07:00";

    private TemplateJson() {}

    /** On one line, and safe within HTML as Go's is: {@code <}, {@code >} and {@code &} are escaped. */
    static String of(Object value) throws FunctionException {
        return Json.encode(json(value))
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026");
    }

    private static @Nullable Object json(Object value) throws FunctionException {
        return switch (value) {
            case Nil ignored -> null;
            case Boolean b -> b;
            case Long n -> n;
            case Double d -> d;
            case String text -> text;
            case Markup markup -> markup.text();
            case GoTime time -> time.format(RFC3339);
            case GoDuration duration -> duration.nanos();
            case Labels labels -> object(labels.toMap());
            case KeyValues.Pair pair -> object("Name", pair.name(), "Value", pair.value());
            case AlertView alert ->
                object(
                        "status", alert.status(),
                        "labels", alert.labels(),
                        "annotations", alert.annotations(),
                        "startsAt", alert.startsAt(),
                        "endsAt", alert.endsAt(),
                        "generatorURL", alert.generatorUrl(),
                        "fingerprint", alert.fingerprint());
            case MessageContext message ->
                object(
                        "receiver", message.receiver(),
                        "status", message.status(),
                        "alerts", message.alerts(),
                        "groupLabels", message.groupLabels(),
                        "commonLabels", message.commonLabels(),
                        "commonAnnotations", message.commonAnnotations(),
                        "externalURL", message.externalUrl());
            case Map<?, ?> map -> object(map);
            case List<?> list -> {
                JsonArray array = new JsonArray();
                for (Object each : list) {
                    array.add(json(each));
                }
                yield array;
            }
            default -> throw new FunctionException("can't make JSON of " + value);
        };
    }

    private static JsonObject object(Object... namesAndValues) throws FunctionException {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], json(namesAndValues[i + 1]));
        }
        return object;
    }

    /** In the order of the names, as Go writes maps. */
    private static JsonObject object(Map<?, ?> map) throws FunctionException {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((name, value) -> sorted.put(String.valueOf(name), value));
        JsonObject object = new JsonObject();
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            object.put(entry.getKey(), json(entry.getValue()));
        }
        return object;
    }
}
