package dev.tocsin.ingest.wire;

import dev.tocsin.core.SampleBatch;

/** Encodes text into a batch. Stateless. */
final class Utf8 {
    private Utf8() {}

    /**
     * Writes the characters in UTF-8 from {@code batch.length} on; the batch has room for three bytes each. The
     * batch's own separators become '_', half a surrogate pair '?'.
     *
     * @return the position after the last byte
     */
    static int encode(char[] chars, int from, int to, SampleBatch batch) {
        byte[] bytes = batch.bytes;
        int p = batch.length;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                bytes[p++] = c == batch.pairSeparator || c == batch.valueSeparator ? (byte) '_' : (byte) c;
            } else if (c < 0x800) {
                bytes[p++] = (byte) (0xc0 | c >> 6);
                bytes[p++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                bytes[p++] = (byte) (0xe0 | c >> 12);
                bytes[p++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[p++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < to && Character.isLowSurrogate(chars[i + 1])) {
                int point = Character.toCodePoint(c, chars[++i]);
                bytes[p++] = (byte) (0xf0 | point >> 18);
                bytes[p++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[p++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[p++] = (byte) (0x80 | point & 0x3f);
            } else {
                bytes[p++] = '?';
            }
        }
        return p;
    }
}
