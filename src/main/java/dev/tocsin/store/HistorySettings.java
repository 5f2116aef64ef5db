package dev.tocsin.store;

import java.time.Duration;

/**
 * How long history lasts, by resolution.
 *
 * @param keep10s longer than the two hours after which minutes are made of it
 */
public record HistorySettings(Duration keep10s, Duration keep1m, Duration keep1h) {
    public static final HistorySettings DEFAULT =
            new HistorySettings(Duration.ofDays(1), Duration.ofDays(30), Duration.ofDays(400));

    long keepMillis(Resolution resolution) {
        return switch (resolution) {
            case TEN_SECONDS -> keep10s.toMillis();
            case MINUTE -> keep1m.toMillis();
            case HOUR -> keep1h.toMillis();
        };
    }
}
