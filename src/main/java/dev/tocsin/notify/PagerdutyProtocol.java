package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Incidents of PagerDuty, by its events API, version 2: one incident per group, told apart by Alertmanager's deduplication
 * key. Answered by 202; 429 and 5xx may go well later.
 */
final class PagerdutyProtocol implements HttpProtocol {
    static final int MOST_SUMMARY = 1_024;
    /** PagerDuty refuses larger events. */
    private static final int MOST_EVENT_BYTES = 512_000;

    private static final Set<String> SEVERITIES = Set.of("critical", "error", "warning", "info");

    private final PagerdutySettings settings;

    PagerdutyProtocol(PagerdutySettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.key());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        if (notification.reason() == Verdict.TAKEN_ON) {
            return List.of(HttpMessage.post(
                    settings.url(), action("acknowledge", notification, filling.secret(secrets.getFirst()))));
        }
        JsonObject event = event(notification, filling, filling.secret(secrets.getFirst()));
        return List.of(detailed(settings, event, event.getJsonObject("payload"), "custom_details", filling));
    }

    /** The event with its details; with a word in their place where it would be too large. */
    static HttpMessage detailed(
            PagerdutySettings settings, JsonObject event, JsonObject place, String name, Filling filling) {
        JsonObject details = new JsonObject();
        new TreeMap<>(filling.texts(settings.details())).forEach(details::put);
        place.put(name, details);
        HttpMessage message = HttpMessage.post(settings.url(), event);
        if (message.body().length() > MOST_EVENT_BYTES) {
            place.put(name, new JsonObject().put("error", "the details were left out: PagerDuty takes 512 KB at most"));
            message = HttpMessage.post(settings.url(), event);
        }
        return message;
    }

    private JsonObject event(Notification notification, Filling filling, String routingKey) {
        JsonObject payload = new JsonObject()
                .put("summary", Texts.truncated(filling.text(settings.description()), MOST_SUMMARY))
                .put("source", filling.text(settings.source()))
                .put("severity", severity(filling))
                .put("timestamp", notification.alerts().getFirst().startsAt().toString());
        Texts.putIfAny(payload, "component", filling.text(settings.component(), ""));
        Texts.putIfAny(payload, "group", filling.text(settings.group(), ""));
        Texts.putIfAny(payload, "class", filling.text(settings.eventClass(), ""));
        JsonObject event = action(filling.context().isFiring() ? "trigger" : "resolve", notification, routingKey)
                .put("client", filling.text(settings.client(), ""))
                .put("client_url", filling.text(settings.clientUrl(), ""))
                .put("payload", payload);
        JsonArray images = images(filling);
        if (!images.isEmpty()) {
            event.put("images", images);
        }
        JsonArray links = links(filling);
        if (!links.isEmpty()) {
            event.put("links", links);
        }
        return event;
    }

    private static JsonObject action(String action, Notification notification, String routingKey) {
        return new JsonObject()
                .put("routing_key", routingKey)
                .put("event_action", action)
                .put("dedup_key", GroupKeys.hash(notification.groupKey()));
    }

    /** One of the four that PagerDuty takes: an event with another would be refused. */
    private String severity(Filling filling) {
        String severity = filling.text(settings.severity(), "").strip();
        return SEVERITIES.contains(severity) ? severity : "error";
    }

    private JsonArray images(Filling filling) {
        JsonArray images = new JsonArray();
        for (PagerdutySettings.Image image : settings.images()) {
            String src = filling.text(image.src(), "");
            if (!src.isEmpty()) {
                JsonObject one = new JsonObject().put("src", src);
                Texts.putIfAny(one, "alt", filling.text(image.alt(), ""));
                Texts.putIfAny(one, "href", filling.text(image.href(), ""));
                images.add(one);
            }
        }
        return images;
    }

    private JsonArray links(Filling filling) {
        JsonArray links = new JsonArray();
        for (PagerdutySettings.Link link : settings.links()) {
            String href = filling.text(link.href(), "");
            if (!href.isEmpty()) {
                JsonObject one = new JsonObject().put("href", href);
                Texts.putIfAny(one, "text", filling.text(link.text(), ""));
                links.add(one);
            }
        }
        return links;
    }
}
