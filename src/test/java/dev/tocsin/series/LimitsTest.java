package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Points;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static TableRig limitedTo(int total, int perMetric) {
        return new TableRig(SeriesLimits.defaults().withSeries(total, perMetric), TimelineSettings.defaults());
    }

    @Test
    void theSeriesAfterTheLastOfAMetricIsCountedInItsOverflowSeries() {
        TableRig rig = limitedTo(1_000, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(rig.push("x:1|c|#id:" + i)).isNull();
        }
        assertThat(rig.push("x:10|c|#id:3")).isNull();
        assertThat(rig.push("x:10|c|#id:3")).isNull();
        assertThat(rig.push("y:1|c|#id:3")).isNull();
        rig.tick();

        assertThat(rig.value("x", "id", "0")).isEqualTo(1);
        assertThat(rig.select(0, rig.now(), "x", "id", "3")).isEmpty();
        assertThat(rig.value("x", "__other__", "true")).isEqualTo(20);
        assertThat(rig.table.statistics().limited().get(SeriesLimit.SERIES_PER_METRIC))
                .isEqualTo(2);
        assertThat(rig.table.statistics().limited().get(SeriesLimit.SERIES)).isZero();
    }

    @Test
    void pastTheTotalAKnownMetricOverflowsAndANewOneIsRejected() {
        TableRig rig = limitedTo(3, 1_000);
        rig.push("x:1|c|#id:0");
        rig.push("x:1|c|#id:1");
        rig.push("lat:1|ms");
        assertThat(rig.push("x:5|c|#id:2")).isNull();
        assertThat(rig.push("lat:7|ms|#id:2")).isNull();
        assertThat(rig.push("fresh:1|c")).isEqualTo(Rejection.SERIES_LIMIT);
        assertThat(rig.push("fresh:1|c")).isEqualTo(Rejection.SERIES_LIMIT);
        rig.tick();

        assertThat(rig.value("x", "__other__", "true")).isEqualTo(5);
        assertThat(rig.value("lat_max", "__other__", "true")).isEqualTo(7);
        assertThat(rig.table.statistics().limited().get(SeriesLimit.SERIES)).isEqualTo(2);
    }

    @Test
    void clientsCannotSendTheOverflowLabel() {
        TableRig rig = new TableRig();
        rig.push("x:1|c|#__other__:true");
        rig.tick();

        assertThat(rig.series("x").labels().get("_other__")).isEqualTo("true");
    }

    @Test
    void thereIsRoomAgainOnceASeriesIsForgotten() {
        TableRig rig = limitedTo(2, 2);
        rig.push("x:1|c|#id:0");
        rig.push("x:1|c|#id:1");
        rig.push("x:1|c|#id:2");
        rig.tick();
        for (int minute = 0; minute < 61; minute++) {
            rig.push("x:1|c|#id:1");
            rig.idle(Duration.ofMinutes(1));
        }
        rig.ticks(10);
        assertThat(rig.table.statistics().liveTotal()).isEqualTo(1);
        rig.push("x:1|c|#id:2");
        rig.tick();

        assertThat(rig.value("x", "id", "2")).isEqualTo(1);
        assertThat(rig.value("x", "id", "1")).isEqualTo(62);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void totalsStayTrueUnderEveryLimitWhateverIsForgottenMeanwhile(long seed) {
        Random random = new Random(seed);
        TableRig rig = limitedTo(60, 25);
        rig.shards.add(rig.table.openShard("second"));
        double[] counted = new double[4];
        double[] observed = new double[4];
        for (int step = 0; step < 2_000; step++) {
            for (int i = random.nextInt(30); i > 0; i--) {
                int metric = random.nextInt(4);
                String tags = "|#id:" + random.nextInt(10 + step / 20) + ",b:" + random.nextInt(2);
                int shard = random.nextInt(2);
                int value = random.nextInt(10);
                if (random.nextBoolean()) {
                    counted[metric] += rig.push(shard, "c" + metric + ":" + value + "|c" + tags) == null ? value : 0;
                } else {
                    observed[metric] += rig.push(shard, "d" + metric + ":" + value + "|d" + tags) == null ? 1 : 0;
                }
            }
            if (random.nextInt(200) == 0) {
                rig.idle(Duration.ofMinutes(random.nextInt(1, 90)));
            } else {
                rig.tick();
            }
        }

        assertThat(rig.table.statistics().liveTotal()).isBetween(8, 60 + 8);
        for (int metric = 0; metric < 4; metric++) {
            double total = 0;
            for (Series series : rig.select(Long.MIN_VALUE, rig.now(), "c" + metric)) {
                Points points = TableRig.points(series, rig.now() - 86_000_000, rig.now());
                total += points.value[points.size - 1];
            }
            assertThat(total).as("seed %s c%s", seed, metric).isEqualTo(counted[metric]);
            double observations = 0;
            for (Series series : rig.select(Long.MIN_VALUE, rig.now(), "d" + metric)) {
                observations +=
                        series.ends(rig.now() - 86_000_000, rig.now()).growth().count();
            }
            assertThat(observations).as("seed %s d%s", seed, metric).isEqualTo(observed[metric]);
        }
    }

    @Test
    void madeUpSpellingsAndKeysDoNotGrowTheTable() {
        TableRig rig = limitedTo(10, 10);
        for (int i = 0; i < 200_000; i++) {
            rig.push("x:1|c|#id:" + i);
        }
        rig.tick();

        assertThat(rig.table.statistics().liveTotal()).isEqualTo(11);
        assertThat(rig.value("x", "__other__", "true")).isEqualTo(199_990);
        rig.clock.advance(Duration.ofMinutes(1));
        rig.push("x:1|c|#id:0");
        assertThat(rig.table.statistics().keyBytes()).isBetween(1_000L, 8_000_000L);
    }

    @Test
    void aFullLogRejectsAsOverloadedAndLosesNothingElse() {
        SeriesLimits few = new SeriesLimits(100, 100, 64, 200, 200, 1_024, 100, 100, 1_000);
        TableRig rig = new TableRig(few, TimelineSettings.defaults());
        int taken = 0;
        for (int i = 0; i < 5_000; i++) {
            Rejection rejection = rig.push("lat:1|ms");
            assertThat(rejection).isIn(null, Rejection.OVERLOADED);
            taken += rejection == null ? 1 : 0;
        }
        assertThat(rig.push("hits:1|c")).isNull();
        rig.tick();

        assertThat(taken).isBetween(1_000, 1_100);
        assertThat(rig.value("lat_count")).isEqualTo(taken);
        assertThat(rig.table.statistics().overloaded()).isEqualTo(5_000 - taken);
        assertThat(rig.push("lat:1|ms")).isNull();
    }
}
