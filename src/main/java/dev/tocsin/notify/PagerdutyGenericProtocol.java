package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import dev.tocsin.http.Secret;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Incidents of PagerDuty by its first events API ({@code create_event.json}), as Alertmanager sends them for a
 * {@code service_key}: one incident per group, told apart by {@code incident_key}. Answered by 200; 403 says that there
 * were too many.
 */
final class PagerdutyGenericProtocol implements HttpProtocol {
    private final PagerdutySettings settings;

    PagerdutyGenericProtocol(PagerdutySettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.key());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        boolean isTakenOn = notification.reason() == Verdict.TAKEN_ON;
        boolean isFiring = filling.context().isFiring();
        JsonObject event = new JsonObject()
                .put("service_key", filling.secret(secrets.getFirst()))
                .put("incident_key", GroupKeys.hash(notification.groupKey()))
                .put("event_type", isTakenOn ? "acknowledge" : isFiring ? "trigger" : "resolve")
                .put(
                        "description",
                        Texts.truncated(filling.text(settings.description()), PagerdutyProtocol.MOST_SUMMARY));
        if (isTakenOn) {
            return List.of(HttpMessage.post(settings.url(), event));
        }
        if (isFiring) {
            event.put("client", filling.text(settings.client(), ""))
                    .put("client_url", filling.text(settings.clientUrl(), ""));
        }
        return List.of(PagerdutyProtocol.detailed(settings, event, event, "details", filling));
    }

    @Override
    public @Nullable Answer meaning(Notification notification, HttpMessage message, HttpReply reply) {
        return reply.status() == 403
                ? new Answer.Transient(FailureReason.RATE_LIMITED, "HTTP 403: too many events", reply.retryAfter())
                : null;
    }
}
