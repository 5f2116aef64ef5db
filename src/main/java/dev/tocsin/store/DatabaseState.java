package dev.tocsin.store;

import org.jspecify.annotations.Nullable;

/**
 * What is known of the connection to PostgreSQL. Found out every few seconds; telling it asks nobody.
 *
 * @param checkedMillis wall time of the last check
 * @param responseMillis how long the last check took; null where nothing answered
 * @param problem why it can't be used, for people; null where it can
 */
public record DatabaseState(
        long checkedMillis,
        @Nullable Double responseMillis,
        @Nullable String problem) {
    public boolean isUp() {
        return problem == null;
    }
}
