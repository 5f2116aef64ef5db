package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowScaleTest {
    private static Map<Integer, Double> rows(RowScale scale, Distribution distribution) {
        Map<Integer, Double> rows = new TreeMap<>();
        int[] before = {-1};
        scale.forEachRow(distribution, (row, count) -> {
            assertThat(row).isGreaterThan(before[0]);
            before[0] = row;
            rows.put(row, count);
        });
        return rows;
    }

    @Test
    void eachPowerOfTwoIsCutIntoEqualParts() {
        RowScale scale = new RowScale(2);
        int row = scale.rowOf(100);
        assertThat(scale.lower(row)).isEqualTo(96);
        assertThat(scale.lower(row + 1)).isEqualTo(112);
        assertThat(scale.lower(row + 2)).isEqualTo(128);
        assertThat(scale.lower(row + 3)).isEqualTo(160);
        assertThat(scale.rowOf(0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noObservationIsLostOrMovedOutOfItsRow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double spread = random.nextDouble(0.1, 8);
        double[] values = new double[random.nextInt(1, 2_000)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(50) == 0 ? 0 : Math.exp(4 + spread * random.nextGaussian());
        }
        for (int digits = 1; digits <= 4; digits++) {
            Distribution distribution = Distribution.ofValues(BucketLayout.ofDigits(digits), values);
            for (int bits = RowScale.COARSEST; bits <= RowScale.FINEST; bits++) {
                RowScale scale = new RowScale(bits);
                Map<Integer, Double> expected = new TreeMap<>();
                for (double value : values) {
                    expected.merge(scale.rowOf(value), 1.0, Double::sum);
                    assertThat(value).isBetween(scale.lower(scale.rowOf(value)), scale.lower(scale.rowOf(value) + 1));
                }
                assertThat(rows(scale, distribution))
                        .as("seed %d, %d digits, %d bits", seed, digits, bits)
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void joiningRowsIsAShiftOfTheirNumbers(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RowScale fine = new RowScale(RowScale.FINEST);
        for (int i = 0; i < 1_000; i++) {
            double value = Math.exp(random.nextDouble(-600, 600));
            int bits = random.nextInt(RowScale.COARSEST, RowScale.FINEST + 1);
            assertThat(new RowScale(bits).rowOf(value)).isEqualTo(fine.rowOf(value) >> RowScale.FINEST - bits);
        }
    }

    @Test
    void theFinestScaleThatFitsIsTaken() {
        assertThat(RowScale.fitting(1, 1.9, 80)).isEqualTo(new RowScale(4));
        assertThat(RowScale.fitting(1, 1_000, 80)).isEqualTo(new RowScale(3));
        assertThat(RowScale.fitting(0.1, 10_000, 80)).isEqualTo(new RowScale(2));
        assertThat(RowScale.fitting(Double.MIN_NORMAL, Double.MAX_VALUE, 80)).isEqualTo(new RowScale(-5));
        for (double least = 1e-9; least < 1; least *= 7) {
            for (int most : new int[] {8, 64, 80, 512}) {
                RowScale scale = RowScale.fitting(least, 1, most);
                assertThat(scale.rowOf(1) - scale.rowOf(least)).isLessThan(most);
            }
        }
    }

    @Test
    void otherBitsAreRefused() {
        assertThatThrownBy(() -> new RowScale(5)).hasMessageContaining("not 5");
        assertThatThrownBy(() -> new RowScale(-6)).hasMessageContaining("not -6");
    }
}
