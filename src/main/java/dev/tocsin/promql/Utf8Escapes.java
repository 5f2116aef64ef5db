package dev.tocsin.promql;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of a string literal that are no UTF-8, as Go allows them ({@code "\xff"}). In a Java string each stands as the
 * lone low surrogate U+DC00 + byte, so that it prints as it was written, equals itself only, and can be told from text.
 */
final class Utf8Escapes {
    private static final char BASE = '\udc00';

    private Utf8Escapes() {}

    static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (BASE + (in.get() & 0xff)));
            }
            decoder.reset();
        }
    }

    /** Whether the char at {@code i} stands for a byte that is no UTF-8. */
    static boolean isByte(CharSequence text, int i) {
        char c = text.charAt(i);
        boolean inRange = c >= BASE + 0x80 && c <= BASE + 0xff;
        return inRange && !(i > 0 && Character.isHighSurrogate(text.charAt(i - 1)));
    }

    /** A label's name may be any text, but text it must be, and not empty. */
    static boolean isLabelName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (isByte(name, i)) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
