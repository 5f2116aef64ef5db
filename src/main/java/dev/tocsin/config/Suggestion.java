package dev.tocsin.config;

import java.util.Collection;

/** What was probably meant by a name that nobody knows. */
final class Suggestion {
    private Suggestion() {}

    /** {@code did you mean "…"?}, or all known names where none is near. */
    static String of(String unknown, Collection<String> known) {
        String nearest = "";
        int least = Math.max(2, unknown.length() / 4) + 1;
        for (String name : known) {
            int distance = Math.min(distance(unknown, name), distance(lastPart(unknown), lastPart(name)) + 1);
            if (distance < least) {
                least = distance;
                nearest = name;
            }
        }
        return nearest.isEmpty() ? "known are: " + String.join(", ", known) : "did you mean \"" + nearest + "\"?";
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** Levenshtein's distance: insertions, deletions and replacements of one character. */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
