package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgingTest {
    private static TimelineSettings settings(long historyBytes) {
        TimelineSettings d = TimelineSettings.defaults();
        return new TimelineSettings(
                d.tickMillis(),
                d.fineMillis(),
                d.mediumMillis(),
                d.coarseMillis(),
                d.gaugeStaleMillis(),
                d.forgetMillis(),
                d.percentileWindowMillis(),
                d.precisionDigits(),
                Map.of(),
                historyBytes);
    }

    @Test
    void idleSeriesOfEveryKindAreForgottenAndTheirHistoryStays() {
        TableRig rig = new TableRig();
        for (String line : new String[] {"hits:3|c", "t:4|g", "lat:5|ms", "users:ann|s"}) {
            rig.push(line);
        }
        rig.tick();
        long then = rig.now();
        rig.idle(Duration.ofMinutes(59));
        rig.ticks(20);
        assertThat(rig.table.statistics().liveTotal()).isEqualTo(4);
        rig.idle(Duration.ofMinutes(2));
        rig.ticks(20);

        assertThat(rig.table.statistics().liveTotal()).isZero();
        assertThat(rig.table.statistics().live()).containsEntry(Kind.COUNTER, 0);
        assertThat(rig.table.statistics().forgotten()).isEqualTo(4);
        assertThat(rig.value("hits")).isNaN();
        assertThat(rig.valueAt(then + 60_000, "hits")).isEqualTo(3);
        assertThat(rig.valueAt(then + 60_000, "lat_count")).isEqualTo(1);
    }

    @Test
    void forgottenSeriesAreDroppedOnceTheirHistoryCannotBeRead() {
        TableRig rig = new TableRig();
        rig.push("hits:3|c");
        rig.push("lat:3|ms");
        rig.tick();
        rig.idle(Duration.ofMinutes(62));
        rig.ticks(20);
        rig.idle(Duration.ofHours(24));
        rig.ticks(5);

        assertThat(rig.table.statistics().forgotten()).isZero();
        assertThat(rig.table.source().metadata()).isEmpty();
    }

    @Test
    void aForgottenNameCanBeTakenByAnotherKind() {
        TableRig rig = new TableRig();
        rig.push("x:3|c");
        rig.tick();
        rig.idle(Duration.ofMinutes(62));
        rig.ticks(20);

        assertThat(rig.push("x:3|g")).isNull();
        rig.tick();
        assertThat(rig.value("x")).isEqualTo(3);
    }

    @Test
    void onlySoManyForgottenSeriesAreKept() {
        SeriesLimits limits = new SeriesLimits(1_000, 1_000, 64, 200, 200, 1_024, 10, 100, 10_000);
        TableRig rig = new TableRig(limits, TimelineSettings.defaults());
        for (int i = 0; i < 100; i++) {
            rig.push("x:1|c|#id:" + i);
        }
        rig.tick();
        rig.idle(Duration.ofMinutes(62));
        rig.ticks(20);

        assertThat(rig.table.statistics().forgotten()).isEqualTo(10);
        assertThat(rig.select(Long.MIN_VALUE, Long.MAX_VALUE, "x")).hasSize(10);
    }

    @Test
    void aSeriesThatComesBackWhileItIsLeavingLosesNothing() {
        for (int comeBackAfter = 0; comeBackAfter < 15; comeBackAfter++) {
            TableRig rig = new TableRig();
            rig.push("hits:1|c|#a:1,b:2");
            rig.tick();
            rig.idle(Duration.ofMinutes(61));
            rig.ticks(comeBackAfter);
            rig.push("hits:2|c|#b:2,a:1");
            rig.push("hits:4|c|#a:1,b:2");
            rig.tick();
            rig.push("hits:8|c|#b:2,a:1");
            rig.ticks(10);
            rig.push("hits:16|c|#a:1,b:2");
            rig.ticks(10);

            assertThat(rig.value("hits")).as("after %s ticks", comeBackAfter).isEqualTo(31);
            assertThat(rig.table.statistics().liveTotal()).isEqualTo(1);
        }
    }

    @Test
    void slotsAreUsedAgain() {
        TableRig rig = new TableRig();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3_000; i++) {
                rig.push("x:1|c|#id:" + i + ",round:" + round);
            }
            rig.tick();
            rig.idle(Duration.ofMinutes(61));
            // Long enough for two rounds: the one under way need not see series that came meanwhile.
            rig.ticks(60);
        }

        assertThat(rig.table.statistics().liveTotal()).isZero();
        assertThat(rig.shards.getFirst().slots(Kind.COUNTER).end()).isEqualTo(3_000);
    }

    @Test
    void manyThousandSeriesLeaveAFewAtATime() {
        TableRig rig = new TableRig(SeriesLimits.defaults().withSeries(100_000, 100_000), TimelineSettings.defaults());
        for (int i = 0; i < 30_000; i++) {
            rig.push("x:1|c|#id:" + i);
        }
        rig.tick();
        rig.idle(Duration.ofMinutes(61));
        rig.ticks(40);
        assertThat(rig.table.statistics().liveTotal()).isBetween(1, 30_000);
        rig.ticks(80);

        assertThat(rig.table.statistics().liveTotal()).isZero();
        rig.clock.advance(Duration.ofMinutes(1));
        rig.push("x:1|c|#id:5");
        assertThat(rig.table.statistics().keyBytes()).isLessThan(500_000);
    }

    /** Their history is bounded from then on, and the journal told their names again. */
    @Test
    void manyThousandSeriesThatComeAtOnceAreWalkedWithinAMinuteOrSo() {
        TableRig rig = new TableRig(SeriesLimits.defaults().withSeries(100_000, 100_000), TimelineSettings.defaults());
        rig.push("x:1|c");
        rig.ticks(10);
        for (int i = 0; i < 60_000; i++) {
            rig.push("x:1|c|#id:" + i);
        }
        rig.ticks(70);

        assertThat(rig.table.statistics().historyBytes()).isGreaterThan(60_000 * 50);
    }

    @Test
    void historyThatDoesNotFitIsHalvedInReachUntilItDoes() {
        TableRig rig = new TableRig(SeriesLimits.defaults(), settings(400_000));
        Random random = new Random(3);
        int count = 0;
        for (int i = 0; i < 2_400; i++) {
            for (int s = 0; s < 10; s++) {
                for (int n = 0; n < 5; n++) {
                    rig.push("lat:" + random.nextInt(1_000) + "|ms|#s:" + s);
                    count += s == 0 ? 1 : 0;
                }
            }
            rig.tick();
        }

        assertThat(rig.table.statistics().historyHalvings()).isPositive();
        assertThat(rig.table.statistics().historyBytes()).isLessThan(600_000);
        assertThat(rig.value("lat_count", "s", "0")).isEqualTo(count);
        RangeEnds minutes = rig.series("lat", "s", "0").ends(rig.now() - 300_000, rig.now());
        assertThat(minutes.growth().count()).isBetween(5 * 240.0, 5 * 300.0);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void coarseningKeepsTotalsAndLastValues(long seed) {
        Random random = new Random(seed);
        TableRig rig = new TableRig();
        int ticks = 4 * 3_600;
        double[] totals = new double[ticks + 1];
        double[] gauges = new double[ticks + 1];
        double total = 0;
        double gauge = Double.NaN;
        for (int i = 1; i <= ticks; i++) {
            if (random.nextInt(5) == 0) {
                int delta = random.nextInt(10);
                total += delta;
                rig.push("hits:" + delta + "|c");
            }
            if (random.nextInt(20) == 0) {
                gauge = random.nextInt(50);
                rig.push("t:" + gauge + "|g");
            }
            rig.tick();
            totals[i] = total;
            gauges[i] = gauge;
        }
        Series hits = rig.series("hits");
        Points points = TableRig.points(hits, 0, rig.now());
        for (int i = 1; i < points.size; i++) {
            int tick = (int) ((points.timeMillis[i] - TableRig.START) / 1_000);
            assertThat(points.value[i]).as("seed %s tick %s", seed, tick).isEqualTo(totals[tick]);
        }
        assertThat(hits.ends(0, rig.now())).isEqualTo(RangeEnds.of(points).apart(60_000));
        assertThat(points.value[points.size - 1] - points.value[0]).isEqualTo(total);
        assertThat(points.size).isBetween(900 + 630 + 120, 900 + 630 + 140);
        Points values = TableRig.points(rig.series("t"), TableRig.START + 600_000, rig.now());
        for (int i = 0; i < values.size; i++) {
            int tick = (int) ((values.timeMillis[i] - TableRig.START) / 1_000);
            assertThat(values.value[i]).as("seed %s tick %s", seed, tick).isEqualTo(gauges[tick]);
        }
    }
}
