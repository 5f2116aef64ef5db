package dev.tocsin.core;

import java.util.Locale;

/**
 * How the delivery of one notification ended.
 *
 * @param attempts how often it was tried
 * @param detail the last answer or error, for people
 */
public record DeliveryOutcome(Result result, int attempts, String detail) {
    /** The lower-case name is the {@code reason} label of the metric. */
    public enum Result {
        /** The channel took it. */
        ACCEPTED,
        /** The channel refused it in a way that no retry mends. */
        REFUSED,
        /** Transient failures until the notification's deadline. */
        EXPIRED,
        /** The integration was changed or removed meanwhile: the group's next decision goes to what took its place. */
        SUPERSEDED,
        /** The integration's queue was full. */
        QUEUE_FULL;

        private final String label = name().toLowerCase(Locale.ROOT);

        public String label() {
            return label;
        }
    }

    public boolean isAccepted() {
        return result == Result.ACCEPTED;
    }
}
