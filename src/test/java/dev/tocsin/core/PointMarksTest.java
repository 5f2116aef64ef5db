package dev.tocsin.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointMarksTest {
    /** Of every range of a random column: the same as by walking its points. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void endsAreThoseOfTheWalk(long seed) {
        Random random = new Random(seed);
        int size = 60 + random.nextInt(150);
        long[] times = new long[size];
        double[] values = new double[size];
        PointMarks marks = new PointMarks(1);
        for (int i = 0; i < size; i++) {
            times[i] = i * 1_000L;
            values[i] = switch (random.nextInt(8)) {
                case 0 -> Points.STALE;
                case 1 -> Double.NaN;
                default -> random.nextInt(50);
            };
            marks.ensureCapacity(i + 1);
            marks.add(values, i);
        }
        for (int from = 0; from <= size; from++) {
            for (int to = from; to <= size; to++) {
                assertThat(marks.ends(times, values, from, to))
                        .as("seed %d, [%d, %d)", seed, from, to)
                        .isEqualTo(walked(times, values, from, to));
            }
        }
    }

    private static RangeEnds walked(long[] times, double[] values, int from, int to) {
        Points points = new Points();
        for (int i = from; i < to; i++) {
            if (!Points.isStale(values[i])) {
                points.add(times[i], values[i]);
            }
        }
        return RangeEnds.of(points);
    }
}
