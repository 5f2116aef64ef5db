package dev.tocsin.series;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Gives back the same String for equal text seen lately, so that series that are read don't each have their own
 * {@code "prod"}. Forgets when another wants the place; holds {@link #PLACES} at most. Any thread: a race only makes
 * another String of the same text.
 */
final class RecentStrings {
    private static final int PLACES = 4_096;
    private static final int LONGEST = 64;

    private final @Nullable String[] places = new String[PLACES];

    /** The text of the UTF-8 in bytes [from, to). */
    String shared(byte[] bytes, int from, int to) {
        if (to - from > LONGEST) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        int place = (hash ^ hash >>> 15) & PLACES - 1;
        String known = places[place];
        if (known != null && isAscii(known, bytes, from, to)) {
            return known;
        }
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        places[place] = text;
        return text;
    }

    private static boolean isAscii(String text, byte[] bytes, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            // A byte below 0 is no char, so text beyond ASCII is never taken for equal.
            if (text.charAt(i - from) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
