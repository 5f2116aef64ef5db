package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Arrivals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final TableRig rig = new TableRig();

    private Arrivals closeAt(long tickMillis) {
        rig.table.close(
                tickMillis,
                rig.shards.stream().map(shard -> shard.flip(tickMillis)).toList());
        return rig.table.arrivals();
    }

    private void pushAfter(long millis, int shard) {
        rig.clock.advance(Duration.ofMillis(millis));
        rig.push(shard, "load:1|g");
    }

    @Test
    void areThoseOfTheFirstAndTheLastSampleOfTheIntervalInAllShards() {
        rig.shards.add(rig.table.openShard("other"));
        pushAfter(250, 0);
        pushAfter(100, 0);
        pushAfter(300, 1);

        assertThat(closeAt(TableRig.START + 1_000)).isEqualTo(new Arrivals(TableRig.START + 250, TableRig.START + 650));
    }

    @Test
    void whatComesAfterTheTickUntilItIsClosedCameAtTheTick() {
        pushAfter(1_004, 0);

        assertThat(closeAt(TableRig.START + 1_000))
                .isEqualTo(new Arrivals(TableRig.START + 1_000, TableRig.START + 1_000));
    }

    @Test
    void areUnknownWhereNothingCame() {
        pushAfter(10, 0);
        closeAt(TableRig.START + 1_000);

        assertThat(closeAt(TableRig.START + 2_000).isKnown()).isFalse();
    }

    @Test
    void areKeptUntilALongTickIsClosed() {
        pushAfter(10, 0);
        rig.table.absorb(rig.shards.getFirst().flip(TableRig.START + 1_000));
        pushAfter(500, 0);

        assertThat(closeAt(TableRig.START + 1_000)).isEqualTo(new Arrivals(TableRig.START + 10, TableRig.START + 510));
    }
}
