package dev.tocsin.core.quality;

import java.util.Locale;

/** What was found of a data set, or of one measure of it. */
public enum QualityState {
    /** A source failed, or had nothing to say: nothing is known, which is neither well nor zero. */
    UNKNOWN,
    OK,
    /** Past its threshold. */
    BREACHED;

    /** The label {@code state}, and what the API says. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
