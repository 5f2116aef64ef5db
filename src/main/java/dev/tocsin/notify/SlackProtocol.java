package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A channel of Slack: by an incoming webhook, which answers {@code ok}, or by {@code chat.postMessage}, which answers 200
 * with {@code {"ok":false,"error":"…"}} where it did not go well.
 *
 * <p>Where asked to, what is resolved is written into the group's last message by {@code chat.update}; new and repeated
 * alerts are always new messages, since nobody is told of a changed one.
 */
final class SlackProtocol implements HttpProtocol {
    private static final String POST = "/chat.postMessage";
    private static final String UPDATE = "/chat.update";
    private static final Set<String> PASSING_ERRORS = Set.of(
            "fatal_error",
            "internal_error",
            "message_limit_exceeded",
            "ratelimited",
            "rate_limited",
            "request_timeout",
            "service_unavailable",
            "team_added_to_org");
    private final SlackSettings settings;
    private final SlackBody body;
    private final PostedMessages posted;

    /** @param posted where the last message of each group is kept */
    SlackProtocol(SlackSettings settings, PostedMessages posted) {
        this.posted = posted;
        this.settings = settings;
        this.body = new SlackBody(settings);
    }

    @Override
    public List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>(List.of(settings.apiUrl()));
        if (settings.token() != null) {
            secrets.add(settings.token());
        }
        return secrets;
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        String url = secrets.getFirst().strip();
        JsonObject message = body.of(filling);
        PostedMessages.Posted last = updates(notification) && url.endsWith(POST)
                ? posted.last(notification.integration(), notification.groupKey())
                : null;
        if (last != null) {
            url = url.substring(0, url.length() - POST.length()) + UPDATE;
            message.put("channel", last.channel()).put("ts", last.id());
        }
        Map<String, String> headers =
                secrets.size() > 1 ? Map.of("Authorization", "Bearer " + secrets.get(1)) : Map.of();
        return List.of(HttpMessage.post(url, headers, message));
    }

    private boolean updates(Notification notification) {
        return settings.updatesMessage()
                && (notification.reason() == Verdict.ALL_RESOLVED || notification.reason() == Verdict.NEW_RESOLVED);
    }

    @Override
    public boolean answersInBody() {
        return true;
    }

    @Override
    public @Nullable Answer meaning(Notification notification, HttpMessage message, HttpReply reply) {
        if (reply.status() != 200) {
            return null;
        }
        JsonObject json = reply.json();
        if (json == null) {
            return reply.body().strip().equals("ok")
                    ? null
                    : new Answer.Permanent(
                            FailureReason.CLIENT_ERROR,
                            "HTTP 200, but Slack: "
                                    + Texts.truncated(reply.body().strip(), 100));
        }
        if (Boolean.TRUE.equals(json.getValue("ok"))) {
            remember(notification, json);
            return null;
        }
        String error = json.getString("error", "no reason");
        String text = "HTTP 200, but Slack: " + error;
        if (message.url().endsWith(UPDATE) && posted.remove(notification.integration(), notification.groupKey())) {
            return new Answer.Transient(
                    FailureReason.CLIENT_ERROR, text + "; the message can't be updated, a new one follows", null);
        }
        return PASSING_ERRORS.contains(error)
                ? new Answer.Transient(
                        error.startsWith("rate") ? FailureReason.RATE_LIMITED : FailureReason.SERVER_ERROR,
                        text,
                        reply.retryAfter())
                : new Answer.Permanent(FailureReason.CLIENT_ERROR, text);
    }

    private void remember(Notification notification, JsonObject json) {
        String channel = json.getString("channel");
        String timestamp = json.getString("ts");
        if (!settings.updatesMessage() || channel == null || timestamp == null) {
            return;
        }
        if (notification.isFiring()) {
            posted.put(
                    notification.integration(), notification.groupKey(), new PostedMessages.Posted(channel, timestamp));
        } else {
            posted.remove(notification.integration(), notification.groupKey());
        }
    }
}
