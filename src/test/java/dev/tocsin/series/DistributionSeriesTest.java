package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionSeriesTest {
    private final TableRig rig = new TableRig();

    private Distribution newest(String name) {
        Points points = new Points();
        assertThat(rig.series(name).newest(rig.now() - 300_000, rig.now(), points))
                .isTrue();
        return points.distribution[0];
    }

    @Test
    void observationsOfOneIntervalAreReadableAtItsTick() {
        rig.push("lat:320|ms");
        rig.push("lat:41|h");
        rig.push("lat:41|d");
        rig.tick();

        assertThat(newest("lat")).isEqualTo(Distribution.ofValues(BucketLayout.TWO_DIGITS, 41, 41, 320));
        assertThat(newest("lat").min()).isEqualTo(41);
        assertThat(newest("lat").max()).isEqualTo(320);
    }

    @Test
    void isCumulativeOverItsWholeLife() {
        for (int i = 1; i <= 200; i++) {
            rig.push("lat:" + i + "|ms");
            rig.tick();
        }

        assertThat(newest("lat").count()).isEqualTo(200);
        assertThat(newest("lat").sum()).isEqualTo(20_100);
        assertThat(newest("lat").quantile(0.5)).isCloseTo(100, within(1.0));
    }

    @Test
    void growthCountsTheFirstInterval() {
        rig.ticks(5);
        rig.push("lat:7|ms");
        rig.push("lat:9|ms");
        rig.tick();
        rig.ticks(3);

        RangeEnds ends = rig.series("lat").ends(TableRig.START, rig.now());
        assertThat(ends.growth()).isEqualTo(Distribution.ofValues(BucketLayout.TWO_DIGITS, 7, 9));
        assertThat(ends.firstDistribution().count()).isZero();
        assertThat(ends.firstTimeMillis()).isEqualTo(TableRig.START + 5_000);
        assertThat(ends.count()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void rangesThatFollowEachOtherObserveEachObservationOnce(long seed) {
        Random random = new Random(seed);
        double pushed = 0;
        for (int i = 0; i < 2_000; i++) {
            for (int n = random.nextInt(3); n > 0; n--) {
                rig.push("lat:" + random.nextInt(1_000) + "|ms");
                pushed++;
            }
            rig.tick();
        }
        Series lat = rig.series("lat");
        for (long step : new long[] {1_000, 3_000, 10_000, 17_000}) {
            Distribution all = Distribution.empty(BucketLayout.TWO_DIGITS);
            for (long from = TableRig.START; from < rig.now(); from += step) {
                Distribution column = lat.observed(from, from + step);
                all = column == null ? all : all.plus(column);
            }
            assertThat(all.count()).as("seed %s, %s ms", seed, step).isEqualTo(pushed);
            assertThat(all).isEqualTo(newest("lat"));
        }
        assertThat(lat.observed(rig.now(), rig.now() + 5_000)).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void growthAndPointsAgreeInEveryRangeAlsoWhereIntervalsWereRolledUp(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            for (int n = random.nextInt(4) - 1; n > 0; n--) {
                rig.push("lat:" + random.nextInt(1_000) + "|ms");
            }
            rig.tick();
        }
        Series lat = rig.series("lat");
        for (int i = 0; i < 500; i++) {
            long after = TableRig.START + random.nextInt(-20, 310) * 1_000L;
            long to = after + random.nextInt(300) * 1_000L;
            RangeEnds byPoints = RangeEnds.of(TableRig.points(lat, after, to));
            RangeEnds ends = lat.ends(after, to);
            assertThat(ends.count()).as("seed %s (%s, %s]", seed, after, to).isEqualTo(byPoints.count());
            if (ends.count() > 0) {
                assertThat(ends.firstTimeMillis()).isEqualTo(byPoints.firstTimeMillis());
                assertThat(ends.lastTimeMillis()).isEqualTo(byPoints.lastTimeMillis());
                assertThat(ends.growth()).isEqualTo(byPoints.growth());
            }
        }
    }

    @Test
    void metricsWithTheSameLabelsTakeTurnsInBeingRolledUp() {
        Set<Integer> phases = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            rig.push("lat" + i + ":1|ms|#host:a");
        }
        rig.tick();
        for (int i = 0; i < 60; i++) {
            phases.add(((DistributionSeries) rig.series("lat" + i, "host", "a")).rollUpPhase());
        }

        assertThat(phases).hasSizeGreaterThan(30);
    }

    @Test
    void fractionalWeightsAddUpToWholeCounts() {
        for (int i = 0; i < 3_000; i++) {
            rig.push("lat:5|ms|@0.3");
        }
        rig.tick();

        assertThat(newest("lat").count()).isEqualTo(10_000);
        assertThat(newest("lat").sum()).isEqualTo(50_000);
    }

    @Test
    void theRemainderOfAWeightIsCarriedOverTicks() {
        double[] counts = new double[4];
        for (int i = 0; i < 4; i++) {
            rig.push("lat:5|ms|@0.8");
            rig.tick();
            counts[i] = newest("lat").count();
        }

        assertThat(counts).containsExactly(1, 2, 3, 5);
    }

    @Test
    void shardsAreMerged() {
        rig.shards.add(rig.table.openShard("second"));
        rig.push(0, "lat:1|ms");
        rig.push(1, "lat:1000|ms");
        rig.tick();

        assertThat(newest("lat")).isEqualTo(Distribution.ofValues(BucketLayout.TWO_DIGITS, 1, 1000));
    }

    @Test
    void aPastTimestampIsMergedIntoItsIntervalAndIntoWhatWasRolledUpOfIt() {
        rig.push("lat:1|ms");
        rig.tick();
        rig.ticks(200);
        rig.push("lat:1|ms");
        rig.tick();
        rig.ticks(70);
        rig.push("lat:1|ms");
        rig.tick();
        long past = TableRig.START + 30_000;
        rig.push("lat:500|ms|T" + past);
        rig.tick();

        Series lat = rig.series("lat");
        assertThat(newest("lat").count()).isEqualTo(4);
        assertThat(lat.ends(past - 1_000, past).growth().count()).isZero();
        assertThat(lat.ends(past - 2_000, past).growth().max()).isEqualTo(500);
        assertThat(lat.ends(TableRig.START, past + 100_000).growth().count()).isEqualTo(1);
        assertThat(lat.ends(TableRig.START - 1_000, rig.now()).growth().count()).isEqualTo(4);
    }

    @Test
    void negativeValuesAndWeightsThatAreNoneAreRejected() {
        assertThat(rig.push("lat:-1|ms")).isEqualTo(Rejection.BAD_VALUE);
        assertThat(rig.push("lat:1|ms|@-1")).isEqualTo(Rejection.BAD_RATE);
        assertThat(rig.push("lat:1|ms|@1e-300")).isEqualTo(Rejection.BAD_RATE);
        assertThat(rig.push("lat:0|ms")).isNull();
    }

    @Test
    void valuesThreeHundredOrdersOfMagnitudeApartAreHeldInLittleMemory() {
        rig.push("lat:1e-300|ms");
        rig.push("lat:1|ms");
        rig.push("lat:1e300|ms");
        rig.tick();

        assertThat(newest("lat").bucketCount()).isEqualTo(3);
        assertThat(newest("lat").max()).isEqualTo(1e300);
    }

    @Test
    void coarseningKeepsEveryObservation() {
        Random random = new Random(5);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < 3 * 3_600; i++) {
            if (i % 7 == 0) {
                double value = random.nextInt(1_000);
                rig.push("lat:" + value + "|ms");
                sum += value;
                count++;
            }
            rig.tick();
        }
        Series lat = rig.series("lat");
        RangeEnds ends = lat.ends(TableRig.START - 600_000, rig.now());
        assertThat(ends.growth().count()).isEqualTo(count);
        assertThat(ends.growth().sum()).isEqualTo(sum);
        assertThat(newest("lat").count()).isEqualTo(count);
        double parts = 0;
        for (long t = TableRig.START - 60_000; t < rig.now(); t += 60_000) {
            Distribution minute = lat.ends(t - 1, t + 60_000).growth();
            parts += minute == null ? 0 : minute.count();
        }
        assertThat(parts).isEqualTo(count);
        Points early = new Points();
        long anHour = TableRig.START + 3_600_000;
        assertThat(lat.newest(anHour - 300_000, anHour, early)).isTrue();
        assertThat(early.distribution[0].count()).isEqualTo(Math.ceil(3_600 / 7.0));
    }

    @Test
    void anIdleDistributionKeepsItsObservationsWhenItsFineHistoryIsDropped() {
        rig.push("lat:1|ms");
        rig.push("lat:2|ms");
        rig.tick();
        for (int i = 0; i < 50; i++) {
            rig.idle(Duration.ofMinutes(1));
        }

        assertThat(newest("lat").count()).isEqualTo(2);
        assertThat(rig.series("lat")
                        .ends(TableRig.START - 120_000, rig.now())
                        .growth()
                        .count())
                .isEqualTo(2);
    }
}
