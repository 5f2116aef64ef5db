package dev.tocsin.notify;

/** What goes into the {@code Authorization} header. Immutable. */
public sealed interface HttpCredentials {
    record Basic(String username, Secret password) implements HttpCredentials {}

    /** @param type {@code Bearer}, or another scheme whose credentials are one text */
    record Scheme(String type, Secret credentials) implements HttpCredentials {}
}
