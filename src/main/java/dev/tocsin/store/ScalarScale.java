package dev.tocsin.store;

/**
 * What a block's values are whole numbers of: {@code unit} times 10 to the minus {@code places}.
 *
 * @param places {@value #BITS}: they are the ordered bits of the doubles
 * @param unit 1 or more
 * @param exact whether all values are; else some are beside one by some of the least steps of a double, as what was added
 *     up of decimals is, or far from all
 */
record ScalarScale(int places, long unit, boolean exact) {
    private static final int BITS = 15;
    private static final int MOST_PLACES = 12;
    private static final double LARGEST = 1L << 53;
    /** Steps of a double that are still beside. */
    private static final int BESIDE = 1 << 20;
    /** What a value that is far takes, and one that is beside beyond its steps. */
    private static final int FAR_BITS = 70;

    private static final int BESIDE_BITS = 2;
    private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};

    /** The scale that leaves about the fewest bits. */
    static ScalarScale of(ScalarBlock block, boolean counter) {
        ScalarScale best = new ScalarScale(BITS, 1, true);
        long fewest = best.cost(block, counter, Long.MAX_VALUE);
        for (int places = 0; places <= MOST_PLACES; places++) {
            ScalarScale one = new ScalarScale(places, 1, false);
            boolean exact = one.tellsAll(block, counter);
            long cost = one.cost(block, counter, fewest);
            if (cost < fewest) {
                fewest = cost;
                best = exact ? new ScalarScale(places, one.unit(block, counter), true) : one;
            }
            if (exact) {
                break;
            }
        }
        return best;
    }

    /** Number of columns of values, and one of them. */
    private static int columns(ScalarBlock block) {
        return block.statistics == null ? 1 : ScalarBlock.SUM + 1;
    }

    private static double[] column(ScalarBlock block, int column) {
        double[][] s = block.statistics;
        return column == 0 || s == null ? block.last : s[column - 1];
    }

    private boolean tellsAll(ScalarBlock block, boolean counter) {
        if (counter && !tells(block.base)) {
            return false;
        }
        for (int c = 0; c < columns(block); c++) {
            double[] column = column(block, c);
            for (int i = 0; i < block.size; i++) {
                if (!tells(column[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    private long cost(ScalarBlock block, boolean counter, long enough) {
        long cost = 0;
        for (int c = 0; c < columns(block); c++) {
            double[] column = column(block, c);
            long before = whole(counter ? block.base : column[0]);
            long stepsBefore = 0;
            for (int i = 0; i < block.size && cost < enough; i++) {
                double value = column[i];
                long whole = whole(value);
                if (isFar(value)) {
                    cost += FAR_BITS;
                    continue;
                }
                cost += length(whole - before);
                before = whole;
                long steps = steps(value);
                cost += steps == 0 ? 0 : BESIDE_BITS + length(steps - stepsBefore);
                stepsBefore = steps;
            }
        }
        return cost;
    }

    static int length(long residual) {
        return 64 - Long.numberOfLeadingZeros(residual ^ residual >> 63);
    }

    /** The greatest number that all are multiples of: bytes come in pages, time in ticks of a clock. */
    private long unit(ScalarBlock block, boolean counter) {
        long greatest = counter ? Math.abs(whole(block.base)) : 0;
        for (int c = 0; c < columns(block); c++) {
            double[] column = column(block, c);
            for (int i = 0; i < block.size && greatest != 1; i++) {
                greatest = commonDivisor(greatest, Math.abs(whole(column[i])));
            }
        }
        return Math.max(1, greatest);
    }

    private static long commonDivisor(long one, long other) {
        long a = one;
        long b = other;
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    void write(BitCoder coder) {
        coder.bits(places, 4);
        coder.bits(exact ? 1 : 0, 1);
        coder.number(unit - 1);
    }

    static ScalarScale read(BitCoder coder) {
        int places = (int) coder.bits(0, 4);
        boolean exact = coder.bits(0, 1) == 1;
        long unit = coder.number(0) + 1;
        if (places > MOST_PLACES && places != BITS || unit < 1) {
            throw new BrokenChunkException(places + " decimal places");
        }
        return new ScalarScale(places, unit, exact);
    }

    boolean isBits() {
        return places == BITS;
    }

    /** Whether a value is a whole number of it, to the bit. */
    boolean tells(double value) {
        return isBits() || Math.abs(value * POWERS[places]) < LARGEST && steps(value) == 0;
    }

    /** Whether a value is too far from any whole number, or too large. */
    boolean isFar(double value) {
        return !isBits() && !(Math.abs(value * POWERS[places]) < LARGEST && Math.abs(steps(value)) < BESIDE);
    }

    /** How many it is; the nearest where it is no whole number. */
    long whole(double value) {
        if (isBits()) {
            return ordered(value);
        }
        long scaled = Math.round(value * POWERS[places]);
        return unit == 1 ? scaled : Math.round((double) scaled / unit);
    }

    double value(long whole) {
        return isBits() ? unordered(whole) : whole * unit / POWERS[places];
    }

    /** By how many of the least steps of a double a value that is not far is larger than the nearest whole number. */
    long steps(double value) {
        return isBits() ? 0 : ordered(value) - ordered(value(whole(value)));
    }

    /** The value beside a whole number by so many steps. */
    double value(long whole, long steps) {
        return unordered(ordered(value(whole)) + steps);
    }

    /** The bits of a double, so that neighbours are near each other and the order is that of the numbers. */
    static long ordered(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits ^ (bits >> 63 & Long.MAX_VALUE);
    }

    static double unordered(long ordered) {
        return Double.longBitsToDouble(ordered ^ (ordered >> 63 & Long.MAX_VALUE));
    }
}
