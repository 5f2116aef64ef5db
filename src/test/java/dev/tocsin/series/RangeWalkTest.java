package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Walking second by second through history that is coarser the older it is says what each step by itself says. */
class RangeWalkTest {
    private static final long WINDOW = 300_000;

    /** Three hours of samples, a pause of ten minutes among them. */
    private static TableRig rig() {
        TableRig rig = new TableRig();
        for (int second = 0; second < 3 * 3_600; second++) {
            if (second < 5_000 || second > 5_600) {
                if (second % 7 == 0) {
                    rig.push("g:" + second % 100 + "|g");
                }
                if (second % 3 == 0) {
                    rig.push("d:" + second % 500 + "|ms");
                }
            }
            rig.tick();
        }
        return rig;
    }

    @ParameterizedTest
    @ValueSource(strings = {"g", "d", "d_p99", "d_count"})
    void everyStepIsAsByItself(String name) {
        TableRig rig = rig();
        Series series = rig.series(name);
        RangeEnds ends = RangeEnds.NONE;
        Points point = new Points();
        int same = 0;
        for (long at = rig.now() - 3 * 3_600_000L; at <= rig.now(); at += 1_000) {
            ends = series.ends(at - WINDOW, at, ends);
            assertThat(ends).as("ends at %d", at).isEqualTo(series.ends(at - WINDOW, at));

            Points alone = new Points();
            series.newest(at - WINDOW, at, alone);
            boolean kept =
                    series.hasSameNewest(at - 1_000, at) && (point.size == 0 || point.timeMillis[0] > at - WINDOW);
            if (!kept) {
                point.reset();
                series.newest(at - WINDOW, at, point);
            }
            same += kept ? 1 : 0;
            assertThat(point.size).as("point at %d", at).isEqualTo(alone.size);
            if (point.size > 0) {
                assertThat(point.timeMillis[0]).isEqualTo(alone.timeMillis[0]);
                assertThat(Double.doubleToLongBits(point.value[0])).isEqualTo(Double.doubleToLongBits(alone.value[0]));
                assertThat(point.distribution[0]).isEqualTo(alone.distribution[0]);
            }
        }
        assertThat(same).as("steps that needed no look").isGreaterThan(5_000);
    }

    /**
     * One a second for three hours, so that every minute, every ten seconds and every second are told of: wherever the
     * range begins and ends among them.
     */
    @ParameterizedTest
    @ValueSource(ints = {20, 60, 90, 300, 1_000, 3_600})
    void aSteadyCounterHasItsRateAtEveryOffset(int windowSeconds) {
        TableRig rig = new TableRig();
        Labels recorded = Labels.of(Labels.NAME, "job:c_total");
        for (int second = 0; second < 3 * 3_600; second++) {
            rig.push("c:1|c");
            rig.push("d:5|ms");
            rig.tick();
            rig.table.recorded().append(recorded, rig.now(), second);
        }
        long window = windowSeconds * 1_000L;
        for (String name : List.of("c", "d_count", "d", "job:c_total")) {
            Series series = rig.series(name);
            Evaluator evaluator = new Evaluator(rig.table.source(), QueryLimits.DEFAULT);
            String rate = "rate({__name__=\"" + name + "\"}[" + windowSeconds + "s])";
            Expr expression = Promql.parse(name.equals("d") ? "histogram_count(" + rate + ")" : rate);
            int answered = 0;
            long begin = rig.now() - 3 * 3_600_000L + 60_000 + window;
            for (long at = begin; at <= rig.now(); at += 7_300) {
                Value.VectorValue value = (Value.VectorValue)
                        evaluator.instant(expression, at, QueryOptions.DEFAULT).value();
                // Short ranges may hold less than two points where those are a minute apart.
                int points = series.ends(at - window, at).count();
                assertThat(value.samples()).hasSize(points < 2 ? 0 : 1);
                if (points > 1) {
                    answered++;
                    assertThat(value.samples().getFirst().value())
                            .as("%s %d s before now", rate, (rig.now() - at) / 1_000)
                            .isCloseTo(1, within(1e-9));
                }
            }
            assertThat(answered).isGreaterThan(100);
        }
    }

    /** What a query reads is counted against its bound: three hundred points of each series, or two ends. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "rate(c[5m]); true",
                "sum by (host) (increase(c[5m])); true",
                "histogram_quantile(0.99, rate(d[5m])); true",
                "sum_over_time(c[5m]); false",
            })
    void ratesDoNotReadThePointsBetweenTheEnds(String expression, boolean answered) {
        TableRig rig = new TableRig();
        for (int second = 0; second < 310; second++) {
            for (int host = 0; host < 10; host++) {
                rig.push("c:1|c|#host:" + host);
                rig.push("d:" + second + "|ms|#host:" + host);
            }
            rig.tick();
        }
        Evaluator evaluator = new Evaluator(rig.table.source(), new QueryLimits(1_000, 200, 60_000_000_000L));

        ThrowingCallable query = () -> evaluator.instant(Promql.parse(expression), rig.now(), QueryOptions.DEFAULT);

        if (answered) {
            assertThatCode(query).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(query).isInstanceOf(PromqlException.class).hasMessageContaining("too many samples");
        }
    }
}
