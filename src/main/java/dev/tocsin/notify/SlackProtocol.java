package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A channel of Slack: by an incoming webhook, which answers {@code ok}, or by {@code chat.postMessage}, which answers 200
 * with {@code {"ok":false,"error":"…"}} where it did not go well.
 *
 * <p>Where asked to, what is resolved is written into the group's last message by {@code chat.update}; new and repeated
 * alerts are always new messages, since nobody is told of a changed one. Which message was a group's last is known to this
 * object alone: after a restart, or a change of the integration, the next one is a new message.
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
    /** Groups whose last message is known; the oldest is forgotten beyond. */
    private static final int MOST_POSTED = 10_000;

    private final SlackSettings settings;
    private final SlackBody body;
    /** By group key. Guarded by itself. */
    private final Map<String, Posted> posted = new LinkedHashMap<>();

    /**
     * A message that can be updated.
     *
     * @param channel Slack's id of it
     * @param timestamp Slack's id of the message in its channel
     */
    private record Posted(String channel, String timestamp) {}

    SlackProtocol(SlackSettings settings) {
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
        Posted last = updates(notification) && url.endsWith(POST) ? last(notification.groupKey()) : null;
        if (last != null) {
            url = url.substring(0, url.length() - POST.length()) + UPDATE;
            message.put("channel", last.channel).put("ts", last.timestamp);
        }
        Map<String, String> headers =
                secrets.size() > 1 ? Map.of("Authorization", "Bearer " + secrets.get(1)) : Map.of();
        return List.of(HttpMessage.post(url, headers, message));
    }

    private boolean updates(Notification notification) {
        return settings.updatesMessage()
                && (notification.reason() == Verdict.ALL_RESOLVED || notification.reason() == Verdict.NEW_RESOLVED);
    }

    private @Nullable Posted last(String groupKey) {
        synchronized (posted) {
            return posted.get(groupKey);
        }
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
        if (message.url().endsWith(UPDATE) && forget(notification.groupKey())) {
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
        synchronized (posted) {
            posted.remove(notification.groupKey());
            if (notification.isFiring()) {
                posted.put(notification.groupKey(), new Posted(channel, timestamp));
                if (posted.size() > MOST_POSTED) {
                    posted.remove(posted.keySet().iterator().next());
                }
            }
        }
    }

    private boolean forget(String groupKey) {
        synchronized (posted) {
            return posted.remove(groupKey) != null;
        }
    }
}
