package dev.tocsin.series;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Words in the byte arrays that keys stand in, in the processor's order of bytes on the machines that matter. */
final class KeyBytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private KeyBytes() {}

    /** Whether two ranges of {@code length} bytes are the same. */
    static boolean same(byte[] a, int aStart, byte[] b, int bStart, int length) {
        if (length >= 8) {
            for (int i = 0; i < length - 8; i += 8) {
                if ((long) LONG.get(a, aStart + i) != (long) LONG.get(b, bStart + i)) {
                    return false;
                }
            }
            return (long) LONG.get(a, aStart + length - 8) == (long) LONG.get(b, bStart + length - 8);
        }
        for (int i = 0; i < length; i++) {
            if (a[aStart + i] != b[bStart + i]) {
                return false;
            }
        }
        return true;
    }

    static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static int intAt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }
}
