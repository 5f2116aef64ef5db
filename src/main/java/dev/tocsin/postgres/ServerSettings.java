package dev.tocsin.postgres;

import dev.tocsin.core.Labels;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One server, as configured.
 *
 * @param name letters, digits, {@code . _ -}; one server has it
 * @param address null: of our own store, wherever it is now
 * @param interval from one look at it to the next: 1 s to 2 min
 * @param connectTimeout for a connection, greeting and password included: 100 ms to 1 min
 * @param statementTimeout for one statement, on the server: 100 ms to 5 min
 * @param topN tables, indexes, queries and the like that are told one by one: 1 to 100
 * @param labels of its own, on all of its series
 */
public record ServerSettings(
        String name,
        @Nullable ServerAddress address,
        Duration interval,
        Duration connectTimeout,
        Duration statementTimeout,
        int topN,
        Labels labels) {
    /** The name of our own store. */
    public static final String STORE = "store";

    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);
    public static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
    /** A value that is not written again within five minutes counts as gone. */
    public static final Duration MOST_INTERVAL = Duration.ofMinutes(2);

    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
    public static final Duration MOST_CONNECT_TIMEOUT = Duration.ofMinutes(1);
    public static final Duration MOST_STATEMENT_TIMEOUT = Duration.ofMinutes(5);
    public static final int DEFAULT_TOP_N = 20;
    public static final int MOST_TOP_N = 100;

    /** Labels that series of a server have; none of its own may be called so. */
    public static final List<String> OWN_LABELS = List.of(
            "server",
            "database",
            "state",
            "schema",
            "table",
            "index",
            "view",
            "method",
            "replica",
            "slot",
            "kind",
            "mode",
            "version");

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,100}");

    /** @throws IllegalArgumentException where the name is none */
    public ServerSettings {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a server's name has 1 to 100 letters, digits, dots, dashes and underscores; this is \"" + name
                            + "\"");
        }
    }

    /** With what holds where nothing is said. */
    public static ServerSettings of(String name, @Nullable ServerAddress address) {
        return new ServerSettings(
                name,
                address,
                DEFAULT_INTERVAL,
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_STATEMENT_TIMEOUT,
                DEFAULT_TOP_N,
                Labels.EMPTY);
    }
}
