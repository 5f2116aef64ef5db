package dev.tocsin.series;

import org.jspecify.annotations.Nullable;

/**
 * Gives back the same String for equal ones seen lately, so that a million series don't each keep their own
 * {@code "env"} and {@code "prod"}. Forgets when another String wants the place; holds {@link #PLACES} at most.
 * Confined to one thread.
 */
final class RecentStrings {
    private static final int PLACES = 4_096;
    private static final int LONGEST = 64;

    private final @Nullable String[] places = new String[PLACES];

    String shared(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 15) & PLACES - 1;
        String known = places[place];
        if (known != null && known.equals(text)) {
            return known;
        }
        places[place] = text;
        return text;
    }
}
