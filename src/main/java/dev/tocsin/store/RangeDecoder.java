package dev.tocsin.store;

/** The reading {@link BitCoder}. Whatever the bytes are, it answers. Confined to one thread. */
final class RangeDecoder extends BitCoder {
    private byte[] bytes = {};
    private int at;
    private int end;
    private long code;

    RangeDecoder(int contexts) {
        super(contexts);
    }

    void read(byte[] from, int begin, int until) {
        forget();
        bytes = from;
        at = begin;
        end = until;
        code = 0;
        for (int i = 0; i <= HIGHEST_BYTE; i += 8) {
            code = code << 8 | next();
        }
    }

    /** Behind the last byte there are zeros. */
    private int next() {
        return at < end ? bytes[at++] & 0xff : 0;
    }

    @Override
    boolean decide(long threshold, boolean answer) {
        return code > threshold;
    }

    @Override
    void shift() {
        code = code << 8 & LARGEST | next();
    }
}
