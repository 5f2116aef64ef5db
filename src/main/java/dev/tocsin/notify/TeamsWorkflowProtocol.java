package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A Microsoft Teams webhook of a Power Automate flow: a message with one adaptive card. Answered by 202. */
final class TeamsWorkflowProtocol implements HttpProtocol {
    private final TeamsWorkflowSettings settings;

    TeamsWorkflowProtocol(TeamsWorkflowSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.webhookUrl());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        JsonObject title = block(filling.text(settings.title()))
                .put("weight", "Bolder")
                .put("size", "Medium")
                .put("style", "heading")
                .put("color", colour(filling.context()));
        JsonObject card = new JsonObject()
                .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", "1.4")
                .put("body", new JsonArray().add(title).add(block(filling.text(settings.text()))))
                .put("msteams", new JsonObject().put("width", "full"));
        JsonObject attachment = new JsonObject()
                .put("contentType", "application/vnd.microsoft.card.adaptive")
                .putNull("contentUrl")
                .put("content", card);
        return List.of(HttpMessage.post(
                secrets.getFirst(),
                new JsonObject().put("type", "message").put("attachments", new JsonArray().add(attachment))));
    }

    private static JsonObject block(String text) {
        return new JsonObject().put("type", "TextBlock").put("text", text).put("wrap", true);
    }

    private static String colour(MessageContext context) {
        return switch (MessageColour.of(context)) {
            case RED -> "Attention";
            case AMBER -> "Warning";
            case BLUE -> "Accent";
            case GREEN -> "Good";
        };
    }
}
