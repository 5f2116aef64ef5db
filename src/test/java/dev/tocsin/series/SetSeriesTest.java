package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Rejection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SetSeriesTest {
    private final TableRig rig = new TableRig();

    @Test
    void countsDistinctMembersOfTheTrailingTenSeconds() {
        rig.push("users:ann|s");
        rig.push("users:bob|s");
        rig.push("users:ann|s");
        rig.tick();
        assertThat(rig.value("users")).isEqualTo(2);
        rig.push("users:ann|s");
        rig.push("users:cem|s");
        rig.tick();
        assertThat(rig.value("users")).isEqualTo(3);
        rig.ticks(8);
        assertThat(rig.value("users")).isEqualTo(3);
        rig.tick();
        assertThat(rig.value("users")).isEqualTo(2);
        rig.tick();

        assertThat(rig.value("users")).isZero();
    }

    @Test
    void theSameMemberThroughTwoShardsIsOne() {
        rig.shards.add(rig.table.openShard("second"));
        rig.push(0, "users:ann|s");
        rig.push(1, "users:ann|s");
        rig.push(1, "users:bob|s");
        rig.tick();

        assertThat(rig.value("users")).isEqualTo(2);
    }

    @Test
    void isZeroUntilItIsForgotten() {
        rig.push("users:ann|s");
        rig.tick();
        rig.ticks(20);
        rig.idle(Duration.ofMinutes(59));
        assertThat(rig.value("users")).isZero();
        rig.idle(Duration.ofMinutes(2));

        assertThat(rig.value("users")).isNaN();
    }

    @Test
    void isExactUpToTenThousandMembersAndEstimatedBeyond() {
        for (int i = 0; i < 10_000; i++) {
            rig.push("users:u" + i + "|s");
        }
        rig.tick();
        assertThat(rig.value("users")).isEqualTo(10_000);
        assertThat(rig.table.statistics().estimatedSets()).isZero();
        for (int i = 0; i < 90_000; i++) {
            rig.push("users:v" + i + "|s");
        }
        rig.tick();
        assertThat(rig.value("users")).isCloseTo(100_000, within(5_000.0));
        assertThat(rig.table.statistics().estimatedSets()).isEqualTo(1);
        rig.ticks(9);
        assertThat(rig.value("users")).isCloseTo(90_000, within(4_500.0));
        rig.tick();
        assertThat(rig.value("users")).isZero();
        rig.push("users:ann|s");
        rig.tick();

        assertThat(rig.value("users")).isEqualTo(1);
    }

    @Test
    void aTimestampInsideTheWindowCountsAsNowAndAnEarlierOneIsRejected() {
        rig.ticks(20);
        assertThat(rig.push("users:ann|s|T" + (rig.now() - 9_999))).isNull();
        assertThat(rig.push("users:bob|s|T" + (rig.now() - 10_000))).isEqualTo(Rejection.BAD_TIMESTAMP);
        rig.tick();

        assertThat(rig.value("users")).isEqualTo(1);
    }
}
