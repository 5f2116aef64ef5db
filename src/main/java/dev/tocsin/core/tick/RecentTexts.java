package dev.tocsin.core.tick;

import org.jspecify.annotations.Nullable;

/**
 * The texts of one record that writer and reader both still know, so that a repeated one takes two bytes: a text's place
 * follows from its hash, and a newer one takes the place. Confined to one thread.
 */
final class RecentTexts {
    private static final int PLACES = 1 << 10;

    private final @Nullable String[] known = new @Nullable String[PLACES];

    void write(String text, ByteWriter out) {
        int place = place(text);
        if (text.equals(known[place])) {
            out.putVarint(place + 1);
        } else {
            known[place] = text;
            out.putByte(0);
            out.putText(text);
        }
    }

    String read(ByteReader in) {
        int place = in.readIndex(PLACES + 1);
        if (place == 0) {
            String text = in.readText();
            known[place(text)] = text;
            return text;
        }
        String text = known[place - 1];
        if (text == null) {
            throw new ByteReader.UnreadableException("a text that was not written");
        }
        return text;
    }

    void reset() {
        java.util.Arrays.fill(known, null);
    }

    private static int place(String text) {
        int h = text.hashCode();
        return (h ^ h >>> 10 ^ h >>> 20) & PLACES - 1;
    }
}
