package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GaugeTest {
    private final TableRig rig = new TableRig();

    @Test
    void lastValueOfAnIntervalCounts() {
        rig.push("t:5|g");
        rig.push("t:-3|g");
        rig.tick();

        assertThat(rig.value("t")).isEqualTo(-3);
    }

    @Test
    void isStaleExactlyFiveMinutesAfterItsLastSample() {
        rig.push("t:5|g");
        rig.tick();
        rig.idle(Duration.ofSeconds(299));
        assertThat(rig.value("t")).isEqualTo(5);
        rig.tick();

        assertThat(rig.value("t")).isNaN();
    }

    @Test
    void aRepeatedValueKeepsItAlive() {
        rig.push("t:5|g");
        rig.tick();
        rig.idle(Duration.ofSeconds(200));
        rig.push("t:5|g");
        rig.tick();
        rig.idle(Duration.ofSeconds(200));

        assertThat(rig.value("t")).isEqualTo(5);
    }

    @Test
    void staleIsNotForgotten() {
        rig.push("t:5|g");
        rig.tick();
        rig.idle(Duration.ofMinutes(30));
        assertThat(rig.value("t")).isNaN();
        assertThat(rig.push("t:1|g+")).isNull();
        rig.tick();

        assertThat(rig.value("t")).isEqualTo(6);
        Points points = TableRig.points(rig.series("t"), TableRig.START, rig.now());
        assertThat(points.value[points.size - 2]).isEqualTo(5);
        assertThat(points.timeMillis[points.size - 2]).isEqualTo(TableRig.START + 300_000);
    }

    @Test
    void adjustmentsApplyToTheValueItHasInOrder() {
        rig.push("t:2|g+");
        rig.tick();
        assertThat(rig.value("t")).isEqualTo(2);
        rig.push("t:-5|g+");
        rig.tick();
        assertThat(rig.value("t")).isEqualTo(-3);
        rig.push("t:100|g+");
        rig.push("t:10|g");
        rig.push("t:1|g+");
        rig.tick();

        assertThat(rig.value("t")).isEqualTo(11);
    }

    @Test
    void adjustmentsThroughSeveralShardsAddUp() {
        rig.shards.add(rig.table.openShard("second"));
        rig.push(0, "t:10|g");
        rig.tick();
        rig.push(0, "t:1|g+");
        rig.push(1, "t:2|g+");
        rig.tick();

        assertThat(rig.value("t")).isEqualTo(13);
    }

    @Test
    void ofTwoShardsTheOneOpenedLastWinsInWhateverOrderTheyArrive() {
        rig.shards.add(rig.table.openShard("second"));
        rig.push(1, "t:2|g");
        rig.push(0, "t:1|g");
        ClosedInterval first = rig.shards.get(0).flip(rig.now());
        ClosedInterval second = rig.shards.get(1).flip(rig.now());
        rig.clock.advance(Duration.ofSeconds(1));
        rig.table.close(rig.now(), List.of(second, first));

        assertThat(rig.value("t")).isEqualTo(2);
    }

    @Test
    void aPastValueHoldsUntilTheNextStoredOne() {
        rig.push("t:1|g");
        rig.tick();
        rig.ticks(9);
        rig.push("t:2|g");
        rig.tick();
        rig.push("t:50|g|T" + (TableRig.START + 5_000));
        rig.tick();

        Points points = TableRig.points(rig.series("t"), TableRig.START, rig.now());
        assertThat(Arrays.copyOf(points.value, points.size)).containsExactly(1, 1, 1, 1, 50, 50, 50, 50, 50, 50, 2, 2);
    }

    @Test
    void aPastValueDoesNotReplaceTheNewestOne() {
        rig.push("t:1|g");
        rig.tick();
        rig.ticks(9);
        rig.push("t:1|g");
        rig.tick();
        rig.push("t:50|g|T" + (TableRig.START + 5_000));
        rig.tick();

        assertThat(rig.value("t")).isEqualTo(1);
        assertThat(rig.valueAt(TableRig.START + 5_000, "t")).isEqualTo(50);
    }

    @Test
    void endsAgreeWithThePointsInEveryRangeFallsIncluded() {
        double[] values = {5, 3, 3, 8, 1, 1, 9};
        for (int i = 0; i < 40; i++) {
            if (i > 4 && i % 2 == 0) {
                rig.push("t:" + values[i % values.length] + "|g");
            }
            rig.tick();
        }
        Series t = rig.series("t");
        for (int from = -3; from < 45; from++) {
            for (int to = from; to < 45; to++) {
                long after = TableRig.START + from * 1_000L;
                long until = TableRig.START + to * 1_000L;
                assertThat(t.ends(after, until))
                        .as("(%s, %s]", from, to)
                        .isEqualTo(RangeEnds.of(TableRig.points(t, after, until)));
            }
        }
    }
}
