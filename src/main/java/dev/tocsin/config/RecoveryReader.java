package dev.tocsin.config;

import dev.tocsin.watch.check.RecoverySpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Reads what is run where a check is down: nothing that {@code tocsin.yaml} does not allow. */
final class RecoveryReader {
    private static final Set<String> KEYS =
            Set.of("name", "command", "user", "after", "timeout", "most-per-hour", "cool-down", "environment");
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MOST_TIMEOUT = Duration.ofHours(1);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration MOST_COOL_DOWN = Duration.ofDays(1);
    private static final Duration DEFAULT_COOL_DOWN = Duration.ofMinutes(5);
    private static final int MOST_PER_HOUR = 60;
    private static final int DEFAULT_PER_HOUR = 3;
    private static final int MOST_FAILURES = 10_000;
    private static final String USER = "[a-zA-Z_][a-zA-Z0-9_.-]{0,31}";

    private final Set<List<String>> allowed;

    /** @param allowed argument vectors that may be run, each as a whole */
    RecoveryReader(Set<List<String>> allowed) {
        this.allowed = allowed;
    }

    /** @param failures until the check is down */
    RecoverySpec read(YamlNode node, int failures) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, KEYS);
        List<String> command = keys.required("command", "a recovery", CommandVector::read);
        if (!allowed.contains(command)) {
            throw keys.error(
                    "command",
                    "checks.recovery.allow in tocsin.yaml does not name this command; add ["
                            + String.join(", ", command) + "] there and restart, if it may be run");
        }
        String user = keys.text("user", "");
        if (!user.isEmpty() && !user.matches(USER)) {
            throw keys.error("user", "\"" + user + "\" is no name of a user");
        }
        return new RecoverySpec(
                keys.text("name", "recovery"),
                command,
                user,
                keys.integer("after", failures, failures, MOST_FAILURES),
                keys.duration("timeout", DEFAULT_TIMEOUT, LEAST_TIMEOUT, MOST_TIMEOUT),
                keys.integer("most-per-hour", DEFAULT_PER_HOUR, 1, MOST_PER_HOUR),
                keys.duration("cool-down", DEFAULT_COOL_DOWN, Duration.ZERO, MOST_COOL_DOWN),
                keys.map("environment"));
    }
}
