package dev.tocsin.rule;

import java.util.Locale;

/** Where an alert stands, in Prometheus' words; in ascending order of urgency. */
public enum AlertState {
    /** Does not hold; of an alert that fired: resolved. */
    INACTIVE,
    /** Holds, but not yet for as long as the rule asks. */
    PENDING,
    FIRING;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The value of {@code alertstate}, and of {@code state} in the API. */
    public String label() {
        return label;
    }
}
