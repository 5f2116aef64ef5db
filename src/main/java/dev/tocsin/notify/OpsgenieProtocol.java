package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Alerts of Opsgenie, by its alert API: one alert per group, acknowledged and closed with it. Answered by 202. */
final class OpsgenieProtocol implements HttpProtocol {
    private static final int MOST_MESSAGE = 130;
    private static final int MOST_DESCRIPTION = 15_000;

    private final OpsgenieSettings settings;

    OpsgenieProtocol(OpsgenieSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.apiKey());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        String alias = GroupKeys.hash(notification.groupKey());
        String alerts = settings.apiUrl() + "v2/alerts";
        String alert = alerts + "/" + URLEncoder.encode(alias, StandardCharsets.UTF_8);
        Map<String, String> headers = Map.of("Authorization", "GenieKey " + filling.secret(secrets.getFirst()));
        String source = filling.text(settings.source(), "");
        boolean isTakenOn = notification.reason() == Verdict.TAKEN_ON;
        if (isTakenOn || !filling.context().isFiring()) {
            String action = isTakenOn ? "/acknowledge" : "/close";
            return List.of(HttpMessage.post(
                    alert + action + "?identifierType=alias", headers, new JsonObject().put("source", source)));
        }
        String message = Texts.truncated(filling.text(settings.message()), MOST_MESSAGE);
        String description = Texts.truncated(filling.text(settings.description(), ""), MOST_DESCRIPTION);
        List<HttpMessage> messages = new ArrayList<>();
        messages.add(HttpMessage.post(alerts, headers, alert(filling, alias, message, description, source))
                .to("create"));
        if (settings.updatesAlerts()) {
            messages.add(update(alert, headers, "message", message));
            messages.add(update(alert, headers, "description", description));
        }
        return messages;
    }

    private static HttpMessage update(String alert, Map<String, String> headers, String field, String text) {
        return HttpMessage.post(
                        alert + "/" + field + "?identifierType=alias", headers, new JsonObject().put(field, text))
                .by("PUT")
                .to(field);
    }

    private JsonObject alert(Filling filling, String alias, String message, String description, String source) {
        JsonObject details = new JsonObject();
        filling.context().commonLabels().forEach(details::put);
        filling.texts(settings.details()).forEach(details::put);
        JsonObject alert = new JsonObject()
                .put("alias", alias)
                .put("message", message)
                .put("description", description)
                .put("details", details)
                .put("source", source);
        JsonArray responders = responders(filling);
        if (!responders.isEmpty()) {
            alert.put("responders", responders);
        }
        putList(alert, "tags", filling.text(settings.tags(), ""));
        putList(alert, "actions", filling.text(settings.actions(), ""));
        Texts.putIfAny(alert, "note", filling.text(settings.note(), ""));
        Texts.putIfAny(alert, "priority", filling.text(settings.priority(), ""));
        Texts.putIfAny(alert, "entity", filling.text(settings.entity(), ""));
        return alert;
    }

    private static void putList(JsonObject alert, String key, String commaSeparated) {
        List<String> items = Texts.list(commaSeparated);
        if (!items.isEmpty()) {
            alert.put(key, new JsonArray(items));
        }
    }

    private JsonArray responders(Filling filling) {
        JsonArray all = new JsonArray();
        for (OpsgenieSettings.Responder responder : settings.responders()) {
            String name = filling.text(responder.name(), "");
            String type = filling.text(responder.type(), "").toLowerCase(Locale.ROOT);
            if (type.equals("teams")) {
                Texts.list(name)
                        .forEach(team ->
                                all.add(new JsonObject().put("name", team).put("type", "team")));
                continue;
            }
            JsonObject one = new JsonObject();
            Texts.putIfAny(one, "id", filling.text(responder.id(), ""));
            Texts.putIfAny(one, "name", name);
            Texts.putIfAny(one, "username", filling.text(responder.username(), ""));
            if (!one.isEmpty()) {
                all.add(one.put("type", type));
            }
        }
        return all;
    }
}
