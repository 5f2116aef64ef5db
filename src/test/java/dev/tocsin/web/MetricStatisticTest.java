package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.promql.Promql;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricStatisticTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DISTRIBUTION | average      | histogram_avg(sum by (r) (increase(m[5m])))
            DISTRIBUTION | Sum          | histogram_sum(sum by (r) (increase(m[5m])))
            DISTRIBUTION | minimum      | histogram_quantile(0, sum by (r) (increase(m[5m])))
            DISTRIBUTION | Maximum      | histogram_quantile(1, sum by (r) (increase(m[5m])))
            DISTRIBUTION | SampleCount  | histogram_count(sum by (r) (increase(m[5m])))
            DISTRIBUTION | p50          | histogram_quantile(0.5, sum by (r) (increase(m[5m])))
            DISTRIBUTION | p99.9        | histogram_quantile(0.999, sum by (r) (increase(m[5m])))
            DISTRIBUTION | p100         | histogram_quantile(1, sum by (r) (increase(m[5m])))
            GAUGE        | average      | sum by (r) (sum_over_time(m[5m])) / sum by (r) (count_over_time(m[5m]))
            GAUGE        | sum          | sum by (r) (sum_over_time(m[5m]))
            GAUGE        | minimum      | min by (r) (min_over_time(m[5m]))
            GAUGE        | maximum      | max by (r) (max_over_time(m[5m]))
            GAUGE        | sample count | sum by (r) (count_over_time(m[5m]))
            GAUGE        | p95          | max by (r) (quantile_over_time(0.95, m[5m]))
            COUNTER      | average      | sum by (r) (rate(m[5m]))
            COUNTER      | sum          | sum by (r) (increase(m[5m]))
            COUNTER      | minimum      | min_over_time(sum by (r) (rate(m[10s]))[5m:10s])
            COUNTER      | maximum      | max_over_time(sum by (r) (rate(m[10s]))[5m:10s])
            COUNTER      | sample_count | sum by (r) (increase(m[5m]))
            COUNTER      | p95          | quantile_over_time(0.95, sum by (r) (rate(m[10s]))[5m:10s])
            """)
    void theKindOfAMetricDecidesWhatAStatisticMeans(MetricKind kind, String statistic, String expression) {
        String found = of(Map.of(), Optional.of(List.of("r")), statistic).expression(kind);

        assertThat(found).isEqualTo(expression);
        Promql.parse(found);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DISTRIBUTION | p99     | histogram_quantile(0.99, increase(m[5m]))
            GAUGE        | average | avg_over_time(m[5m])
            COUNTER      | maximum | max_over_time(rate(m[10s])[5m:10s])
            """)
    void withoutByEachSeriesStandsForItself(MetricKind kind, String statistic, String expression) {
        String found = of(Map.of(), Optional.empty(), statistic).expression(kind);

        assertThat(found).isEqualTo(expression);
        Promql.parse(found);
    }

    @Test
    void severalValuesOfALabelAreAnyOfThemAndVariablesAreLeftToBeFilledIn() {
        Map<String, List<String>> labels =
                Map.of("a", List.of("say \"x\""), "b", List.of("1.5", "/c{d}"), "e", List.of("$one", "f"));

        assertThat(of(labels, Optional.empty(), "sum").expression(MetricKind.COUNTER))
                .isEqualTo("increase(m{a=\"say \\\"x\\\"\", b=~\"1\\\\.5|/c\\\\{d\\\\}\", e=~\"$one|f\"}[5m])");
    }

    private static MetricStatistic of(Map<String, List<String>> labels, Optional<List<String>> by, String statistic) {
        return new MetricStatistic(
                "m", labels, by, "5m", Statistic.of(statistic).orElseThrow());
    }
}
