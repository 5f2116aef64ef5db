package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpectrumTest {
    private static Spectrum of(double... values) {
        return Spectrum.of(Distribution.ofValues(BucketLayout.TWO_DIGITS, values));
    }

    private static double[] lognormal(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[count];
        Arrays.setAll(values, i -> 80 * Math.exp(0.6 * random.nextGaussian()));
        return values;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void eachValueIsThatOfTheSortedObservationsWithinTheErrorBound(long seed) {
        double[] values = lognormal(seed, 200_000);
        Spectrum spectrum = of(values);
        Arrays.sort(values);

        assertThat(spectrum.count()).isEqualTo(200_000);
        assertThat(spectrum.relativeError()).isEqualTo(1 / 128.0);
        assertThat(spectrum.max()).isEqualTo(values[values.length - 1]);
        assertThat(spectrum.average()).isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1e-6));
        for (Spectrum.Point point : spectrum.points()) {
            double exact = values[(int) Math.max(0, Math.ceil(point.percentile() * values.length) - 1)];
            assertThat(point.value())
                    .as("seed %d, percentile %s", seed, point.percentile())
                    .isCloseTo(exact, within(exact * spectrum.relativeError()));
        }
    }

    @Test
    void percentilesRiseFromTheMinimumInHalvingsOfTheDistanceToTheWhole() {
        List<Double> percentiles = of(lognormal(7, 200_000)).points().stream()
                .map(Spectrum.Point::percentile)
                .toList();
        assertThat(percentiles).isSorted().doesNotHaveDuplicates();
        assertThat(percentiles.getFirst()).isZero();
        assertThat(percentiles.getLast()).isEqualTo(0.99999);
        assertThat(percentiles).contains(0.1, 0.5, 0.75, 0.875, 0.9, 0.95, 0.99, 0.999, 0.9999);
        assertThat(percentiles.size()).isLessThan(100);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0.5", "10, 0.9", "1000, 0.999", "12345, 0.999919", "100000, 0.99999", "5000000, 0.99999"})
    void theCurveEndsWhereNoObservationLiesAbove(int count, double end) {
        Distribution one = Distribution.ofValues(BucketLayout.TWO_DIGITS, 5);
        List<Spectrum.Point> points = Spectrum.of(one.times(count)).points();
        assertThat(points.getLast().percentile()).isCloseTo(end, within(1e-6));
        assertThat(points).allSatisfy(point -> assertThat(point.percentile()).isLessThanOrEqualTo(end + 1e-6));
    }

    @Test
    void ofNothingThereIsNoPoint() {
        assertThat(of().points()).isEmpty();
        assertThat(of().count()).isZero();
    }
}
