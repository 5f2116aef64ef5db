package dev.tocsin.store;

import java.util.Arrays;

/**
 * The columns of a {@link ScalarBlock}, interval by interval through a {@link BitCoder}: the same code writes and reads.
 * Confined to one thread.
 */
final class ScalarColumns {
    private static final double SUM_TOLERANCE = 1e-12;
    /** Bits of a double beyond 12 significant digits. */
    private static final int BEYOND = 12;

    private static final int LAST = 0;
    private static final int FIRST = 1;
    private static final int MIN = 2;
    private static final int MAX = 3;
    private static final int COUNT = 4;
    private static final int SUM = 5;
    /** How far values are beside what the scale tells. */
    private static final int STEPS = 6;

    private static final int COLUMNS = 7;

    // Contexts of one column.
    private static final int SAME = 0;
    private static final int NEGATIVE = 4;
    private static final int BESIDE = 6;
    private static final int FAR = 7;
    private static final int LENGTH = 8;
    private static final int PER_COLUMN = LENGTH + 64;

    /** Whether an interval follows the one before. */
    static final int NO_GAP = COLUMNS * PER_COLUMN;

    static final int CONTEXTS = NO_GAP + 1;

    private final ScalarGuesses guesses = new ScalarGuesses();

    /** By column: whether the newest was as guessed, and below it. */
    private final boolean[] asGuessed = new boolean[COLUMNS];

    private final boolean[] negative = new boolean[COLUMNS];
    /** Of the column before in the same interval. */
    private boolean othersAsGuessed;

    /** Before a block is written. */
    void choose(ScalarBlock block, ScalarScale scale, boolean counter) {
        guesses.choose(block, scale, counter);
    }

    /** @param block whose size, intervals and statistics' arrays are those that were written; sums become what is read */
    void code(BitCoder coder, ScalarBlock block, ScalarScale scale, boolean counter) {
        Arrays.fill(asGuessed, true);
        Arrays.fill(negative, false);
        coder.expect(NO_GAP, 15, 4);
        for (int column = 0; column < COLUMNS; column++) {
            coder.expect(column * PER_COLUMN + SAME + 3, 14, 3);
            coder.expect(column * PER_COLUMN + BESIDE, 2, 2);
            coder.expect(column * PER_COLUMN + FAR, 1, 2);
            // Lengths are short rather than long: from 32 bits on, and from 16 on.
            coder.expect(column * PER_COLUMN + LENGTH + 1, scale.isBits() ? 8 : 1, 1);
            coder.expect(column * PER_COLUMN + LENGTH + 2, 3, 1);
        }
        double[][] s = block.statistics;
        guesses.code(coder, s != null);
        // Of a gauge the base is near its first value.
        block.base = base(coder, counter ? block.base : block.last[0], scale);
        guesses.begin(block.base, scale);
        for (int i = 0; i < block.size; i++) {
            othersAsGuessed = true;
            double before = i == 0 ? block.base : block.last[i - 1];
            block.last[i] = value(coder, LAST, scale, block.last[i], guesses.last(), before);
            if (s != null) {
                double last = block.last[i];
                long known = i == 0 ? 1 : (long) s[ScalarBlock.COUNT][i - 1];
                long count = known + residual(coder, COUNT, (long) s[ScalarBlock.COUNT][i] - known);
                long guess = guesses.first(scale.whole(before), scale.whole(last), count);
                double first = value(coder, FIRST, scale, s[ScalarBlock.FIRST][i], guess, before);
                double least = first <= last ? first : last;
                double most = first <= last ? last : first;
                double min = value(coder, MIN, scale, s[ScalarBlock.MIN][i], guesses.min(scale.whole(least)), least);
                double max = value(coder, MAX, scale, s[ScalarBlock.MAX][i], guesses.max(scale.whole(most)), most);
                s[ScalarBlock.FIRST][i] = first;
                s[ScalarBlock.MIN][i] = min;
                s[ScalarBlock.MAX][i] = max;
                s[ScalarBlock.COUNT][i] = count;
                s[ScalarBlock.SUM][i] = sum(coder, scale, s[ScalarBlock.SUM][i], guesses.sum(min, max, count));
                guesses.tellExtremes(scale.whole(min), scale.whole(max));
                guesses.tellMean(s[ScalarBlock.SUM][i] / count);
            }
            guesses.tell(scale.whole(block.last[i]));
        }
    }

