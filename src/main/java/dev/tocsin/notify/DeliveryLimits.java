package dev.tocsin.notify;

import java.time.Duration;

/**
 * @param queue notifications on their way to one integration; a further one is refused
 * @param drain how long a stop waits for what is on its way
 */
public record DeliveryLimits(int queue, Duration drain) {
    /** The drain leaves room in the 5 s that the whole process has to stop. */
    public static final DeliveryLimits DEFAULT = new DeliveryLimits(10_000, Duration.ofSeconds(3));

    public DeliveryLimits {
        if (queue < 1 || drain.isNegative()) {
            throw new IllegalArgumentException("queue must be at least 1 and drain not negative");
        }
    }
}
