package dev.tocsin.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How one attempt at a notification ended. Immutable. Details are for people and hold no secret. */
public sealed interface Answer {
    String detail();

    /** The channel has it. */
    record Accepted(String detail) implements Answer {}

    /**
     * It may go well later.
     *
     * @param retryAfter the least time to leave the channel alone, where it asked for one
     */
    record Transient(
            FailureReason reason, String detail, @Nullable Duration retryAfter) implements Answer {}

    /** The same attempt will fail again. */
    record Permanent(FailureReason reason, String detail) implements Answer {}
}
