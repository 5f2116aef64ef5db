package dev.tocsin.promql;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What evaluating one rule over 100 series costs beside the look-up of the series, in time and allocation. Run its main
 * method on the test class path.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EvaluatorBenchmark {
    @Param({
        "gauge > 95",
        "sum by (host) (rate(counter_total[5m])) > 1000",
        "histogram_quantile(0.99, sum by (le) (rate(latency_bucket[5m]))) > 1",
        "histogram_quantile(0.99, rate(latency[5m])) > 1000",
        "counter_total / on (host, i) gauge"
    })
    public String rule = "";

    private Expr expr;
    private Evaluator evaluator;

    public static void main(String[] args) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(EvaluatorBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    @Setup
    public void prepare() {
        expr = Promql.parse(rule);
        evaluator = new Evaluator(new HundredOfEach(), QueryLimits.DEFAULT);
    }

    @Benchmark
    public QueryResult instant() {
        return evaluator.instant(expr, 1_000_000, QueryOptions.DEFAULT);
    }

    /** A hundred series of each name, which know their ends as those of the timeline do. */
    private static final class HundredOfEach implements SeriesSource {
        private final List<Series> all = new ArrayList<>();

        HundredOfEach() {
            String[] bounds = {"0.1", "0.5", "1", "5", "+Inf"};
            for (int i = 0; i < 100; i++) {
                String host = "host-" + i % 10;
                all.add(new Flat(Labels.of("__name__", "gauge", "host", host, "i", "" + i), i, null));
                all.add(new Flat(Labels.of("__name__", "counter_total", "host", host, "i", "" + i), i * 50, null));
                all.add(new Flat(
                        Labels.of("__name__", "latency_bucket", "host", "" + i / 5, "le", bounds[i % 5]),
                        100 * (1 + i % 5),
                        null));
                double[] values = new double[200];
                for (int j = 0; j < values.length; j++) {
                    values[j] = 10 + (i + j * 37) % 500;
                }
                Distribution d = Distribution.ofValues(BucketLayout.TWO_DIGITS, values);
                all.add(new Flat(Labels.of("__name__", "latency", "host", host, "i", "" + i), 0, d));
            }
        }

        @Override
        public List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit) {
            List<Series> found = new ArrayList<>(100);
            for (Series s : all) {
                if (matchers.getFirst().matches(s.labels())) {
                    found.add(s);
                }
            }
            return found;
        }

        @Override
        public SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis) {
            return new TreeSet<>();
        }

        @Override
        public SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis) {
            return new TreeSet<>();
        }

        @Override
        public List<MetricMetadata> metadata() {
            return List.of();
        }
    }

    private record Flat(Labels labels, double value, Distribution distribution) implements Series {
        @Override
        public boolean newest(long afterMillis, long atMillis, Points into) {
            if (distribution == null) {
                into.add(atMillis, value);
            } else {
                into.add(atMillis, distribution);
            }
            return true;
        }

        @Override
        public void read(long afterMillis, long toMillis, Points into) {
            throw new UnsupportedOperationException("a rate needs no walk");
        }

        @Override
        public RangeEnds ends(long afterMillis, long toMillis) {
            return new RangeEnds(
                    300,
                    afterMillis + 1000,
                    toMillis,
                    distribution == null ? 0 : Double.NaN,
                    distribution == null ? value : Double.NaN,
                    0,
                    null,
                    distribution,
                    false);
        }
    }
}
