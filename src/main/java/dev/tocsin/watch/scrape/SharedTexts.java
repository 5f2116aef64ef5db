package dev.tocsin.watch.scrape;

import java.util.HashMap;
import java.util.Map;

/**
 * Texts of labels, each kept once however many series have it: targets of a job expose the same names and values. Bounded:
 * past {@link #MOST} it begins anew, and what is shared stays so. Confined to one thread.
 */
final class SharedTexts {
    static final int MOST = 50_000;

    private final Map<String, String> texts = new HashMap<>();

    /** The text that was asked for first of those that equal this one. */
    String of(String text) {
        if (texts.size() >= MOST) {
            texts.clear();
        }
        String known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
