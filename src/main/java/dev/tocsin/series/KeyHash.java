package dev.tocsin.series;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A 64-bit hash of raw key bytes, sixteen at a time by one 128-bit multiplication (as in Wang Yi's wyhash), seeded per
 * process so that a sender can't choose keys that collide. Safe from any thread.
 */
final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long SEED = new SecureRandom().nextLong();
    private static final long K0 = 0xa0761d6478bd642fL;
    private static final long K1 = 0xe7037ed1a0b428dbL;
    private static final long K2 = 0x8ebc6af09c88c6e3L;

    private KeyHash() {}

    static long of(byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd, int shape) {
        long h = range(bytes, nameStart, nameEnd, SEED ^ shape);
        if (tagsEnd > tagsStart) {
            h = range(bytes, tagsStart, tagsEnd, h);
        }
        return mix(h ^ K2, K0);
    }

    private static long range(byte[] bytes, int start, int end, long state) {
        int i = start;
        // The length first, spread over all bits: only XORed to a short text it would make up for another last letter.
        long h = state + (end - start) * K2;
        for (; end - i > 16; i += 16) {
            h = mix((long) LONG.get(bytes, i) ^ K1, (long) LONG.get(bytes, i + 8) ^ h);
        }
        long a;
        long b;
        int rest = end - i;
        if (rest >= 8) {
            a = (long) LONG.get(bytes, i);
            b = (long) LONG.get(bytes, end - 8);
        } else if (rest >= 4) {
            a = (int) INT.get(bytes, i);
            b = (int) INT.get(bytes, end - 4);
        } else if (rest > 0) {
            a = (bytes[i] & 0xffL) << 16 | (bytes[i + (rest >> 1)] & 0xff) << 8 | (bytes[end - 1] & 0xff);
            b = 0;
        } else {
            a = 0;
            b = 0;
        }
        return mix(a ^ K1, b ^ h);
    }

    private static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    /** Whether two ranges of {@code length} bytes are the same. */
    static boolean sameBytes(byte[] a, int aStart, byte[] b, int bStart, int length) {
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
