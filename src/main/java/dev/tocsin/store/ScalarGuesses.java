package dev.tocsin.store;

import java.util.Arrays;

/**
 * What a series' next numbers are guessed to be from those before, in the ways that served its block best. Whole numbers
 * are those of a {@link ScalarScale}. Confined to one thread.
 */
final class ScalarGuesses {
    /** How slowly the mean follows, in powers of two: at pace 0 it is the value before. */
    private static final int PACES = 4;

    /** A first value is the last before, a part of the way from there to its own last, or the mean. */
    private static final int FIRSTS = 3;

    private static final int OF_BEFORE = 0;
    private static final int ON_THE_WAY = 1;
    /** Least and greatest are those of first and last, or the usual ones. */
    private static final int EXTREMES = 2;

    private static final int OF_ENDS = 0;
    /** A sum has the middle of min and max, or the usual mean. */
    private static final int SUMS = 2;

    private static final int OF_MIDDLE = 0;
    private static final double FOLLOWS = 0.25;

    private int pace;
    private int ofFirst;
    private int ofExtremes;
    private int ofSum;
    /** Usual difference of a value to the one before, at pace 0. */
    private long step;

    private long mean;
    private double least;
    private double greatest;
    private double usual;

    /** Finds what leaves the least of a block. */
    void choose(ScalarBlock block, ScalarScale scale, boolean counter) {
        int n = block.size;
        long base = scale.whole(counter ? block.base : block.last[0]);
        long[] last = new long[n];
        long[] steps = new long[n];
        for (int i = 0; i < n; i++) {
            last[i] = scale.whole(block.last[i]);
            steps[i] = last[i] - (i == 0 ? base : last[i - 1]);
        }
        Arrays.sort(steps);
        choosePace(last, base, steps[n / 2]);
        if (block.statistics != null) {
            chooseFirst(block.statistics[ScalarBlock.FIRST], block.statistics[ScalarBlock.COUNT], last, base, scale);
            chooseExtremes(block.statistics, last, scale);
            chooseSum(block.statistics, n, scale);
        }
    }

    private void choosePace(long[] last, long base, long usualStep) {
        long[] costs = new long[PACES];
        for (int each = 0; each < PACES; each++) {
            pace = each;
            step = each == 0 ? usualStep : 0;
            mean = base;
            for (long value : last) {
                costs[each] += ScalarScale.length(value - last());
                tell(value);
            }
        }
        pace = least(costs);
        step = pace == 0 ? usualStep : 0;
    }

    private void chooseFirst(double[] first, double[] count, long[] last, long base, ScalarScale scale) {
        long[] costs = new long[FIRSTS];
        for (ofFirst = 0; ofFirst < FIRSTS; ofFirst++) {
            mean = base;
            for (int i = 0; i < last.length; i++) {
                long guess = first(i == 0 ? base : last[i - 1], last[i], (long) count[i]);
                costs[ofFirst] += ScalarScale.length(scale.whole(first[i]) - guess);
                tell(last[i]);
            }
        }
        ofFirst = least(costs);
    }

    private void chooseExtremes(double[][] s, long[] last, ScalarScale scale) {
        long[] costs = new long[EXTREMES];
        for (ofExtremes = 0; ofExtremes < EXTREMES; ofExtremes++) {
            least = Double.NaN;
            for (int i = 0; i < last.length; i++) {
                long first = scale.whole(s[ScalarBlock.FIRST][i]);
                long min = scale.whole(s[ScalarBlock.MIN][i]);
                long max = scale.whole(s[ScalarBlock.MAX][i]);
                costs[ofExtremes] += ScalarScale.length(min - min(Math.min(first, last[i])));
                costs[ofExtremes] += ScalarScale.length(max - max(Math.max(first, last[i])));
                tellExtremes(min, max);
            }
        }
        ofExtremes = least(costs);
    }

    private void chooseSum(double[][] s, int n, ScalarScale scale) {
        long[] costs = new long[SUMS];
        for (ofSum = 0; ofSum < SUMS; ofSum++) {
            usual = Double.NaN;
            for (int i = 0; i < n; i++) {
                double sum = s[ScalarBlock.SUM][i];
                double count = s[ScalarBlock.COUNT][i];
                double guess = sum(s[ScalarBlock.MIN][i], s[ScalarBlock.MAX][i], count);
                costs[ofSum] += ScalarScale.length(scale.whole(sum) - scale.whole(guess));
                tellMean(sum / count);
            }
        }
        ofSum = least(costs);
    }

    private static int least(long[] costs) {
        int least = 0;
        for (int i = 1; i < costs.length; i++) {
            least = costs[i] < costs[least] ? i : least;
        }
        return least;
    }

    void code(BitCoder coder, boolean statistics) {
        pace = (int) coder.bits(pace, 2);
        step = pace == 0 ? coder.number(step) : 0;
        ofFirst = statistics ? (int) coder.bits(ofFirst, 2) : 0;
        ofExtremes = statistics ? (int) coder.bits(ofExtremes, 1) : 0;
        ofSum = statistics ? (int) coder.bits(ofSum, 1) : 0;
    }

    void begin(double base, ScalarScale scale) {
        mean = scale.whole(base);
        least = Double.NaN;
        usual = Double.NaN;
    }

    void tell(long last) {
        mean = pace == 0 ? last : mean + (last - mean >> pace);
    }

    void tellExtremes(long min, long max) {
        boolean known = !Double.isNaN(least);
        least = known ? least + (min - least) * FOLLOWS : min;
        greatest = known ? greatest + (max - greatest) * FOLLOWS : max;
    }

    void tellMean(double now) {
        usual = Double.isFinite(usual) ? usual + (now - usual) * FOLLOWS : now;
    }

    long last() {
        return mean + step;
    }

    long first(long before, long last, long count) {
        return ofFirst == OF_BEFORE
                ? before
                : ofFirst == ON_THE_WAY ? before + (last - before) / Math.max(1, count) : mean;
    }

    /** @param ofEnds the lesser of first and last */
    long min(long ofEnds) {
        return ofExtremes == OF_ENDS || Double.isNaN(least) ? ofEnds : Math.min(ofEnds, Math.round(least));
    }

    /** @param ofEnds the greater of first and last */
    long max(long ofEnds) {
        return ofExtremes == OF_ENDS || Double.isNaN(least) ? ofEnds : Math.max(ofEnds, Math.round(greatest));
    }

    double sum(double min, double max, double count) {
        return ofSum == OF_MIDDLE || !(usual >= min && usual <= max) ? (min + max) * count / 2 : usual * count;
    }
}
