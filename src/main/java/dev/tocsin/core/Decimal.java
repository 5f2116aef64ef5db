package dev.tocsin.core;

import java.nio.charset.StandardCharsets;

/**
 * Reads decimal numbers out of bytes, rounded as {@link Double#parseDouble} rounds them. One reader per parser,
 * confined to its thread: the last number read stands in {@link #value}.
 *
 * <pre>
 *   [+-]? ( digits [ . digits? ] | . digits ) ( [eE] [+-]? digits )?
 * </pre>
 *
 * No NaN, no infinity by name, no hexadecimal, no Java suffixes. Up to 18 digits whose whole is below 2^53 take the
 * exact path: the digits and the power of ten (at most 10^18) are both doubles, so one division rounds once and
 * correctly (W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990). Everything else, a few in a
 * million, goes through {@link Double#parseDouble} and allocates a String.
 */
public final class Decimal {
    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
    };

    private static final int MAX_DIGITS = 18;
    private static final long MAX_EXACT = 1L << 53;

    /** The number that {@link #read} found; infinite where it is beyond a double. Undefined where it found none. */
    public double value;

    /**
     * Reads the longest number that begins at {@code from}. Something that belongs to no number (the newline that ends
     * a line) must follow it.
     *
     * @return the position after it, or {@code from} where no number begins
     */
    public int read(byte[] bytes, int from) {
        int p = from;
        byte sign = bytes[p];
        if (sign == '-' || sign == '+') {
            p++;
        }
        int wholeStart = p;
        long digits = 0;
        int digit = bytes[p] - '0';
        while (digit >= 0 && digit <= 9) {
            digits = digits * 10 + digit;
            digit = bytes[++p] - '0';
        }
        int count = p - wholeStart;
        int scale = 0;
        if (bytes[p] == '.') {
            int fractionStart = ++p;
            digit = bytes[p] - '0';
            while (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                digit = bytes[++p] - '0';
            }
            scale = p - fractionStart;
            count += scale;
        }
        if (count == 0) {
            return from;
        }
        if ((bytes[p] | 0x20) == 'e' || count > MAX_DIGITS || digits > MAX_EXACT) {
            return readSlowly(bytes, from, p);
        }
        double magnitude = scale == 0 ? digits : digits / POWERS_OF_TEN[scale];
        value = sign == '-' ? -magnitude : magnitude;
        return p;
    }

    /** @param end after the digits, where an exponent may begin */
    private int readSlowly(byte[] bytes, int from, int end) {
        int p = end;
        if ((bytes[p] | 0x20) == 'e') {
            int q = p + 1;
            if (bytes[q] == '-' || bytes[q] == '+') {
                q++;
            }
            int exponentStart = q;
            while (bytes[q] >= '0' && bytes[q] <= '9') {
                q++;
            }
            if (q > exponentStart) {
                p = q;
            }
        }
        value = Double.parseDouble(new String(bytes, from, p - from, StandardCharsets.ISO_8859_1));
        return p;
    }
}
