package dev.tocsin.alert;

import java.util.List;

/**
 * What holds an alert back. Immutable.
 *
 * @param silencedBy ids of active silences
 * @param inhibitedBy fingerprints of alerts, in hexadecimal
 */
public record Suppression(List<String> silencedBy, List<String> inhibitedBy) {
    public static final Suppression NONE = new Suppression(List.of(), List.of());

    public Suppression {
        silencedBy = List.copyOf(silencedBy);
        inhibitedBy = List.copyOf(inhibitedBy);
    }

    public boolean isSuppressed() {
        return !silencedBy.isEmpty() || !inhibitedBy.isEmpty();
    }
}
