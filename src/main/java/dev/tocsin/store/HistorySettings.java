package dev.tocsin.store;

import java.time.Duration;

/**
 * At which resolutions history is kept, how long each, and how long what is stored of alerts.
 *
 * @param keepFine longer than the two hours after which the coarser ones are made of it
 * @param keepAlerts episodes, events and notifications
 * @param keepAcknowledged episodes and events of alerts that somebody acknowledged; not shorter
 */
public record HistorySettings(
        Resolutions resolutions,
        Duration keepFine,
        Duration keepMedium,
        Duration keepCoarse,
        Duration keepAlerts,
        Duration keepAcknowledged) {
    public static final HistorySettings DEFAULT = new HistorySettings(
            Resolutions.DEFAULT,
            Duration.ofDays(1),
            Duration.ofDays(30),
            Duration.ofDays(400),
            Duration.ofDays(365),
            Duration.ofDays(1_095));

    long keepMillis(Resolution resolution) {
        Duration keep = resolution.equals(resolutions.fine())
                ? keepFine
                : resolution.equals(resolutions.medium()) ? keepMedium : keepCoarse;
        return keep.toMillis();
    }

    long longestKeptMillis() {
        return resolutions.all().stream().mapToLong(this::keepMillis).max().orElse(0);
    }
}
