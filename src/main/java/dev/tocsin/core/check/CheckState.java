package dev.tocsin.core.check;

import java.util.Locale;

/** What is known of what a check asks. */
public enum CheckState {
    /** Not known yet: too few results so far. */
    UNKNOWN,
    UP,
    DOWN,
    /** Not asked: something that it depends on is not up. */
    UNREACHABLE,
    /** Not asked: one of its maintenance windows is open. */
    MAINTENANCE;

    /** The label {@code state}, and what the API says. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is asked, and its results counted. */
    public boolean isJudged() {
        return this == UNKNOWN || this == UP || this == DOWN;
    }
}
