package dev.tocsin.store;

import java.util.Arrays;

/** The writing {@link BitCoder}. Confined to one thread. */
final class RangeEncoder extends BitCoder {
    private byte[] bytes = new byte[512];
    private int size;

    RangeEncoder(int contexts) {
        super(contexts);
    }

    @Override
    void forget() {
        super.forget();
        size = 0;
    }

    @Override
    boolean decide(long threshold, boolean answer) {
        return answer;
    }

    @Override
    void shift() {
        put((byte) (high >>> HIGHEST_BYTE));
    }

    private void put(byte value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = value;
    }

    /** All that was written, ended with the fewest bytes that lie in what is left of the interval. */
    byte[] toBytes() {
        long rest = LARGEST;
        while ((high & ~rest) < low) {
            rest >>>= 8;
        }
        for (long end = high & ~rest; end != 0; end = end << 8 & LARGEST) {
            put((byte) (end >>> HIGHEST_BYTE));
        }
        return Arrays.copyOf(bytes, size);
    }
}
