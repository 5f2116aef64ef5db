package dev.tocsin.ingest.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The bytes that structure a line of line protocol, and how to find the next of them eight bytes at a time (see
 * {@link ByteScan} for how that works and for what must follow the bytes). Immutable.
 */
final class InfluxSeparators {
    /** As sent. A backslash stops the scan too: what follows it may be no separator. */
    static final InfluxSeparators AS_SENT = new InfluxSeparators((byte) ',', (byte) '=', (byte) ' ', (byte) '\\');

    /** In a line without escapes: the separators are control bytes, and every other byte is itself. */
    static final InfluxSeparators UNESCAPED = new InfluxSeparators((byte) 0x1e, (byte) 0x1f, (byte) 0x1d, (byte) '\n');

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final long NEWLINES = ONES * '\n';

    final byte comma;
    final byte equalSign;
    final byte space;
    /** The byte that ends the fast way, or a newline where there is none. */
    final byte escape;

    private final long commas;
    private final long equalSigns;
    private final long spaces;
    private final long escapes;

    private InfluxSeparators(byte comma, byte equalSign, byte space, byte escape) {
        this.comma = comma;
        this.equalSign = equalSign;
        this.space = space;
        this.escape = escape;
        commas = ONES * comma;
        equalSigns = ONES * equalSign;
        spaces = ONES * space;
        escapes = ONES * escape;
    }

    /** Where the first separator, escape or newline stands. */
    int next(byte[] bytes, int from) {
        for (int p = from; ; p += Long.BYTES) {
            long word = (long) WORD.get(bytes, p);
            long hits = (zeros(word ^ commas)
                            | zeros(word ^ equalSigns)
                            | zeros(word ^ spaces)
                            | zeros(word ^ escapes)
                            | zeros(word ^ NEWLINES))
                    & TOPS;
            if (hits != 0) {
                return p + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
    }

    private static long zeros(long x) {
        return (x - ONES) & ~x;
    }
}
