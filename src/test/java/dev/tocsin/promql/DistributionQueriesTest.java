package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value.MatrixValue;
import dev.tocsin.promql.Value.VectorSample;
import dev.tocsin.promql.Value.VectorValue;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distributions as PromQL's histogram values: cumulative series, a point each ten seconds. */
class DistributionQueriesTest {
    private static final BucketLayout LAYOUT = BucketLayout.TWO_DIGITS;
    private static final long STEP = 10_000;

    private final MemorySource source = new MemorySource();

    /** Adds a cumulative series that grows by these observations at each step, from nothing at time 0. */
    private void latency(Labels labels, double[]... observations) {
        Distribution total = Distribution.empty(LAYOUT);
        source.add(labels, 0, total);
        for (int i = 0; i < observations.length; i++) {
            total = total.plus(Distribution.ofValues(LAYOUT, observations[i]));
            source.add(labels, (i + 1) * STEP, total);
        }
    }

    private QueryResult query(String text, long timeMillis) {
        return new Evaluator(source, QueryLimits.DEFAULT).instant(Promql.parse(text), timeMillis, QueryOptions.DEFAULT);
    }

    private double number(String text, long timeMillis) {
        List<VectorSample> samples = ((VectorValue) query(text, timeMillis).value()).samples();
        assertThat(samples).hasSize(1);
        assertThat(samples.getFirst().distribution()).isNull();
        return samples.getFirst().value();
    }

    private Distribution distribution(String text, long timeMillis) {
        List<VectorSample> samples = ((VectorValue) query(text, timeMillis).value()).samples();
        assertThat(samples).hasSize(1);
        assertThat(samples.getFirst().value()).isNaN();
        return samples.getFirst().distribution();
    }

    private static double[] values(double... values) {
        return values;
    }

    @Test
    void increaseIsTheDistributionOfTheWindow() {
        latency(Labels.of("__name__", "latency"), values(1, 2), values(100, 200, 300), values(400));
        Distribution increase = distribution("increase(latency[20s])", 3 * STEP);
        // Two samples in (10s, 30s]: what grew between 20s and 30s, and as much again to the window's start.
        assertThat(increase.count()).isEqualTo(2);
        assertThat(increase.sum()).isEqualTo(800);
        assertThat(number("histogram_count(rate(latency[20s]))", 3 * STEP)).isEqualTo(0.1);
    }

    @Test
    void statisticsTellCountSumAverageAndSpread() {
        latency(Labels.of("__name__", "latency"), values(10, 20, 30));
        assertThat(number("histogram_count(latency)", STEP)).isEqualTo(3);
        assertThat(number("histogram_sum(latency)", STEP)).isEqualTo(60);
        assertThat(number("histogram_avg(latency)", STEP)).isEqualTo(20);
        assertThat(number("histogram_stddev(latency)", STEP)).isCloseTo(8.165, within(0.1));
        assertThat(number("histogram_stdvar(latency)", STEP)).isCloseTo(66.67, within(1.5));
        assertThat(number("histogram_fraction(0, 25, latency)", STEP)).isCloseTo(0.667, within(0.001));
    }

    @Test
    void sumAndAverageMergeBuckets() {
        latency(Labels.of("__name__", "latency", "host", "a"), values(1, 1, 1, 1, 1, 1, 1, 1, 1));
        latency(Labels.of("__name__", "latency", "host", "b"), values(1000));
        assertThat(number("histogram_quantile(0.5, sum(latency))", STEP)).isEqualTo(1, within(0.01));
        assertThat(number("histogram_quantile(1, sum(latency))", STEP)).isEqualTo(1000);
        assertThat(number("histogram_count(avg(latency))", STEP)).isEqualTo(5);
        assertThat(number("count(latency)", STEP)).isEqualTo(2);
        assertThat(number("group(latency)", STEP)).isEqualTo(1);
    }

    @Test
    void arithmeticAddsSubtractsAndScales() {
        latency(Labels.of("__name__", "latency"), values(10), values(20), values(30));
        assertThat(number("histogram_sum(latency - latency offset 10s)", 3 * STEP))
                .isEqualTo(30);
        assertThat(number("histogram_sum(latency + latency)", 3 * STEP)).isEqualTo(120);
        assertThat(number("histogram_count(latency * 2)", 3 * STEP)).isEqualTo(6);
        assertThat(number("histogram_count(2 * latency)", 3 * STEP)).isEqualTo(6);
        assertThat(number("histogram_count(latency / 2)", 3 * STEP)).isEqualTo(1.5);
        assertThat(number("histogram_count(-latency)", 3 * STEP)).isEqualTo(-3);
        assertThat(number("latency == bool latency", 3 * STEP)).isEqualTo(1);
        assertThat(number("latency != bool latency offset 10s", 3 * STEP)).isEqualTo(1);
    }

