package dev.tocsin.store;

import java.util.Arrays;

/**
 * A {@link ScalarBlock} in few bytes. Values are whole numbers of so many decimal places where that loses nothing, else
 * the ordered bits of the double; each column then is what is left after a guess from the columns before it:
 *
 * <pre>
 *   last    the one before, the first the base; and the usual step · first  the last before
 *   min     the lesser of first and last              max    the greater of them
 *   sum     count times the middle of min and max     count  the usual one
 *
 *   bits    1 statistics? · 4 places (15: raw) · 1 contiguous? · intervals · first interval [· rice: gaps]
 *           long base · column last [· first · min · max · sum places · sum · count]
 *   column  long base · 6 k (63: all the same) · rice k: zigzag(value - base)
 * </pre>
 *
 * A sum is kept to 12 significant digits where that makes it a short number; everything else comes back to the bit.
 */
final class ScalarCodec {
    private static final int RAW = 15;
    private static final int SAME = 63;
    private static final double SUM_TOLERANCE = 1e-12;

    private final BitWriter out = new BitWriter();
    private long[] residuals = new long[256];
    private long[] scaled = new long[256];
    private long[] firsts = new long[256];
    private long[] mins = new long[256];
    private long[] maxs = new long[256];

    /** @param counter whether the total before the first interval is kept */
    byte[] encode(ScalarBlock block, boolean counter) {
        int n = block.size;
        double base = counter ? block.base : block.last[0];
        reserve(n);
        out.reset();
        double[][] s = block.statistics;
        int places = s == null
                ? places(base, n, block.last)
                : places(base, n, block.last, s[ScalarBlock.FIRST], s[ScalarBlock.MIN], s[ScalarBlock.MAX]);
        out.putBits(s == null ? 0 : 1, 1);
        out.putBits(places, 4);
        putIntervals(block);
        toLongs(block.last, n, places, scaled);
        long first = toLong(base, places);
        for (int i = 0; i < n; i++) {
            residuals[i] = scaled[i] - (i == 0 ? first : scaled[i - 1]);
        }
        out.putLong(first);
        putColumn(n);
        if (s != null) {
            putStatistics(s, n, places);
        }
        return out.toBytes();
    }

    private void putIntervals(ScalarBlock block) {
        int n = block.size;
        boolean contiguous = block.at[n - 1] - block.at[0] == n - 1;
        out.putBits(contiguous ? 1 : 0, 1);
        out.putLong(n);
        out.putLong(block.at[0]);
        if (!contiguous) {
            for (int i = 1; i < n; i++) {
                out.putRice(block.at[i] - block.at[i - 1] - 1, 0);
            }
        }
    }

    private void putStatistics(double[][] s, int n, int places) {
        toLongs(s[ScalarBlock.FIRST], n, places, firsts);
        toLongs(s[ScalarBlock.MIN], n, places, mins);
        toLongs(s[ScalarBlock.MAX], n, places, maxs);
        for (int i = 0; i < n; i++) {
            residuals[i] = firsts[i] - scaled[Math.max(0, i - 1)];
        }
        putColumn(n);
        for (int i = 0; i < n; i++) {
            residuals[i] = Math.min(firsts[i], scaled[i]) - mins[i];
        }
        putColumn(n);
        for (int i = 0; i < n; i++) {
            residuals[i] = maxs[i] - Math.max(firsts[i], scaled[i]);
        }
        putColumn(n);
        for (int i = 0; i < n; i++) {
            residuals[i] = (long) s[ScalarBlock.COUNT][i];
        }
        putColumn(n);
        int sumPlaces = sumPlaces(s[ScalarBlock.SUM], n, places);
        out.putBits(sumPlaces, 4);
        for (int i = 0; i < n; i++) {
            double sum = s[ScalarBlock.SUM][i];
            residuals[i] = sumPlaces == RAW
                    ? ordered(sum) - (i == 0 ? 0 : ordered(s[ScalarBlock.SUM][i - 1]))
                    : Decimals.scaled(sum, sumPlaces) - guess(mins[i], maxs[i], (long) s[ScalarBlock.COUNT][i]);
        }
        putColumn(n);
    }

    private static long guess(long min, long max, long count) {
        return (min + max) * count / 2;
    }

    private static int sumPlaces(double[] sums, int n, int places) {
        if (places == RAW) {
            return RAW;
        }
        for (int i = 0; i < n; i++) {
            double back = Decimals.value(Decimals.scaled(sums[i], places), places);
            if (Math.abs(sums[i]) * 1e6 > 1L << 52
                    || !(Math.abs(back - sums[i]) <= Math.abs(sums[i]) * SUM_TOLERANCE)) {
                return RAW;
            }
        }
        return places;
    }

    /** Writes the first n residuals. */
    private void putColumn(int n) {
        long base = median(n);
        boolean same = true;
        for (int i = 0; i < n; i++) {
            residuals[i] = BitWriter.zigzag(residuals[i] - base);
            same &= residuals[i] == 0;
        }
        out.putLong(base);
        if (same) {
            out.putBits(SAME, 6);
            return;
        }
        int k = BitWriter.riceParameter(residuals, n);
        out.putBits(k, 6);
        for (int i = 0; i < n; i++) {
            out.putRice(residuals[i], k);
        }
    }

