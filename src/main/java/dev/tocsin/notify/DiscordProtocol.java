package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A Discord webhook: one embed, coloured by state and severity. Discord answers 204, and 429 with {@code Retry-After}. */
final class DiscordProtocol implements HttpProtocol {
    private static final int MOST_TITLE = 256;
    private static final int MOST_MESSAGE = 4_096;
    private static final int MOST_CONTENT = 2_000;

    private final DiscordSettings settings;

    DiscordProtocol(DiscordSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.webhookUrl());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        JsonObject embed = new JsonObject()
                .put("title", Texts.truncated(filling.text(settings.title()), MOST_TITLE))
                .put("description", Texts.truncated(filling.text(settings.message()), MOST_MESSAGE))
                .put("color", MessageColour.of(filling.context()).rgb());
        JsonObject body = new JsonObject()
                .put("content", Texts.truncated(filling.text(settings.content(), ""), MOST_CONTENT))
                .put("embeds", new JsonArray().add(embed));
        Texts.putIfAny(body, "username", settings.username());
        Texts.putIfAny(body, "avatar_url", settings.avatarUrl());
        return List.of(HttpMessage.post(secrets.getFirst(), body));
    }
}
