package dev.tocsin.notify;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Notification;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;

/** A webhook: Alertmanager's body by POST. Any 2xx is a yes. Confined to the event loop of {@link DeliveryVerticle}. */
final class WebhookChannel implements Channel {
    private final Vertx vertx;
    private final Clock clock;
    private final WebhookSettings settings;
    private final String externalUrl;
    private final HttpPoster poster;

    WebhookChannel(Vertx vertx, Clock clock, WebhookSettings settings, String externalUrl) {
        this.vertx = vertx;
        this.clock = clock;
        this.settings = settings;
        this.externalUrl = externalUrl;
        this.poster = new HttpPoster(vertx, clock, settings.http());
    }

    @Override
    public Future<Answer> send(Notification notification, Duration remaining) {
        boolean bounded = settings.timeout().isPositive() && settings.timeout().compareTo(remaining) < 0;
        Duration timeout = bounded ? settings.timeout() : remaining;
        return Secrets.read(vertx, settings.url()).transform(url -> {
            if (url.failed()) {
                return Future.succeededFuture(new Answer.Transient(
                        FailureReason.SECRET, String.valueOf(url.cause().getMessage()), null));
            }
            Buffer body = Buffer.buffer(
                    WebhookBody.encode(notification, externalUrl, settings.maxAlerts(), clock.wallMillis()));
            Map<String, String> headers = Map.of(
                    "Content-Type", "application/json",
                    "User-Agent", "Tocsin",
                    "Idempotency-Key", notification.key());
            return poster.post(url.result(), body, headers, timeout);
        });
    }

    @Override
    public void close() {
        poster.close();
    }
}