    private long median(int n) {
        long[] sorted = Arrays.copyOf(residuals, n);
        Arrays.sort(sorted);
        return sorted[n / 2];
    }

    private static int places(double base, int n, double[]... columns) {
        int most = Decimals.places(base);
        if (most < 0) {
            return RAW;
        }
        for (double[] column : columns) {
            for (int i = 0; i < n; i++) {
                while (!Decimals.isExact(column[i], most)) {
                    if (++most > Decimals.MOST_PLACES) {
                        return RAW;
                    }
                }
            }
        }
        // What is exact with few places is so with more, but for very large numbers.
        if (!Decimals.isExact(base, most)) {
            return RAW;
        }
        for (double[] column : columns) {
            for (int i = 0; i < n; i++) {
                if (!Decimals.isExact(column[i], most)) {
                    return RAW;
                }
            }
        }
        return most;
    }

    private static void toLongs(double[] values, int n, int places, long[] into) {
        for (int i = 0; i < n; i++) {
            into[i] = toLong(values[i], places);
        }
    }

    private static long toLong(double value, int places) {
        return places == RAW ? ordered(value) : Decimals.scaled(value, places);
    }

    /** The bits of a double, so that neighbours are near each other and the order is that of the numbers. */
    private static long ordered(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits ^ (bits >> 63 & Long.MAX_VALUE);
    }

    private static double unordered(long ordered) {
        return Double.longBitsToDouble(ordered ^ (ordered >> 63 & Long.MAX_VALUE));
    }

    private void reserve(int n) {
        if (n > residuals.length) {
            residuals = new long[n];
            scaled = new long[n];
            firsts = new long[n];
            mins = new long[n];
            maxs = new long[n];
        }
    }

    /** @throws BrokenChunkException where the bytes are not what was written */
    ScalarBlock decode(byte[] bytes, int from, int to) {
        BitReader in = new BitReader(bytes, from, to);
        boolean hasStatistics = in.bits(1) == 1;
        int places = places(in);
        boolean contiguous = in.bits(1) == 1;
        int n = in.count(0);
        if (n < 1 || n > Short.MAX_VALUE) {
            throw new BrokenChunkException(n + " intervals");
        }
        reserve(n);
        ScalarBlock block = new ScalarBlock(n);
        block.size = n;
        long interval = in.readLong();
        for (int i = 0; i < n; i++) {
            interval += i == 0 ? 0 : 1 + (contiguous ? 0 : in.rice(0));
            if (interval < 0 || interval > Short.MAX_VALUE) {
                throw new BrokenChunkException("interval " + interval);
            }
            block.at[i] = (short) interval;
        }
        long value = in.readLong();
        block.base = fromLong(value, places);
        readColumn(in, n);
        for (int i = 0; i < n; i++) {
            value += residuals[i];
            scaled[i] = value;
            block.last[i] = fromLong(value, places);
        }
        if (hasStatistics) {
            block.statistics = readStatistics(in, n, places);
        }
        return block;
    }

    private static int places(BitReader in) {
        int places = (int) in.bits(4);
        if (places > Decimals.MOST_PLACES && places != RAW) {
            throw new BrokenChunkException(places + " decimal places");
        }
        return places;
    }

    private double[][] readStatistics(BitReader in, int n, int places) {
        double[][] s = new double[ScalarBlock.STATISTICS][n];
        readColumn(in, n);
        for (int i = 0; i < n; i++) {
            firsts[i] = residuals[i] + scaled[Math.max(0, i - 1)];
            s[ScalarBlock.FIRST][i] = fromLong(firsts[i], places);
        }
        readColumn(in, n);
        for (int i = 0; i < n; i++) {
            mins[i] = Math.min(firsts[i], scaled[i]) - residuals[i];
            s[ScalarBlock.MIN][i] = fromLong(mins[i], places);
        }
        readColumn(in, n);
        for (int i = 0; i < n; i++) {
            maxs[i] = Math.max(firsts[i], scaled[i]) + residuals[i];
            s[ScalarBlock.MAX][i] = fromLong(maxs[i], places);
        }
        readColumn(in, n);
        for (int i = 0; i < n; i++) {
            s[ScalarBlock.COUNT][i] = residuals[i];
        }
        int sumPlaces = places(in);
        readColumn(in, n);
        long before = 0;
        for (int i = 0; i < n; i++) {
            if (sumPlaces == RAW) {
                before += residuals[i];
                s[ScalarBlock.SUM][i] = unordered(before);
            } else {
                long guessed = guess(mins[i], maxs[i], (long) s[ScalarBlock.COUNT][i]);
                s[ScalarBlock.SUM][i] = Decimals.value(residuals[i] + guessed, sumPlaces);
            }
        }
        return s;
    }

    private static double fromLong(long value, int places) {
        return places == RAW ? unordered(value) : Decimals.value(value, places);
    }

    private void readColumn(BitReader in, int n) {
        long base = in.readLong();
        int k = (int) in.bits(6);
        for (int i = 0; i < n; i++) {
            long zigzag = k == SAME ? 0 : in.rice(k);
            residuals[i] = base + (zigzag >>> 1 ^ -(zigzag & 1));
        }
    }
}
