package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chat of Telegram, by its bot API's {@code sendMessage}. A message that is too long is sent as plain text, cut: half a
 * tag would be refused. How long to wait stands in the body of an answer.
 */
final class TelegramProtocol implements HttpProtocol {
    private static final int MOST_TEXT = 4_096;

    private final TelegramSettings settings;

    TelegramProtocol(TelegramSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.botToken(), settings.chatId());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        boolean html = settings.parseMode().equals("HTML");
        String text = html ? filling.html(settings.message()) : filling.text(settings.message());
        boolean fits = text.codePointCount(0, text.length()) <= MOST_TEXT;
        JsonObject body = new JsonObject()
                .put("chat_id", secrets.get(1))
                .put("text", fits ? text : Texts.truncated(filling.text(settings.message()), MOST_TEXT))
                .put("disable_notification", settings.silent())
                .put("disable_web_page_preview", true);
        if (fits) {
            Texts.putIfAny(body, "parse_mode", settings.parseMode());
        }
        if (settings.threadId() != null) {
            body.put("message_thread_id", settings.threadId());
        }
        return List.of(HttpMessage.post(settings.apiUrl() + "/bot" + secrets.getFirst() + "/sendMessage", body));
    }

    @Override
    public boolean answersInBody() {
        return true;
    }

    @Override
    public @Nullable Answer meaning(Notification notification, HttpMessage message, HttpReply reply) {
        JsonObject json = reply.json();
        if (json == null || !Boolean.FALSE.equals(json.getValue("ok"))) {
            return null;
        }
        int code = Objects.requireNonNullElse(json.getInteger("error_code"), reply.status());
        String text = "HTTP " + code + ": " + json.getString("description", "");
        if (code == 429) {
            JsonObject parameters = json.getJsonObject("parameters", new JsonObject());
            return new Answer.Transient(
                    FailureReason.RATE_LIMITED,
                    text,
                    RetryAfter.bounded(Duration.ofSeconds(parameters.getInteger("retry_after", 0))));
        }
        return code / 100 == 5
                ? new Answer.Transient(FailureReason.SERVER_ERROR, text, reply.retryAfter())
                : new Answer.Permanent(FailureReason.CLIENT_ERROR, text);
    }
}
