package dev.tocsin.notify;

import dev.tocsin.core.Clock;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.HttpCredentials;
import dev.tocsin.http.Secrets;
import dev.tocsin.http.TokenSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by OAuth 2.0's client credentials grant (RFC 6749, section 4.4): asked for when one is needed, kept until
 * shortly before it expires, and asked for by one request however many wait. The client shows who it is by the header
 * first and, where the server refuses that, in the body. Confined to the event loop
 * of whoever asks.
 */
public final class ClientCredentials implements TokenSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** A token is not used in its last seconds: it would expire on its way. */
    private static final long MARGIN_SECONDS = 10;

    private final Vertx vertx;
    private final Clock clock;
    private final HttpCredentials.OAuth2 settings;
    private final HttpPoster poster;
    private boolean inBody;
    private @Nullable String authorization;
    private long expiresNanos;
    private @Nullable Future<String> asking;

    public ClientCredentials(Vertx vertx, Clock clock, HttpCredentials.OAuth2 settings) {
        this.vertx = vertx;
        this.clock = clock;
        this.settings = settings;
        poster = new HttpPoster(
                vertx, clock, new HttpClientSettings(null, true, settings.tls(), settings.proxy(), Map.of()));
    }

    @Override
    public Future<String> authorization() {
        String known = authorization;
        if (known != null && clock.monotonicNanos() - expiresNanos < 0) {
            return Future.succeededFuture(known);
        }
        if (asking == null) {
            asking = Secrets.read(vertx, settings.clientSecret())
                    .compose(this::ask)
                    .onComplete(done -> asking = null);
        }
        return asking;
    }

    @Override
    public void refused() {
        authorization = null;
    }

    @Override
    public void close() {
        poster.close();
    }

    private Future<String> ask(String secret) {
        return ask(secret, inBody).recover(refused -> {
            if (!(refused instanceof RefusedException) || inBody) {
                return Future.failedFuture(refused);
            }
            return ask(secret, true).onSuccess(taken -> inBody = true);
        });
    }

    private Future<String> ask(String secret, boolean credentialsInBody) {
        List<String> form = new ArrayList<>(List.of("grant_type", "client_credentials"));
        if (!settings.scopes().isEmpty()) {
            form.addAll(List.of("scope", String.join(" ", settings.scopes())));
        }
        settings.endpointParams().forEach((name, value) -> form.addAll(List.of(name, value)));
        Map<String, String> headers;
        if (credentialsInBody) {
            form.addAll(List.of("client_id", settings.clientId(), "client_secret", secret));
            headers = Map.of("Content-Type", "application/x-www-form-urlencoded");
        } else {
            String pair = encoded(settings.clientId()) + ":" + encoded(secret);
            headers = Map.of(
                    "Content-Type",
                    "application/x-www-form-urlencoded",
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        Promise<String> token = Promise.promise();
        HttpMessage message = new HttpMessage("", "POST", settings.tokenUrl(), headers, Buffer.buffer(text(form)));
        poster.send(message, TIMEOUT, true, reply -> {
                    if (reply.status() == 200) {
                        take(reply.body(), token);
                    }
                    return null;
                })
                .onSuccess(answer -> token.tryFail(
                        answer instanceof Answer.Permanent
                                ? new RefusedException("no token: " + answer.detail())
                                : new IllegalStateException("no token: " + answer.detail())));
        return token.future();
    }

    private void take(String body, Promise<String> token) {
        try {
            JsonObject json = new JsonObject(body);
            String given = json.getString("access_token", "");
            if (given.isEmpty()) {
                token.tryFail(new IllegalStateException("no token: the answer has no access_token"));
                return;
            }
            String type = json.getString("token_type", "Bearer");
            String header = (type.equalsIgnoreCase("bearer") ? "Bearer" : type) + " " + given;
            Long seconds = json.getLong("expires_in");
            // Without a time it is good until it is refused.
            long lasts = seconds == null || seconds <= 0 ? Integer.MAX_VALUE : Math.max(0, seconds - MARGIN_SECONDS);
            expiresNanos = clock.monotonicNanos()
                    + Duration.ofSeconds(Math.min(lasts, Integer.MAX_VALUE)).toNanos();
            authorization = header;
            token.tryComplete(header);
        } catch (DecodeException | ClassCastException e) {
            token.tryFail(new IllegalStateException("no token: the answer is no JSON object of a token"));
        }
    }

    /** That the server does not take these credentials in this place. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private static String text(List<String> namesAndValues) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            form.append(i == 0 ? "" : "&").append(encoded(namesAndValues.get(i)));
            form.append('=').append(encoded(namesAndValues.get(i + 1)));
        }
        return form.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
