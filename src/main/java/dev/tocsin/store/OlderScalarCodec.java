package dev.tocsin.store;

/**
 * Reads what {@link ScalarBlock}s were packed as before {@link ScalarCodec}. Values are whole numbers of so many decimal
 * places, else the ordered bits of the double; each column is what is left after a guess from the columns before it:
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
 */
final class OlderScalarCodec {
    private static final int RAW = 15;
    private static final int SAME = 63;

    private long[] residuals = new long[256];
    private long[] scaled = new long[256];
    private long[] firsts = new long[256];
    private long[] mins = new long[256];
    private long[] maxs = new long[256];

    private static long guess(long min, long max, long count) {
        return (min + max) * count / 2;
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
                s[ScalarBlock.SUM][i] = ScalarScale.unordered(before);
            } else {
                long guessed = guess(mins[i], maxs[i], (long) s[ScalarBlock.COUNT][i]);
                s[ScalarBlock.SUM][i] = Decimals.value(residuals[i] + guessed, sumPlaces);
            }
        }
        return s;
    }

    private static double fromLong(long value, int places) {
        return places == RAW ? ScalarScale.unordered(value) : Decimals.value(value, places);
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
