package dev.tocsin.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Value;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlotLinesTest {
    private static Value.MatrixSeries series(Labels labels, long... seconds) {
        Points points = new Points();
        for (long second : seconds) {
            points.add(second * 1_000, second);
        }
        return new Value.MatrixSeries(labels, points);
    }

    private static List<Plot.Line> lines(Value.MatrixSeries... series) {
        return PlotLines.of(new Value.MatrixValue(List.of(series)), 0, 5_000, 1_000);
    }

    @Test
    void aLineIsBrokenWhereAPointIsMissing() {
        Plot.Line line = lines(series(Labels.of("a", "b"), 0, 1, 4)).getFirst();

        assertThat(line.timeMillis()).containsExactly(0, 1_000, 2_000, 3_000, 4_000, 5_000);
        assertThat(line.values()).containsExactly(0, 1, Double.NaN, Double.NaN, 4, Double.NaN);
    }

    @Test
    void linesAreNamedByWhatTellsThemApart() {
        assertThat(lines(
                        series(Labels.of("__name__", "up", "job", "a"), 1),
                        series(Labels.of("__name__", "up", "job", "b"), 1)))
                .extracting(Plot.Line::name)
                .containsExactly("a", "b");
        assertThat(lines(
                        series(Labels.of("__name__", "in", "host", "a", "job", "j"), 1),
                        series(Labels.of("__name__", "out", "host", "b", "job", "j"), 1)))
                .extracting(Plot.Line::name)
                .containsExactly("in host=a", "out host=b");
        assertThat(lines(series(Labels.of("__name__", "up"), 1)))
                .extracting(Plot.Line::name)
                .containsExactly("up");
    }

    @Test
    void ofTooManyLinesTheHighestAreLeft() {
        List<Plot.Line> many = IntStream.range(0, 60)
                .mapToObj(i -> new Plot.Line("l" + i, new double[] {0}, new double[] {i % 7 == 0 ? 1_000 + i : i}))
                .toList();

        List<Plot.Line> left = PlotLines.strongest(many);

        assertThat(left).hasSize(PlotLines.MOST_LINES);
        assertThat(left)
                .extracting(Plot.Line::name)
                .contains("l0", "l7", "l56", "l59")
                .doesNotContain("l1", "l20");
    }

    @ParameterizedTest
    @CsvSource({"300000,400,1000", "3600000,400,9000", "604800000,400,1512000", "1,400,1000", "10000,0,10000"})
    void aStepIsWholeSeconds(long spanMillis, int points, long stepMillis) {
        assertThat(PlotLines.stepMillis(spanMillis, points)).isEqualTo(stepMillis);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0.25,0.25", "1200,1200", "15000,15k", "2500000,2.5M", "-3e9,-3G", "0.0001,0.0001", "100,100"})
    void numbersAreShort(double value, String label) {
        assertThat(PlotLines.axisLabel(value)).isEqualTo(label);
    }
}
