package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** A topic of a ntfy server, published to as JSON. */
final class NtfyProtocol implements HttpProtocol {
    /** What is longer arrives as a file. */
    private static final int MOST_MESSAGE_BYTES = 4_096;

    private static final int MOST_TITLE = 250;

    private final NtfySettings settings;

    NtfyProtocol(NtfySettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        Secret token = settings.token();
        return token == null ? List.of() : List.of(token);
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        JsonObject body = new JsonObject()
                .put("topic", filling.text(settings.topic(), ""))
                .put("title", Texts.truncated(filling.text(settings.title()), MOST_TITLE))
                .put("message", Texts.truncatedBytes(filling.text(settings.message()), MOST_MESSAGE_BYTES));
        String priority = filling.text(settings.priority(), "").strip();
        if (priority.matches("[1-5]")) {
            body.put("priority", Integer.parseInt(priority));
        }
        List<String> tags = Texts.list(filling.text(settings.tags(), ""));
        if (!tags.isEmpty()) {
            body.put("tags", new JsonArray(tags));
        }
        Texts.putIfAny(body, "click", filling.text(settings.click(), "").strip());
        String acknowledge = filling.context().links().getOrDefault("Acknowledge", "");
        if (!acknowledge.isEmpty()) {
            body.put(
                    "actions",
                    new JsonArray()
                            .add(new JsonObject()
                                    .put("action", "view")
                                    .put("label", "Acknowledge")
                                    .put("url", acknowledge)));
        }
        Map<String, String> headers =
                secrets.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + secrets.getFirst());
        return List.of(HttpMessage.post(settings.url(), headers, body));
    }
}
