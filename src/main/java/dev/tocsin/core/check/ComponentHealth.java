package dev.tocsin.core.check;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one part of the process, found out beforehand: telling it never runs a check.
 *
 * @param lastCheckMillis wall time at which this was found
 * @param responseMillis how long it took to answer, in ms; null where nothing was waited for
 * @param error null where all is well
 */
public record ComponentHealth(
        Status status,
        long lastCheckMillis,
        @Nullable Double responseMillis,
        @Nullable String error) {
    /** From best to worst. */
    public enum Status {
        HEALTHY("healthy"),
        /** Works, with something missing that people should know of. */
        DEGRADED("degraded"),
        UNHEALTHY("unhealthy");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public static ComponentHealth healthy(long lastCheckMillis) {
        return new ComponentHealth(Status.HEALTHY, lastCheckMillis, null, null);
    }

    public static ComponentHealth degraded(long lastCheckMillis, String error) {
        return new ComponentHealth(Status.DEGRADED, lastCheckMillis, null, error);
    }
}
