package dev.tocsin.store;

/**
 * Writes or reads yes-or-no decisions in as few bits as each is unexpected (arithmetic coding): of each kind of decision,
 * called a context, it is learnt on the way how often the answer was yes. Whoever codes asks {@link #bit} the same
 * questions in the same order whether writing or reading; so one piece of code does both. Confined to one thread.
 *
 * <pre>
 *   interval  [low, high] of 56 bits, all of them at first
 *   decision  no takes the lower part, yes the upper one, as large as they are likely; then it goes on in that part
 *   bytes     the highest byte of both, whenever it is the same; behind the last one zeros are read
 * </pre>
 */
abstract class BitCoder {
    static final long LARGEST = (1L << 56) - 1;
    static final int HIGHEST_BYTE = 48;
    private static final int CERTAIN = 1 << 16;
    private static final int EVEN = CERTAIN / 2;
    /** So likely one answer is at most: a surprise costs 11 bits. */
    private static final int LEAST = CERTAIN >> 11;

    /** Of so many answers the newest counts for no less than one part. */
    private static final int MEMORY = 60;

    private static final int[] SHARE = new int[MEMORY];

    static {
        for (int seen = 0; seen < MEMORY; seen++) {
            SHARE[seen] = (int) (CERTAIN / (seen + 1.7));
        }
    }

    /** By context: how likely yes is, of {@value #CERTAIN}. */
    private final int[] likely;

    private final byte[] seen;
    long low;
    long high;

    BitCoder(int contexts) {
        likely = new int[contexts];
        seen = new byte[contexts];
    }

    void forget() {
        java.util.Arrays.fill(likely, EVEN);
        java.util.Arrays.fill(seen, (byte) 0);
        low = 0;
        high = LARGEST;
    }

    /** Before anything is coded: what the answer usually is. */
    final void expect(int context, int likelyOf16, int asIfSeen) {
        likely[context] = likelyOf16 << 12;
        seen[context] = (byte) asIfSeen;
    }

    /**
     * @param threshold of [low, high]: yes lies above
     * @return the answer
     */
    abstract boolean decide(long threshold, boolean answer);

    /**
     * @param answer what is written; when reading it means nothing
     * @return the answer
     */
    final boolean bit(int context, boolean answer) {
        int yes = likely[context];
        boolean coded = even(high - ((high - low) >>> 16) * yes - 1, answer);
        int target = coded ? CERTAIN - LEAST : LEAST;
        likely[context] = yes + (int) ((long) (target - yes) * SHARE[seen[context]] >> 16);
        if (seen[context] < MEMORY - 1) {
            seen[context]++;
        }
        return coded;
    }

    private boolean even(long threshold, boolean answer) {
        long t = Math.max(low, Math.min(threshold, high - 1));
        boolean coded = decide(t, answer);
        if (coded) {
            low = t + 1;
        } else {
            high = t;
        }
        while ((low ^ high) >>> HIGHEST_BYTE == 0) {
            shift();
            low = low << 8 & LARGEST;
            high = high << 8 & LARGEST | 0xff;
        }
        return coded;
    }

    abstract void shift();

    /** Bits that may be anything: the lowest {@code count} of a number, 0 to 64. */
    final long bits(long value, int count) {
        long coded = 0;
        for (int i = count - 1; i >= 0; i--) {
            boolean one = even(low + (high - low >>> 1), (value >>> i & 1) == 1);
            coded = coded << 1 | (one ? 1 : 0);
        }
        return coded;
    }

    /** A number of which nothing is known: 7 bits, how many bits its zigzag form has; those bits. */
    final long number(long value) {
        long zigzag = BitWriter.zigzag(value);
        int length = (int) bits(Long.SIZE - Long.numberOfLeadingZeros(zigzag), 7);
        zigzag = bits(zigzag, Math.min(length, Long.SIZE));
        return zigzag >>> 1 ^ -(zigzag & 1);
    }
}
