package dev.tocsin.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.HdrHistogram.DoubleHistogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionTest {
    @Test
    void aSingleValueIsItsOwnPercentile() {
        Distribution d = Distribution.ofValues(BucketLayout.TWO_DIGITS, 320);

        assertThat(d.quantile(0.5)).isEqualTo(320);
        assertThat(d.quantile(0.99)).isEqualTo(320);
        assertThat(d.count()).isEqualTo(1);
        assertThat(d.sum()).isEqualTo(320);
    }

    @Test
    void nothingHasNoPercentile() {
        assertThat(Distribution.empty(BucketLayout.TWO_DIGITS).quantile(0.5)).isNaN();
    }

    @Test
    void zeroIsCounted() {
        Distribution d = Distribution.ofValues(BucketLayout.TWO_DIGITS, 0, 0, 0, 8);

        assertThat(d.quantile(0.5)).isZero();
        assertThat(d.max()).isEqualTo(8);
    }

    @ParameterizedTest(name = "seed {0}, {1} digits")
    @CsvSource({"1,1", "2,2", "3,3", "4,4", "5,2", "6,2"})
    void quantilesOfMergedPartsAreWithinTheErrorBoundOfTheRawValues(long seed, int digits) {
        Random random = new Random(seed);
        BucketLayout layout = BucketLayout.ofDigits(digits);
        double[] values = random.doubles(20_000)
                .map(u -> Math.exp(random.nextGaussian() * 3))
                .toArray();
        DistributionBuilder merged = new DistributionBuilder(layout);
        for (int from = 0; from < values.length; from += 100) {
            merged.add(Distribution.ofValues(layout, Arrays.copyOfRange(values, from, from + 100)), 1);
        }
        Distribution d = merged.build();
        Arrays.sort(values);

        for (double q : new double[] {0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
            double exact = values[(int) Math.ceil(q * values.length) - 1];
            assertThat(d.quantile(q)).as("q %s", q).isCloseTo(exact, within(exact * layout.relativeError() * 1.01));
        }
        assertThat(d.count()).isEqualTo(values.length);
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"11", "12", "13"})
    void agreesWithHdrHistogramOnEveryPercentile(long seed) {
        Random random = new Random(seed);
        DoubleHistogram hdr = new DoubleHistogram(1L << 40, 2);
        DistributionBuilder ours = new DistributionBuilder(BucketLayout.TWO_DIGITS);
        for (int i = 0; i < 50_000; i++) {
            double value = Math.exp(random.nextGaussian() * 2 + 5);
            hdr.recordValue(value);
            ours.record(value, 1);
        }
        Distribution d = ours.build();

        for (double percentile = 1; percentile < 100; percentile++) {
            double expected = hdr.getValueAtPercentile(percentile);
            assertThat(d.quantile(percentile / 100)).isCloseTo(expected, within(expected / 100));
        }
    }

    @Test
    void whatIsSubtractedIsGone() {
        Distribution both = Distribution.ofValues(BucketLayout.TWO_DIGITS, 1, 5, 70, 70, 900);
        Distribution part = Distribution.ofValues(BucketLayout.TWO_DIGITS, 5, 900);
        Distribution rest = both.minus(part);

        assertThat(rest.count()).isEqualTo(3);
        assertThat(rest.bucketCount()).isEqualTo(2);
        assertThat(rest.max()).isCloseTo(70, within(0.6));
    }

    @Test
    void mergingPrecisionsGivesTheCoarser() {
        Distribution fine = Distribution.ofValues(BucketLayout.FOUR_DIGITS, 100, 200);
        Distribution coarse = Distribution.ofValues(BucketLayout.ONE_DIGIT, 300);

        Distribution sum = fine.plus(coarse);

        assertThat(sum.layout()).isEqualTo(BucketLayout.ONE_DIGIT);
        assertThat(sum.count()).isEqualTo(3);
        assertThat(sum.min()).isEqualTo(100);
        assertThat(coarse.plus(fine)).isEqualTo(sum);
    }

    /** Counts by bucket, the first first. */
    private static Distribution between(BucketLayout layout, double... counts) {
        DistributionBuilder builder = new DistributionBuilder(layout);
        for (int i = 0; i < counts.length; i++) {
            builder.addBucket(i, counts[i]);
        }
        builder.addTotals(10, Double.NaN, Double.NaN);
        return builder.build();
    }

    @Test
    void explicitBoundsMergeInThoseThatBothHave() {
        Distribution wide = between(BucketLayout.ofBounds(1, 3, 7), 1, 2, 4, 8);
        Distribution narrow = between(BucketLayout.ofBounds(2, 3, 5), 16, 32, 64, 128);

        Distribution sum = wide.plus(narrow);

        assertThat(sum).isEqualTo(narrow.plus(wide));
        assertThat(sum.layout()).isEqualTo(BucketLayout.ofBounds(3));
        assertThat(sum.bucketCount()).isEqualTo(2);
        assertThat(sum.bucketValue(0)).isEqualTo(1 + 2 + 16 + 32);
        assertThat(sum.bucketValue(1)).isEqualTo(4 + 8 + 64 + 128);
        assertThat(sum.bucketLower(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(sum.bucketUpper(1)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(sum.sum()).isEqualTo(20);
    }

    @Test
    void boundsWithNothingInCommonMergeIntoOneBucket() {
        Distribution sum = between(BucketLayout.ofBounds(1), 1, 2).plus(between(BucketLayout.ofBounds(2), 4, 8));

        assertThat(sum.bucketCount()).isEqualTo(1);
        assertThat(sum.count()).isEqualTo(15);
        assertThat(sum.quantile(0.5)).isNaN();
    }

    @Test
    void equalBoundsAreOneLayoutAndOthersAreNot() {
        assertThat(between(BucketLayout.ofBounds(1, 2), 1)).isEqualTo(between(BucketLayout.ofBounds(1, 2), 1));
        assertThat(between(BucketLayout.ofBounds(1, 2), 1)).isNotEqualTo(between(BucketLayout.ofBounds(1, 3), 1));
    }

    @Test
    void explicitBoundsAndDigitsDoNotMerge() {
        Distribution digits = Distribution.ofValues(BucketLayout.TWO_DIGITS, 1);
        Distribution bounds = between(BucketLayout.ofBounds(1, 2), 1);

        assertThat(digits.layout().mergesWith(bounds.layout())).isFalse();
        assertThatThrownBy(() -> digits.plus(bounds)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bounds.layout().digits()).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "1,Infinity", "NaN,1"})
    void boundsAreFiniteAndAscend(double first, double second) {
        assertThatThrownBy(() -> BucketLayout.ofBounds(first, second))
                .hasMessageContaining("bucket bounds must be finite and ascend");
    }

    @Test
    void valuesFarApartAndAddedInAnyOrderKeepTheirBuckets() {
        Distribution up = Distribution.ofValues(BucketLayout.TWO_DIGITS, 1e-9, 1, 1e9, 1e15);
        Distribution down = Distribution.ofValues(BucketLayout.TWO_DIGITS, 1e15, 1e9, 1, 1e-9);

        assertThat(up.bucketCount()).isEqualTo(4);
        assertThat(up).isEqualTo(down);
    }

    /** At four digits 1e-300 and 1e300 are too far apart for one dense range. */
    @ParameterizedTest
    @ValueSource(strings = {"3", "0", "0 0 8", "1 1 2 5 5 900", "1e-300 1 1e300", "0 1e-300 1e300 1e300"})
    void aSumIsPackedAsTheDistributionThatItBuilds(String values) {
        DistributionBuilder sum = new DistributionBuilder(BucketLayout.FOUR_DIGITS);
        for (String value : values.split(" ")) {
            sum.record(Double.parseDouble(value), 2);
        }
        PackedBuckets.Writer writer = new PackedBuckets.Writer();

        byte[] packed = writer.pack(sum);

        assertThat(packed).isEqualTo(writer.pack(sum.build()));
        DistributionBuilder unpacked = new DistributionBuilder(BucketLayout.FOUR_DIGITS);
        PackedBuckets.addTo(unpacked, packed, 0, packed.length);
        assertThat(unpacked.build()).isEqualTo(sum.build());
    }

    @Test
    void fractionInterpolatesInsideABucket() {
        Distribution d = Distribution.ofValues(BucketLayout.TWO_DIGITS, 1, 2, 3, 4);

        assertThat(d.fraction(0, 2.5)).isCloseTo(0.5, within(1e-9));
    }
}
