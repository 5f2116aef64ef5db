package dev.tocsin.notify;

import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code email_configs}. Immutable.
 *
 * @param to addresses, separated by commas when filled in
 * @param login null for none
 * @param headers by canonical name; they take the place of ours
 * @param html empty for no HTML
 * @param text empty for no plain text
 */
public record EmailSettings(
        Server server,
        @Nullable Login login,
        MessageTemplate to,
        MessageTemplate from,
        MessageTemplate subject,
        Map<String, MessageTemplate> headers,
        MessageTemplate html,
        MessageTemplate text,
        Threading threading)
        implements ChannelSettings {
    /** Of one attempt, from connecting to the server's yes; mail servers may take their time to greet. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    public EmailSettings {
        headers = Map.copyOf(headers);
    }

    /** How a connection is secured. */
    public enum Security {
        /** From its first byte. */
        IMPLICIT_TLS,
        /** By STARTTLS, without which nothing is sent. */
        STARTTLS,
        NONE
    }

    /** @param hello the name we go by */
    public record Server(String host, int port, String hello, Security security, TlsSettings tls) {}

    /** @param isChallenged whether the secret is CRAM-MD5's, which is never sent; else PLAIN or LOGIN carry it */
    public record Login(String username, Secret secret, boolean isChallenged) {}

    /** Which messages mail programs show as one conversation. */
    public enum Threading {
        NONE,
        /** Those of one group of alerts. */
        GROUP,
        /** Those of one group on one day, by UTC. */
        GROUP_AND_DAY
    }
}
