package dev.tocsin.http;

import io.vertx.core.Future;

/** Tokens of {@link HttpCredentials.OAuth2}. Confined to the event loop of whoever asks. */
public interface TokenSource {
    /** The value of the {@code Authorization} header; fails where the server gives no token. */
    Future<String> authorization();

    /** The server no longer takes the token that was given. */
    void refused();

    void close();
}