    private static double base(BitCoder coder, double base, ScalarScale scale) {
        return coder.bits(scale.tells(base) ? 1 : 0, 1) == 1
                ? scale.value(coder.number(scale.whole(base)))
                : Double.longBitsToDouble(coder.bits(Double.doubleToRawLongBits(base), 64));
    }

    /** @param alike a value that was added up alike: likely as much beside */
    private double value(BitCoder coder, int column, ScalarScale scale, double value, long guess, double alike) {
        boolean beside = !scale.exact() && coder.bit(column * PER_COLUMN + BESIDE, !scale.tells(value));
        if (beside && coder.bit(column * PER_COLUMN + FAR, scale.isFar(value))) {
            return Double.longBitsToDouble(coder.bits(Double.doubleToRawLongBits(value), 64));
        }
        long whole = guess + residual(coder, column, scale.whole(value) - guess);
        if (!beside) {
            return scale.value(whole);
        }
        boolean others = othersAsGuessed;
        long steps = scale.isFar(alike) ? 0 : scale.steps(alike);
        steps += residual(coder, STEPS, scale.steps(value) - steps);
        othersAsGuessed = others;
        return scale.value(whole, steps);
    }

    private double sum(BitCoder coder, ScalarScale scale, double sum, double guess) {
        int contexts = SUM * PER_COLUMN;
        if (!scale.isBits() && !coder.bit(contexts + BESIDE, !isNear(scale.value(scale.whole(sum)), sum))) {
            long near = scale.whole(guess);
            return scale.value(near + residual(coder, SUM, scale.whole(sum) - near));
        }
        long guessed = ScalarScale.ordered(guess) >> BEYOND;
        long rounded = ScalarScale.ordered(sum) + (1 << BEYOND - 1) >> BEYOND;
        if (coder.bit(contexts + FAR, !isNear(ScalarScale.unordered(rounded << BEYOND), sum))) {
            return Double.longBitsToDouble(coder.bits(Double.doubleToRawLongBits(sum), 64));
        }
        return ScalarScale.unordered(guessed + residual(coder, SUM, rounded - guessed) << BEYOND);
    }

    private static boolean isNear(double told, double sum) {
        return Math.abs(told - sum) <= Math.abs(sum) * SUM_TOLERANCE;
    }

    /** A number that is likely small: whether it is 0, its sign, the number of its bits, those after the first. */
    private long residual(BitCoder coder, int column, long value) {
        int contexts = column * PER_COLUMN;
        int same = SAME + (asGuessed[column] ? 1 : 0) + (othersAsGuessed ? 2 : 0);
        boolean zero = coder.bit(contexts + same, value == 0);
        asGuessed[column] = zero;
        othersAsGuessed = zero;
        if (zero) {
            return 0;
        }
        boolean below = coder.bit(contexts + NEGATIVE + (negative[column] ? 1 : 0), value < 0);
        negative[column] = below;
        // One less, so that lengths from 0 to 63 occur.
        long rest = below ? -(value + 1) : value - 1;
        int length = Long.SIZE - Long.numberOfLeadingZeros(rest);
        int coded = 1;
        for (int bit = 5; bit >= 0; bit--) {
            boolean one = coder.bit(contexts + LENGTH + coded, (length >>> bit & 1) == 1);
            coded = coded << 1 | (one ? 1 : 0);
        }
        length = coded - 64;
        long size = length == 0 ? 0 : 1L << length - 1 | coder.bits(rest, length - 1);
        return below ? -size - 1 : size + 1;
    }
}
