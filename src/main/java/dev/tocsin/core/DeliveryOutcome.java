package dev.tocsin.core;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * How the delivery of one notification ended.
 *
 * @param attempts how often it was tried
 * @param detail the last answer or error, for people
 * @param log the last attempts, at most {@value #LOGGED_ATTEMPTS}, in their order; of a delivery that was accepted the
 *     last of them is the one that was
 */
public record DeliveryOutcome(Result result, int attempts, String detail, List<Attempt> log) {
    /** Of so many attempts each is told. */
    public static final int LOGGED_ATTEMPTS = 20;

    public DeliveryOutcome {
        log = List.copyOf(log);
    }

    /** One of which no attempt is told. */
    public DeliveryOutcome(Result result, int attempts, String detail) {
        this(result, attempts, detail, List.of());
    }

    /**
     * @param at when it began, wall time
     * @param millis how long it took
     * @param answer what came of it, for people
     */
    public record Attempt(Instant at, long millis, String answer) {}

    /** The lower-case name is the {@code reason} label of the metric. */
    public enum Result {
        /** The channel took it. */
        ACCEPTED,
        /** The channel refused it in a way that no retry mends. */
        REFUSED,
        /** Transient failures until the notification's deadline, or as many as it allows. */
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
