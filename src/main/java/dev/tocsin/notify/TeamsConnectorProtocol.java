package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Microsoft Teams webhook of the old kind: a {@code MessageCard}. The connector says 200 even where Teams did not take
 * the card; what became of it stands in the body.
 */
final class TeamsConnectorProtocol implements HttpProtocol {
    private static final Pattern INNER_ERROR = Pattern.compile("returned HTTP error (\\d{3})");

    private final TeamsConnectorSettings settings;

    TeamsConnectorProtocol(TeamsConnectorSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.webhookUrl());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        JsonObject card = new JsonObject()
                .put("@context", "http://schema.org/extensions")
                .put("@type", "MessageCard")
                .put("title", filling.text(settings.title()))
                .put("summary", filling.text(settings.summary()))
                .put("text", filling.text(settings.text()))
                .put("themeColor", MessageColour.of(filling.context()).hex());
        return List.of(HttpMessage.post(secrets.getFirst(), card));
    }

    @Override
    public boolean answersInBody() {
        return true;
    }

    @Override
    public @Nullable Answer meaning(Notification notification, HttpMessage message, HttpReply reply) {
        Matcher error = INNER_ERROR.matcher(reply.body());
        if (reply.status() != 200 || !error.find()) {
            return null;
        }
        int inner = Integer.parseInt(error.group(1));
        String text = "HTTP 200, but Teams: " + inner;
        if (inner == 429) {
            return new Answer.Transient(FailureReason.RATE_LIMITED, text, reply.retryAfter());
        }
        return inner / 100 == 5
                ? new Answer.Transient(FailureReason.SERVER_ERROR, text, reply.retryAfter())
                : new Answer.Permanent(FailureReason.CLIENT_ERROR, text);
    }
}
