package dev.tocsin.promql;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that somebody probably meant. */
final class NearMiss {
    private NearMiss() {}

    /** {@code , did you mean x?}, or nothing where no candidate is near. */
    static String hint(String written, Collection<String> candidates) {
        if (written.length() > 60) {
            return "";
        }
        String best = "";
        int bestDistance = Math.max(1, Math.min(3, written.length() / 3)) + 1;
        for (String candidate : candidates) {
            int distance = distance(written.toLowerCase(Locale.ROOT), candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best.isEmpty() ? "" : ", did you mean " + best + "?";
    }

    /** Edits (insert, delete, replace) from one to the other. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