    @Test
    void whatHasNoMeaningIsDroppedAndTold() {
        latency(Labels.of("__name__", "latency"), values(10));
        QueryResult scalar = query("latency + 1", STEP);
        assertThat(scalar.value()).isEqualTo(new VectorValue(List.of()));
        assertThat(scalar.infos())
                .containsExactly("PromQL info: incompatible sample types encountered for binary operator \"+\":"
                        + " histogram + float (1:1)");
        assertThat(query("latency * latency", STEP).infos())
                .containsExactly("PromQL info: incompatible sample types encountered for binary operator \"*\":"
                        + " histogram * histogram (1:1)");
        assertThat(query("1 / latency", STEP).infos()).hasSize(1);
        assertThat(query("latency > 1", STEP).infos()).hasSize(1);
        assertThat(query("max(latency)", STEP).infos())
                .containsExactly("PromQL info: ignored histogram in max aggregation (1:5)");
        assertThat(query("topk(1, latency)", STEP).infos()).hasSize(1);
        assertThat(query("quantile(0.5, latency)", STEP).infos()).hasSize(1);
        assertThat(query("abs(latency)", STEP).value()).isEqualTo(new VectorValue(List.of()));
        assertThat(query("abs(latency)", STEP).infos()).isEmpty();
    }

    @Test
    void aMixOfNumbersAndDistributionsIsNoResultButAWarning() {
        Labels labels = Labels.of("__name__", "latency");
        source.add(labels, 0, 1.0);
        source.add(labels, STEP, Distribution.ofValues(LAYOUT, 1));
        source.add(Labels.of("__name__", "latency", "l", "x"), STEP, 5.0);
        assertThat(query("rate(latency{l=''}[1m])", STEP).warnings())
                .containsExactly(
                        "PromQL warning: encountered a mix of histograms and floats for metric name \"latency\" (1:6)");
        assertThat(query("sum(latency)", STEP).warnings())
                .containsExactly("PromQL warning: encountered a mix of histograms and floats in aggregation (1:5)");
        assertThat(query("max_over_time(latency{l=''}[1m])", STEP).infos())
                .containsExactly("PromQL info: ignored histograms in a range containing both floats and histograms"
                        + " for metric name \"latency\" (1:15)");
        assertThat(number("max_over_time(latency{l=''}[1m])", STEP)).isEqualTo(1);
        assertThat(number("changes(latency{l=''}[1m])", STEP)).isEqualTo(1);
        assertThat(number("count_over_time(latency{l=''}[1m])", STEP)).isEqualTo(2);
    }

    @Test
    void overTimeFunctionsMergeAndCompare() {
        latency(Labels.of("__name__", "latency"), values(10), values(), values(20, 20));
        assertThat(number("histogram_count(sum_over_time(latency[1m]))", 3 * STEP))
                .isEqualTo(5);
        assertThat(number("histogram_count(avg_over_time(latency[1m]))", 3 * STEP))
                .isEqualTo(1.25);
        assertThat(number("histogram_sum(last_over_time(latency[1m]))", 3 * STEP))
                .isEqualTo(50);
        assertThat(number("changes(latency[1m])", 3 * STEP)).isEqualTo(2);
        assertThat(number("resets(latency[1m])", 3 * STEP)).isEqualTo(0);
        assertThat(number("histogram_count(irate(latency[1m]))", 3 * STEP)).isEqualTo(0.2);
        assertThat(number("histogram_sum(idelta(latency[1m]))", 3 * STEP)).isEqualTo(40);
        assertThat(number("histogram_sum(delta(latency[20s]))", 3 * STEP)).isEqualTo(80);
        assertThat(query("stddev_over_time(latency[1m])", 3 * STEP).value()).isEqualTo(new VectorValue(List.of()));
    }

