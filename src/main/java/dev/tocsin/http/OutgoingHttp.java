package dev.tocsin.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client that asks as {@link HttpClientSettings} say: through their proxy, with their TLS, credentials and headers.
 * What comes of a request is the caller's business, redirects too. Confined to one event loop.
 */
public final class OutgoingHttp {
    private final Vertx vertx;
    private final HttpClientSettings settings;
    private final HttpProxy proxy;
    private final HttpClient client;
    private final @Nullable TokenSource tokens;

    /**
     * @param options of the client, beside those that the settings say
     * @param tokenSources where the settings' credentials are tokens, gives them
     */
    public OutgoingHttp(
            Vertx vertx,
            HttpClientSettings settings,
            HttpClientOptions options,
            PoolOptions pool,
            Function<HttpCredentials.OAuth2, TokenSource> tokenSources) {
        this.vertx = vertx;
        this.settings = settings;
        this.tokens = settings.credentials() instanceof HttpCredentials.OAuth2 oauth ? tokenSources.apply(oauth) : null;
        proxy = new HttpProxy(vertx, settings.proxy());
        options.setVerifyHost(!settings.tls().insecureSkipVerify());
        TlsOptions.apply(settings.tls(), options);
        client = vertx.createHttpClient(options, pool);
    }

    /** A request that is not sent yet. */
    public Future<HttpClientRequest> request(HttpMethod method, URI uri, Duration connectTimeout) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(withoutUserInfo(uri))
                .setConnectTimeout(connectTimeout.toMillis());
        String serverName = settings.tls().serverName();
        if (serverName != null && uri.getScheme().equals("https")) {
            // The name that TLS asks for and verifies, while the connection goes to the URL's host.
            options.setServer(SocketAddress.inetSocketAddress(options.getPort(), options.getHost()));
            options.setHost(serverName);
            options.putHeader(
                    "Host",
                    uri.getRawAuthority().substring(uri.getRawAuthority().indexOf('@') + 1));
        }
        return proxy.optionsFor(uri).compose(way -> client.request(options.setProxyOptions(way)));
    }

    /** The settings' headers for a URL. Fails where a secret can't be read, or no token is given. */
    public Future<MultiMap> headers(URI uri) {
        MultiMap headers = HttpHeaders.headers();
        return authorization(uri).compose(authorization -> {
            if (!authorization.isEmpty()) {
                headers.set(HttpHeaders.AUTHORIZATION, authorization);
            }
            List<String> names = List.copyOf(settings.headers().keySet());
            return Future.all(settings.headers().values().stream()
                            .map(values -> Secrets.read(vertx, values))
                            .toList())
                    .map(values -> {
                        for (int i = 0; i < names.size(); i++) {
                            headers.set(names.get(i), values.<List<String>>resultAt(i));
                        }
                        headers.set(HttpHeaders.USER_AGENT, "Tocsin");
                        return headers;
                    });
        });
    }

    /** Takes from the headers what is meant for one host alone, before a redirect is followed to another. */
    public void forAnotherHost(MultiMap headers) {
        headers.remove(HttpHeaders.AUTHORIZATION);
        settings.headers().keySet().forEach(headers::remove);
    }

    /** The server did not take the credentials: a token is asked for anew. */
    public void refused() {
        if (tokens != null) {
            tokens.refused();
        }
    }

    public void close() {
        if (tokens != null) {
            tokens.close();
        }
        proxy.close();
        client.close().onFailure(e -> {});
    }

    /** Where a {@code Location} leads; null where that is no HTTP URL with a host. */
    public static @Nullable URI redirect(URI from, @Nullable String location) {
        if (location == null) {
            return null;
        }
        try {
            URI target = from.resolve(location);
            String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
            boolean isHttp = scheme.equals("http") || scheme.equals("https");
            return isHttp && target.getHost() != null ? target : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What a failure says, for people: that of TLS says why only in its cause. */
    public static String detail(Throwable e) {
        String message = e.getMessage();
        String text = message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
        Throwable cause = e.getCause();
        return cause == null || text.contains(String.valueOf(cause.getMessage()))
                ? text
                : text + ": " + cause.getMessage();
    }

    /** The value of the header; empty for none. */
    private Future<String> authorization(URI uri) {
        return switch (settings.credentials()) {
            case null -> Future.succeededFuture(uri.getUserInfo() == null ? "" : "Basic " + base64(uri.getUserInfo()));
            case HttpCredentials.Basic basic ->
                Secrets.read(vertx, List.of(basic.username(), basic.password()))
                        .map(pair -> "Basic " + base64(String.join(":", pair)));
            case HttpCredentials.Scheme scheme ->
                Secrets.read(vertx, scheme.credentials()).map(credentials -> scheme.type() + " " + credentials);
            case HttpCredentials.OAuth2 ignored ->
                Objects.requireNonNull(tokens).authorization();
        };
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String withoutUserInfo(URI uri) {
        return uri.getRawUserInfo() == null ? uri.toString() : uri.toString().replace(uri.getRawUserInfo() + "@", "");
    }
}
