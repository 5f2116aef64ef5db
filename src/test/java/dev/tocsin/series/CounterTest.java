package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CounterTest {
    private final TableRig rig = new TableRig();

    @Test
    void incrementsOfOneIntervalAreReadableAtItsTick() {
        rig.push("hits:2|c");
        rig.push("hits:3|c");
        assertThat(rig.value("hits")).isNaN();
        rig.tick();

        assertThat(rig.value("hits")).isEqualTo(5);
    }

    @Test
    void totalGoesOnAndHoldsBetweenIncrements() {
        rig.push("hits:2|c");
        rig.tick();
        rig.ticks(2);
        rig.push("hits:1|c");
        rig.tick();

        Points points = TableRig.points(rig.series("hits"), TableRig.START, rig.now());
        assertThat(Arrays.copyOf(points.value, points.size)).containsExactly(2, 2, 2, 3);
        assertThat(points.timeMillis[3]).isEqualTo(TableRig.START + 4_000);
    }

    @Test
    void hasAZeroOneTickBeforeItsFirstIncrement() {
        rig.ticks(3);
        rig.push("hits:7|c");
        rig.ticks(2);

        Series hits = rig.series("hits");
        Points points = TableRig.points(hits, TableRig.START, rig.now());
        assertThat(Arrays.copyOf(points.value, points.size)).containsExactly(0, 7, 7);
        assertThat(points.timeMillis[0]).isEqualTo(TableRig.START + 3_000);
        RangeEnds ends = hits.ends(TableRig.START, rig.now());
        assertThat(ends.lastValue() - ends.firstValue()).isEqualTo(7);
        assertThat(ends.count()).isEqualTo(3);
    }

    @Test
    void theZeroBeforeItsFirstIncrementIsNotReadableBeforeTheIncrementIs() {
        rig.ticks(3);
        rig.push("hits:7|c");
        assertThat(rig.select(0, rig.now(), "hits")).isEmpty();
    }

    @Test
    void endsAgreeWithThePointsInEveryRange() {
        for (int i = 0; i < 40; i++) {
            if (i % 3 == 0 && i > 4) {
                rig.push("hits:" + i + "|c");
            }
            rig.tick();
        }
        Series hits = rig.series("hits");
        for (int from = -3; from < 45; from++) {
            for (int to = from; to < 45; to++) {
                long after = TableRig.START + from * 1_000L + 500;
                long until = TableRig.START + to * 1_000L;
                assertThat(hits.ends(after, until))
                        .as("(%s, %s]", from, to)
                        .isEqualTo(RangeEnds.of(TableRig.points(hits, after, until)));
            }
        }
    }

    @Test
    void isForgottenExactlyAnHourAfterItsLastIncrement() {
        rig.push("hits:1|c");
        rig.tick();
        rig.idle(Duration.ofHours(1).minusSeconds(1));
        assertThat(rig.value("hits")).isEqualTo(1);
        rig.tick();

        assertThat(rig.value("hits")).isNaN();
    }

    @Test
    void aTotalThatComesBackAfterBeingForgottenGoesOnSoThatIncreaseCountsOnlyWhatIsNew() {
        rig.push("hits:10|c");
        rig.tick();
        rig.idle(Duration.ofMinutes(70));
        rig.push("hits:4|c");
        rig.tick();

        Series hits = rig.series("hits");
        assertThat(rig.value("hits")).isEqualTo(14);
        RangeEnds ends = hits.ends(TableRig.START - 60_000, rig.now());
        assertThat(ends.lastValue() - ends.firstValue() + ends.resetCorrection())
                .isEqualTo(14);
        ends = hits.ends(rig.now() - 60_000, rig.now());
        assertThat(ends.lastValue() - ends.firstValue() + ends.resetCorrection())
                .isEqualTo(4);
    }

    @Test
    void aNegativeIncrementIsABadValue() {
        assertThat(rig.push("hits:-1|c")).isEqualTo(Rejection.BAD_VALUE);
    }

    @Test
    void shardsAddUp() {
        rig.shards.add(rig.table.openShard("second"));
        rig.push(0, "hits:1|c|#a:b");
        rig.push(1, "hits:2|c|#a:b");
        rig.tick();

        assertThat(rig.value("hits", "a", "b")).isEqualTo(3);
    }

    @Test
    void aPastTimestampCountsFromThatTimeOn() {
        rig.push("hits:1|c");
        rig.tick();
        rig.ticks(10);
        long past = TableRig.START + 5_000;
        assertThat(rig.push("hits:100|c|T" + past)).isNull();
        rig.tick();

        assertThat(rig.valueAt(past - 1_000, "hits")).isEqualTo(1);
        assertThat(rig.valueAt(past, "hits")).isEqualTo(101);
        assertThat(rig.value("hits")).isEqualTo(101);
    }

    @Test
    void aTimestampBeforeTheFirstIncrementMovesTheBeginning() {
        rig.ticks(20);
        rig.push("hits:1|c");
        rig.tick();
        rig.push("hits:5|c|T" + (TableRig.START + 3_000));
        rig.tick();

        Points points = TableRig.points(rig.series("hits"), 0, rig.now());
        assertThat(points.timeMillis[0]).isEqualTo(TableRig.START + 2_000);
        assertThat(points.value[0]).isZero();
        assertThat(points.value[1]).isEqualTo(5);
        assertThat(rig.value("hits")).isEqualTo(6);
    }

    @Test
    void timestampsOutsideTheFineHistoryOrTooFarAheadAreRejected() {
        rig.ticks(2);
        assertThat(rig.push("hits:1|c|T" + (rig.now() - 900_000))).isEqualTo(Rejection.BAD_TIMESTAMP);
        assertThat(rig.push("hits:1|c|T" + (rig.now() - 899_000))).isNull();
        assertThat(rig.push("hits:1|c|T" + (rig.now() + 10_001))).isEqualTo(Rejection.BAD_TIMESTAMP);
        assertThat(rig.push("hits:1|c|T" + (rig.now() + 10_000))).isNull();
        rig.tick();

        assertThat(rig.value("hits")).isEqualTo(2);
    }
}
