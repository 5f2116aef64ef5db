package dev.tocsin.series;

import java.util.Arrays;

/**
 * What a value came to in those old blocks of which not every value was kept: smallest, largest, sum, and how many there
 * were. A block is known by a number: of a {@link ScalarHistory} the tick at which it ends, of a
 * {@link RecordedHistory} the place of the sample that was kept of it. Immutable.
 *
 * <p>Most values are whole and small: four bytes each are enough unless one is not; then all take eight.
 */
final class OldBlocks {
    static final OldBlocks NONE = new OldBlocks(new int[0], new int[0], new short[0]);

    private static final int COLUMNS = 3;
    private static final int HEAD_BYTES = 100;

    /** Ascending. */
    private final int[] numbers;
    /** An int[] or a double[]: column by column the smallest, the largest, and the sum. */
    private final Object values;

    private final short[] counts;

    private OldBlocks(int[] numbers, Object values, short[] counts) {
        this.numbers = numbers;
        this.values = values;
        this.counts = counts;
    }

    int size() {
        return numbers.length;
    }

    int bytes() {
        int valueBytes = values instanceof double[] ? Double.BYTES : Integer.BYTES;
        return size() == 0 ? 0 : HEAD_BYTES + size() * (Integer.BYTES + Short.BYTES + COLUMNS * valueBytes);
    }

    /** The place of the first block of that number or a later one; {@link #size} where there is none. */
    int indexOf(int number) {
        int found = Arrays.binarySearch(numbers, number);
        return found >= 0 ? found : -found - 1;
    }

    int number(int i) {
        return numbers[i];
    }

    /** @param share how much of the block is meant, 0 to 1 */
    void addTo(ValueSummary into, int i, double share) {
        into.add(low(i), high(i), sum(i) * share, (int) Math.round(counts[i] * share));
    }

    private double low(int i) {
        return value(0, i);
    }

    private double high(int i) {
        return value(1, i);
    }

    private double sum(int i) {
        return value(2, i);
    }

    private double value(int column, int i) {
        int at = column * size() + i;
        return values instanceof int[] small ? small[at] : ((double[]) values)[at];
    }

    /** The same with one value more in a block; its sum stays, since it is not known what the value took the place of. */
    OldBlocks including(int i, double value) {
        if (value >= low(i) && value <= high(i)) {
            return this;
        }
        Collector copy = new Collector(size());
        ValueSummary block = new ValueSummary();
        for (int each = 0; each < size(); each++) {
            block.reset();
            addTo(block, each, 1);
            if (each == i) {
                block.add(value, value, 0, 0);
            }
            copy.add(numbers[each], block);
        }
        return copy.collect();
    }

    /** Takes blocks in ascending order. */
    static final class Collector {
        private final int[] numbers;
        private final double[][] values;
        private final short[] counts;
        private boolean wide;
        private int size;

        Collector(int most) {
            numbers = new int[most];
            values = new double[COLUMNS][most];
            counts = new short[most];
        }

        void add(int number, ValueSummary block) {
            numbers[size] = number;
            values[0][size] = block.low;
            values[1][size] = block.high;
            values[2][size] = block.sum;
            counts[size++] = (short) Math.min(block.count, Short.MAX_VALUE);
            wide |= !(Changes.isSmall(block.low) && Changes.isSmall(block.high) && Changes.isSmall(block.sum));
        }

        OldBlocks collect() {
            if (size == 0) {
                return NONE;
            }
            Object packed = wide ? new double[COLUMNS * size] : new int[COLUMNS * size];
            for (int column = 0; column < COLUMNS; column++) {
                for (int i = 0; i < size; i++) {
                    if (packed instanceof int[] small) {
                        small[column * size + i] = (int) values[column][i];
                    } else {
                        ((double[]) packed)[column * size + i] = values[column][i];
                    }
                }
            }
            return new OldBlocks(Arrays.copyOf(numbers, size), packed, Arrays.copyOf(counts, size));
        }
    }
}
