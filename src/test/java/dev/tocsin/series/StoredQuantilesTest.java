package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distributions that were packed for keeping and read back are as near to the raw samples as before. */
class StoredQuantilesTest {
    private static final int INTERVALS = 12;
    private static final int LEFT_OUT = 5;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aWindowOverReloadedIntervalsIsWithinTheRelativeErrorOfTheExactQuantiles(int digits) {
        BucketLayout layout = BucketLayout.ofDigits(digits);
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            PackedBuckets.Writer writer = new PackedBuckets.Writer();
            List<byte[]> packed = new ArrayList<>();
            List<double[]> samples = new ArrayList<>();
            for (int i = 0; i < INTERVALS; i++) {
                double[] values = DoubleStream.generate(() -> Math.exp(random.nextGaussian() * 3))
                        .limit(1 + random.nextInt(200))
                        .toArray();
                samples.add(values);
                packed.add(writer.pack(Distribution.ofValues(layout, values)).clone());
            }
            DistributionBuilder window = new DistributionBuilder(layout);
            packed.forEach(bytes -> PackedBuckets.addTo(window, bytes, 0, bytes.length));
            packed.subList(0, LEFT_OUT).forEach(bytes -> PackedBuckets.subtractFrom(window, bytes, 0, bytes.length));
            Distribution left = window.build();
            double[] exact = samples.stream()
                    .skip(LEFT_OUT)
                    .flatMapToDouble(Arrays::stream)
                    .sorted()
                    .toArray();
            assertThat(left.count()).as("seed %d", seed).isEqualTo(exact.length);
            for (double q : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 1}) {
                double value = exact[(int) Math.ceil(q * exact.length) - 1];
                assertThat(left.quantile(q))
                        .as("seed %d, quantile %s", seed, q)
                        .isCloseTo(value, within(value * layout.relativeError()));
            }
        }
    }
}