    @Test
    void severalQuantilesComeAtOnceEachWithItsLabel() {
        latency(Labels.of("__name__", "latency", "route", "/"), values(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
        VectorValue value = (VectorValue)
                query("histogram_quantiles(latency, \"q\", 0.1, 0.5, 1)", STEP).value();
        assertThat(value.samples())
                .extracting(VectorSample::labels)
                .containsExactlyInAnyOrder(
                        Labels.of("route", "/", "q", "0.1"),
                        Labels.of("route", "/", "q", "0.5"),
                        Labels.of("route", "/", "q", "1"));
    }

    @Test
    void aRangeQueryCarriesDistributions() {
        latency(Labels.of("__name__", "latency"), values(1), values(2), values(3));
        QueryResult result = new Evaluator(source, QueryLimits.DEFAULT)
                .range(Promql.parse("latency"), 0, 30_000, 10_000, QueryOptions.DEFAULT);
        MatrixValue matrix = (MatrixValue) result.value();
        assertThat(matrix.series()).hasSize(1);
        assertThat(matrix.series().getFirst().points().size).isEqualTo(4);
        assertThat(matrix.series().getFirst().points().distribution[3].count()).isEqualTo(3);
    }

    @Test
    void aDistributionAndClassicBucketsOfTheSameLabelsAreToldApartByNeither() {
        latency(Labels.of("__name__", "latency"), values(1));
        source.add(Labels.of("__name__", "latency", "le", "1"), STEP, 1);
        source.add(Labels.of("__name__", "latency", "le", "+Inf"), STEP, 1);
        QueryResult result = query("histogram_quantile(0.5, latency)", STEP);
        assertThat(result.value()).isEqualTo(new VectorValue(List.of()));
        assertThat(result.warnings())
                .containsExactly("PromQL warning: vector contains a mix of classic and native histograms for metric"
                        + " name \"latency\" (1:25)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum(latency)",
                "avg(latency)",
                "latency{host=\"a\"} + on() latency{host=\"b\"}",
                "latency{host=\"b\"} - on() latency{host=\"a\"}",
                "rate(latency{host=\"c\"}[1m])",
                "delta(latency{host=\"c\"}[1m])",
                "irate(latency{host=\"c\"}[1m])",
                "sum_over_time(latency{host=\"c\"}[1m])"
            })
    void distributionsThatCannotBeMergedHaveNoSum(String text) {
        BucketLayout bounds = BucketLayout.ofBounds(1, 2);
        for (int i = 0; i < 2; i++) {
            source.add(Labels.of("__name__", "latency", "host", "a"), i * STEP, Distribution.ofValues(LAYOUT, 1));
            source.add(Labels.of("__name__", "latency", "host", "b"), i * STEP, Distribution.empty(bounds));
            source.add(
                    Labels.of("__name__", "latency", "host", "c"),
                    i * STEP,
                    Distribution.empty(i == 0 ? LAYOUT : bounds));
        }
        QueryResult result = query(text, STEP);
        assertThat(result.value()).isEqualTo(new VectorValue(List.of()));
        assertThat(result.warnings()).singleElement().asString().contains("a mix of histograms");
    }

    @Test
    void aChangeOfBucketsThatCannotBeMergedIsAReset() {
        source.add(Labels.of("__name__", "latency"), 0, Distribution.ofValues(LAYOUT, 1));
        source.add(Labels.of("__name__", "latency"), STEP, Distribution.empty(BucketLayout.ofBounds(1, 2)));
        assertThat(number("resets(latency[1m])", STEP)).isEqualTo(1);
    }

    /** Windowed and merged, subtracted and merged, merged and subtracted, merged twice and scaled back. */
    private static final List<String> WAYS_TO_WHAT_GREW = List.of(
            "sum(increase(latency[1m1s]))",
            "sum(latency - latency offset 1m)",
            "sum(latency) - sum(latency offset 1m)",
            "sum(sum_over_time((latency - latency offset 1m)[2m:1m])) * 3",
            "(sum(rate(latency[1m1s])) + sum(rate(latency[1m1s]))) / 2");

    /** The bound that the package documentation states. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void quantilesAreWithinTheRelativeErrorOfTheExactOnes(int digits) {
        BucketLayout layout = BucketLayout.ofDigits(digits);
        for (long seed = 1; seed <= 8; seed++) {
            Random random = new Random(seed);
            MemorySource memory = new MemorySource();
            double[][] perHost = new double[3][];
            for (int host = 0; host < perHost.length; host++) {
                Labels labels = Labels.of("__name__", "latency", "host", "h" + host);
                // What was there before the window, and must not count.
                DistributionBuilder before = new DistributionBuilder(layout);
                for (int i = 0; i < 500; i++) {
                    before.record(Math.exp(random.nextGaussian() * 3), 1);
                }
                perHost[host] = DoubleStream.generate(() -> Math.exp(random.nextGaussian() * 2 + 3))
                        .limit(331)
                        .toArray();
                Distribution start = before.build();
                memory.add(labels, 0, start);
                memory.add(labels, 60_000, start.plus(Distribution.ofValues(layout, perHost[host])));
            }
            double[] all = Arrays.stream(perHost)
                    .flatMapToDouble(Arrays::stream)
                    .sorted()
                    .toArray();
            Evaluator evaluator = new Evaluator(memory, QueryLimits.DEFAULT);
            for (double q : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 0.999}) {
                double exact = all[(int) Math.ceil(q * all.length) - 1];
                for (String grown : WAYS_TO_WHAT_GREW) {
                    String text = "histogram_quantile(" + q + ", " + grown + ")";
                    VectorValue value = (VectorValue) evaluator
                            .instant(Promql.parse(text), 60_000, QueryOptions.DEFAULT)
                            .value();
                    assertThat(value.samples().getFirst().value())
                            .as("seed %d, %s", seed, text)
                            .isCloseTo(exact, within(exact * layout.relativeError()));
                }
            }
        }
    }
}
