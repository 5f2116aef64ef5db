package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Points;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What functions over a range see of a gauge, however coarse what is kept of that time has become. */
class GaugeTiersTest {
    private static final int HOURS = 4;
    private static final int TICKS = HOURS * 3_600;
    private static final int HOLD = 300;

    private static final List<String> FUNCTIONS = List.of("min", "max", "avg", "sum", "count");

    /** Second by second, NaN where there is none. */
    private static double expected(String function, double[] seconds, int after, int to) {
        double low = Double.NaN;
        double high = Double.NaN;
        double sum = 0;
        int count = 0;
        for (int i = after + 1; i <= to; i++) {
            if (!Double.isNaN(seconds[i])) {
                low = count == 0 ? seconds[i] : Math.min(low, seconds[i]);
                high = count == 0 ? seconds[i] : Math.max(high, seconds[i]);
                sum += seconds[i];
                count++;
            }
        }
        return switch (function) {
            case "min" -> low;
            case "max" -> high;
            case "avg" -> sum / count;
            case "sum" -> count == 0 ? Double.NaN : sum;
            default -> count == 0 ? Double.NaN : count;
        };
    }

    private static double ask(TableRig rig, String query, int tick) {
        List<Value.VectorSample> found = ((Value.VectorValue) new Evaluator(rig.table.source(), QueryLimits.DEFAULT)
                        .instant(Promql.parse(query), TableRig.START + tick * 1_000L, QueryOptions.DEFAULT)
                        .value())
                .samples();
        return found.isEmpty() ? Double.NaN : found.getFirst().value();
    }

    private static void assertSame(double actual, double expected, String what) {
        if (Double.isNaN(expected)) {
            assertThat(actual).as(what).isNaN();
        } else {
            assertThat(actual).as(what).isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
        }
    }

    /** A gauge's next value: whole numbers or decimals that wander, and rarely a peak of one second. */
    private static double next(Random random, int gauge, double before) {
        if (random.nextInt(200) == 0) {
            return random.nextBoolean() ? 1_000 + random.nextInt(1_000) : -random.nextInt(1_000);
        }
        return gauge % 2 == 0 ? 50 + random.nextInt(5) : before / 2 + random.nextInt(2_000) / 100.0;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyTierAgreesWithTheSeconds(long seed) {
        Random random = new Random(seed);
        TableRig rig = new TableRig();
        // How many ticks one sample comes in.
        int[] every = {1, 1, 2, 7, 10, 15, 45, 100};
        double[][] seconds = new double[every.length][TICKS + 1];
        double[] value = new double[every.length];
        int[] last = new int[every.length];
        int[] silentUntil = new int[every.length];
        for (int tick = 1; tick <= TICKS; tick++) {
            for (int g = 0; g < every.length; g++) {
                if (tick > silentUntil[g] && random.nextInt(every[g]) == 0) {
                    value[g] = next(random, g, value[g]);
                    rig.push("t:" + value[g] + "|g|#g:" + g);
                    last[g] = tick;
                    if (random.nextInt(1_000) == 0) {
                        silentUntil[g] = tick + 200 + random.nextInt(600);
                    }
                }
                boolean lives = last[g] > 0 && tick - last[g] < HOLD;
                seconds[g][tick] = lives ? value[g] : Double.NaN;
            }
            rig.tick();
        }
        for (int n = 0; n < 400; n++) {
            int step = random.nextInt(4) == 0 ? 1 : random.nextInt(3) == 0 ? 10 : 60;
            int reach = step == 1 ? 800 : step == 10 ? 6_800 : TICKS - 60;
            int to = (TICKS - random.nextInt(reach)) / step * step;
            int range = Math.min(to, (1 + random.nextInt(30)) * step);
            int g = random.nextInt(every.length);
            String function = FUNCTIONS.get(n % FUNCTIONS.size());
            String query = function + "_over_time(t{g=\"" + g + "\"}[" + range + "s])";
            double expected = expected(function, seconds[g], to - range, to);
            assertSame(ask(rig, query, to), expected, "seed " + seed + ", " + query + " at tick " + to);
        }
    }

    @Test
    void nothingIsSpentOnBlocksInWhichAGaugeChangedOnce() {
        Timeline timeline = new Timeline(TimelineSettings.defaults(), new ManualClock(TableRig.START));
        ScalarHistory once = new ScalarHistory(1, false, HOLD);
        ScalarHistory often = new ScalarHistory(1, false, HOLD);
        int start = timeline.horizon().closed() + 1;
        for (int tick = start; tick < start + 7_200; tick++) {
            Horizon h = timeline.horizonAt(tick);
            once.set(tick, Math.floorDiv(tick, 10), h);
            often.set(tick, tick - start, h);
        }
        once.trim(timeline.horizonAt(start + 7_200));
        often.trim(timeline.horizonAt(start + 7_200));

        assertThat(once.acquireChanges().blocks.size()).isZero();
        assertThat(often.acquireChanges().blocks.size()).isBetween(500, 630);
    }

    @Test
    void aPeakThatComesLateIsInItsBlockThoughItsSecondsAreGone() {
        TimelineSettings d = TimelineSettings.defaults();
        TimelineSettings shortFine = new TimelineSettings(
                1_000,
                60_000,
                d.mediumMillis(),
                d.coarseMillis(),
                300_000,
                3_600_000,
                10_000,
                2,
                d.precisionByMetric(),
                1L << 30);
        Timeline timeline = new Timeline(shortFine, new ManualClock(TableRig.START));
        ScalarHistory history = new ScalarHistory(1, false, HOLD);
        int start = timeline.horizon().closed() + 1;
        for (int tick = start; tick < start + 600; tick++) {
            history.set(tick, tick % 3, timeline.horizonAt(tick));
        }
        Horizon h = timeline.horizonAt(start + 600);
        history.trim(h);
        history.insert(start + 205, 77, h);

        Points points = new Points();
        history.reader(h).read(start + 180, start + 240, timeline.scale(), points);
        double high = 0;
        for (int i = 0; i < points.size; i++) {
            high = Math.max(high, points.high(i));
        }
        assertThat(high).isEqualTo(77);
    }

    /** Of rules, and of what the server tells of itself. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void recordedSeriesAgreeWithTheirSamples(long seed) {
        Random random = new Random(seed);
        TableRig rig = new TableRig();
        SampleRecorder recorder = rig.table.recorded();
        Labels labels = Labels.of(Labels.NAME, "t");
        double[] seconds = new double[TICKS + 1];
        for (int tick = 1; tick <= TICKS; tick++) {
            rig.idle(Duration.ofSeconds(1));
            seconds[tick] = Double.NaN;
            if (random.nextInt(5) > 0) {
                seconds[tick] = tick / 2_000 % 2 == 0 ? 7 : next(random, 1, 7);
                recorder.append(labels, rig.now(), seconds[tick]);
            }
        }
        for (int n = 0; n < 200; n++) {
            int to = TICKS - random.nextInt(TICKS / 60 - 60) * 60;
            int range = (1 + random.nextInt(30)) * 60;
            String function = FUNCTIONS.get(n % FUNCTIONS.size());
            double expected = expected(function, seconds, to - range, to);
            String query = function + "_over_time(t[" + range + "s])";
            assertSame(ask(rig, query, to), expected, "seed " + seed + ", " + query + " at tick " + to);
        }
    }
}
