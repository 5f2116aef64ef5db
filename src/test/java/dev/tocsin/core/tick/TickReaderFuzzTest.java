package dev.tocsin.core.tick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.PackedBuckets;
import dev.tocsin.core.Points;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickReaderFuzzTest {
    private static final long TICK = 1_700_000_000_000L;

    private static EncodedTick written() {
        TickWriter out = new TickWriter();
        byte[] packed = new PackedBuckets.Writer().pack(Distribution.ofValues(BucketLayout.TWO_DIGITS, 1, 2, 2, 30));
        out.begin(TICK, 7);
        out.nameScalar(3, Kind.COUNTER, Labels.of("__name__", "hits", "k", "v"), TICK, 12.5);
        out.counter(3, 2.5);
        out.nameScalar(1, Kind.GAUGE, Labels.of("__name__", "load", "k", "v"), TICK - 2_000, -0.0);
        out.gauge(1, -0.0);
        out.nameDistribution(0, BucketLayout.TWO_DIGITS, Labels.of("__name__", "took"), TICK, 4, 35, packed);
        out.distribution(0, packed);
        out.nameSet(2, Labels.of("__name__", "users"), Long.MIN_VALUE);
        out.set(2, 2, new long[] {-1, 77}, 2);
        out.late(3, TICK - 5_000, 4, 1);
        out.nameRecorded(4, Labels.of("__name__", "job:rate"));
        out.recorded(4, TICK - 1_000, Points.STALE, null);
        out.recorded(
                4,
                TICK,
                Double.NaN,
                Distribution.ofValues(BucketLayout.ONE_DIGIT, 4).times(0.25));
        return out.end(9, true);
    }

    private static TickColumns read(TickReader reader, EncodedTick tick) {
        reader.names(tick.position(), tick.tickMillis(), tick.names(), 0, tick.names().length);
        return reader.columns(tick.position(), tick.tickMillis(), tick.columns(), 0, tick.columns().length);
    }

    @Test
    void readsBackWhatWasWritten() {
        TickColumns read = read(new TickReader(), written());

        assertThat(read.names.generation()).isEqualTo(7);
        assertThat(read.names.labels(3)).isEqualTo(Labels.of("__name__", "hits", "k", "v"));
        assertThat(read.names.kind(3)).isEqualTo(Kind.COUNTER);
        assertThat(read.counters.series[0]).isEqualTo(3);
        assertThat(read.counters.delta[0]).isEqualTo(2.5);
        assertThat(read.counters.total[0])
                .as("as told, the late sample included, and what came")
                .isEqualTo(15);
        assertThat(Double.doubleToRawLongBits(read.gauges.value[0])).isEqualTo(Double.doubleToRawLongBits(-0.0));
        assertThat(read.distributions.count[0]).isEqualTo(4);
        assertThat(read.distributions.sum[0]).isEqualTo(35);
        assertThat(read.distributions.totalCount[0]).isEqualTo(8);
        assertThat(read.distributions.totalSum[0]).isEqualTo(70);
        assertThat(read.sets.distinct[0]).isEqualTo(2);
        assertThat(read.sets.members).startsWith(-1, 77);
        assertThat(read.late.timeMillis[0]).isEqualTo(TICK - 5_000);
        assertThat(read.names.isRecorded(4)).isTrue();
        assertThat(Points.isStale(read.recorded.value[0])).isTrue();
        assertThat(read.recorded.timeMillis[0]).isEqualTo(TICK - 1_000);
        assertThat(read.recorded.distribution[1])
                .isEqualTo(Distribution.ofValues(BucketLayout.ONE_DIGIT, 4).times(0.25));
    }

    @Test
    void rowsOfSeriesWhoseNamesWereLostAreLeftOutAndCounted() {
        EncodedTick tick = written();
        TickReader reader = new TickReader();

        TickColumns read = reader.columns(tick.position(), tick.tickMillis(), tick.columns(), 0, tick.columns().length);

        assertThat(read.counters.size + read.gauges.size + read.distributions.size)
                .isZero();
        assertThat(read.sets.size + read.late.size + read.recorded.size).isZero();
        assertThat(reader.rowsPassedOver()).isEqualTo(7);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverTheBytesAreItSaysThatTheyAreUnreadableOrReadsThem(long seed) {
        Random random = new Random(seed);
        EncodedTick good = written();
        for (int i = 0; i < 20_000; i++) {
            EncodedTick bad =
                    new EncodedTick(9, true, TICK, damaged(good.names(), random), damaged(good.columns(), random));
            try {
                assertThat(read(new TickReader(), bad).position).isEqualTo(9);
            } catch (ByteReader.UnreadableException e) {
                assertThat(e.getMessage()).isNotEmpty();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " round " + i, e);
            }
        }
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] copy =
                java.util.Arrays.copyOf(bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
        for (int n = random.nextInt(4); n > 0 && copy.length > 0; n--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }
}
