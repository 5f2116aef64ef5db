package dev.tocsin.watch.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class QualityScoreTest {
    private static final double DAY = 86_400;
    private static final double ROUNDING = 1e-12;

    private static MeasureStatus measure(Measure measure, double value) {
        return new MeasureStatus(measure, value, measure == Measure.FRESHNESS ? DAY : 0.9, "");
    }

    private static double score(Map<Measure, Double> values, Map<Measure, Double> weights) {
        List<MeasureStatus> measures = new ArrayList<>();
        values.forEach((measure, value) -> measures.add(measure(measure, value)));
        return QualityScore.of(measures, measure -> weights.getOrDefault(measure, 1.0));
    }

    @Test
    void itIsTheWeightedMean() {
        assertThat(score(
                        Map.of(Measure.COMPLETENESS, 0.9, Measure.COVERAGE, 0.5),
                        Map.of(Measure.COMPLETENESS, 3.0, Measure.COVERAGE, 1.0)))
                .isCloseTo((3 * 0.9 + 0.5) / 4, within(ROUNDING));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "86400, 1", "86401, 0.99998842606", "172800, 0.5", "864000, 0.1"})
    void freshnessCountsInFullUpToItsThresholdAndHalfAtTwiceOfIt(double ageSeconds, double part) {
        assertThat(score(Map.of(Measure.FRESHNESS, ageSeconds), Map.of())).isCloseTo(part, within(1e-9));
    }

    @Test
    void whatIsUnknownMakesItUnknownUnlessItWeighsNothing() {
        Map<Measure, Double> values = Map.of(Measure.COMPLETENESS, 0.9, Measure.FRESHNESS, Double.NaN);

        assertThat(score(values, Map.of())).isNaN();
        assertThat(score(values, Map.of(Measure.FRESHNESS, 0.0))).isCloseTo(0.9, within(ROUNDING));
    }

    static LongStream seeds() {
        return new Random(20261122).longs(200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void itIsBetweenItsPartsGrowsWithEachAndDoesNotKnowTheUnitOfWeights(long seed) {
        Random random = new Random(seed);
        Map<Measure, Double> values = new EnumMap<>(Measure.class);
        Map<Measure, Double> weights = new EnumMap<>(Measure.class);
        double least = 1;
        double most = 0;
        for (Measure measure : Measure.values()) {
            boolean last = measure == Measure.CONSISTENCY;
            if (random.nextBoolean() || last) {
                double value = measure == Measure.FRESHNESS ? random.nextDouble() * 5 * DAY : random.nextDouble();
                values.put(measure, value);
                weights.put(measure, random.nextDouble() * 10 + ROUNDING);
                double part = measure == Measure.FRESHNESS ? Math.min(1, DAY / value) : value;
                least = Math.min(least, part);
                most = Math.max(most, part);
            }
        }

        double score = score(values, weights);

        assertThat(score).isBetween(least - ROUNDING, most + ROUNDING).isBetween(0.0, 1.0);
        Map<Measure, Double> thousandfold = new EnumMap<>(Measure.class);
        weights.forEach((measure, weight) -> thousandfold.put(measure, weight * 1000));
        assertThat(score(values, thousandfold)).isCloseTo(score, within(ROUNDING));
        for (Measure measure : values.keySet()) {
            Map<Measure, Double> better = new EnumMap<>(values);
            better.computeIfPresent(
                    measure, (which, value) -> which == Measure.FRESHNESS ? value / 2 : value + (1 - value) / 2);
            assertThat(score(better, weights)).as(measure.word()).isGreaterThanOrEqualTo(score);
        }
        Map<Measure, Double> perfect = new EnumMap<>(values);
        perfect.replaceAll((measure, value) -> measure == Measure.FRESHNESS ? DAY : 1.0);
        assertThat(score(perfect, weights)).isCloseTo(1, within(ROUNDING));
    }
}
