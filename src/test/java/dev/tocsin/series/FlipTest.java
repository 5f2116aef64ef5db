package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.SampleBatch;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlipTest {
    private final TableRig rig = new TableRig();

    @Test
    void aFlipBeforeTheLastIntervalWasMergedHandsNothingOverAndLosesNothing() {
        rig.push("hits:1|c");
        rig.push("lat:1|ms");
        ClosedInterval first = rig.shards.getFirst().flip(rig.now());
        rig.push("hits:2|c");
        rig.push("lat:2|ms");
        ClosedInterval second = rig.shards.getFirst().flip(rig.now());
        rig.push("hits:4|c");

        assertThat(first.isSkipped()).isFalse();
        assertThat(second.isSkipped()).isTrue();
        assertThat(rig.table.statistics().skippedFlips()).isEqualTo(1);
        rig.clock.advance(Duration.ofSeconds(1));
        rig.table.close(rig.now(), List.of(first, second));
        assertThat(rig.value("hits")).isEqualTo(1);
        rig.tick();
        assertThat(rig.value("hits")).isEqualTo(7);
        assertThat(rig.value("lat_count")).isEqualTo(2);
    }

    @Test
    void intervalsAbsorbedBeforeTheTickAreReadableOnlyWithIt() {
        rig.push("hits:1|c");
        rig.push("users:ann|s");
        rig.table.absorb(rig.shards.getFirst().flip(rig.now()));
        rig.push("hits:2|c");
        rig.push("users:bob|s");
        assertThat(rig.value("hits")).isNaN();
        rig.tick();

        assertThat(rig.value("hits")).isEqualTo(3);
        assertThat(rig.value("users")).isEqualTo(2);
    }

    @Test
    void aTickThatIsNotLaterThanTheLastIsReadableWithTheNextThatIs() {
        rig.push("hits:1|c");
        rig.tick();
        rig.push("hits:2|c");
        rig.closeNow();
        assertThat(rig.value("hits")).isEqualTo(1);
        rig.tick();

        assertThat(rig.value("hits")).isEqualTo(3);
    }

    @Test
    void anIntervalGivenTwiceIsMergedOnce() {
        rig.push("hits:1|c");
        ClosedInterval interval = rig.shards.getFirst().flip(rig.now());
        rig.clock.advance(Duration.ofSeconds(1));
        rig.table.close(rig.now(), List.of(interval, interval));

        assertThat(rig.value("hits")).isEqualTo(1);
    }

    @Test
    void acceptingKnownSeriesAllocatesNothing() {
        SampleBatch batch = SampleBatch.dogStatsd(4_096, 1 << 17);
        for (int i = 0; i < 1_000; i++) {
            TableRig.addLine(batch, "hits." + i + ":1|c|#a:b,c:d");
            TableRig.addLine(batch, "t." + i + ":1.5|g|#a:b,c:d");
            TableRig.addLine(batch, "lat." + i + ":" + i + "|ms|@0.3|#a:b,c:d");
            TableRig.addLine(batch, "users." + i % 10 + ":u" + i + "|s|#a:b,c:d");
        }
        Shard shard = rig.shards.getFirst();
        for (int warmUp = 0; warmUp < 30; warmUp++) {
            shard.accept(batch, rig.now());
            rig.tick();
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        threads.getThreadAllocatedBytes(thread);
        long before = threads.getThreadAllocatedBytes(thread);
        shard.accept(batch, rig.now());
        long after = threads.getThreadAllocatedBytes(thread);

        assertThat(after - before).isZero();
    }
}
