package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The series table's stages at a mix of 40 % counters, 20 % gauges and 40 % distributions, one by one and together, in
 * nanoseconds per sample. Run with {@code -prof gc}: for series that are known, look-up and record allocate nothing
 * (JMH's own few bytes per call show as less than 0.1 B/op). A tick does: it writes the history.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx4g", "-XX:+UseParallelGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class SeriesBenchmark {
    private static final int BATCHES = 4_096;
    private static final int ROWS = 64;

    @Param({"1000", "100000"})
    public int series;

    @Param({"0", "4"})
    public int tags;

    private final ManualClock clock = new ManualClock(TableRig.START);
    private SeriesTable table;
    private Shard shard;
    private ShardKeys keys;
    private IntervalColumns columns;
    private int[][] slots;
    private SampleBatch[] batches;
    private int next;
    private long tick = TableRig.START;

    @Setup(Level.Trial)
    public void fill() {
        SeriesLimits limits = SeriesLimits.defaults().withSeries(1_000_000, 1_000_000);
        table = new SeriesTable(limits, TimelineSettings.defaults(), clock);
        shard = table.openShard("benchmark");
        Random random = new Random(1);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < BATCHES * ROWS; i++) {
            order.add(i % series);
        }
        Collections.shuffle(order, random);
        batches = new SampleBatch[BATCHES];
        for (int b = 0; b < BATCHES; b++) {
            batches[b] = SampleBatch.dogStatsd(ROWS, 4_096);
            for (int r = 0; r < ROWS; r++) {
                add(batches[b], order.get(b * ROWS + r), random);
            }
        }
        for (SampleBatch batch : batches) {
            shard.accept(batch, clock.wallMillis());
        }
        close();
        fillStages(limits);
    }

    /** Keys and columns of their own, so that each stage can be driven alone. */
    private void fillStages(SeriesLimits limits) {
        Timeline timeline = new Timeline(TimelineSettings.defaults(), clock);
        Registry registry = new Registry(limits, timeline);
        Shard alone = new Shard("alone", 0, limits, registry, timeline, new Tallies());
        keys = new ShardKeys(alone, registry, new SampleNames(limits));
        columns = new IntervalColumns(limits);
        slots = new int[BATCHES][ROWS];
        for (int b = 0; b < BATCHES; b++) {
            for (int r = 0; r < ROWS; r++) {
                int code = keys.find(batches[b], r);
                slots[b][r] = Shard.slotOf(code < 0 ? keys.admit(batches[b], r) : code);
            }
        }
    }

    private void add(SampleBatch batch, int i, Random random) {
        Kind kind = i % 5 < 2 ? Kind.COUNTER : i % 5 == 2 ? Kind.GAUGE : Kind.DISTRIBUTION;
        int nameStart = batch.length;
        batch.append("service.requests." + i);
        int nameEnd = batch.length;
        batch.append(":320|ms|#");
        int tagsStart = batch.length;
        for (int t = 0; t < tags; t++) {
            batch.append(
                    (t == 0 ? "" : ",") + new String[] {"env:prod", "region:eu-1", "host:h" + i % 100, "v:1.2"}[t]);
        }
        double value = kind == Kind.COUNTER ? 1 : Math.rint(Math.exp(random.nextGaussian() + 4));
        batch.add(kind, nameStart, nameEnd, tagsStart, batch.length, value);
    }

    private void close() {
        tick += 1_000;
        clock.advance(Duration.ofSeconds(1));
        table.close(tick, List.of(shard.flip(tick)));
    }

    /** From name and tags to the series' number. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int lookUp() {
        SampleBatch batch = batches[next++ & BATCHES - 1];
        long sum = keys.touch(batch, 0, ROWS);
        for (int row = 0; row < ROWS; row++) {
            sum += keys.find(batch, row);
        }
        return (int) sum;
    }

    /** From the series' number to the interval's columns. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void record() {
        int[] numbers = slots[next & BATCHES - 1];
        SampleBatch batch = batches[next++ & BATCHES - 1];
        for (int row = 0; row < ROWS; row++) {
            double value = batch.value(row);
            switch (batch.kind(row)) {
                case COUNTER -> columns.counters.add(numbers[row], value);
                case GAUGE -> columns.gauges.set(numbers[row], value);
                default -> columns.observations.add(numbers[row], Double.doubleToRawLongBits(value), 1);
            }
        }
        if ((next & 0x3fff) == 0) {
            empty(columns);
        }
    }

    /** Both. Columns are emptied every million samples, without being merged. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void accept() {
        shard.accept(batches[next++ & BATCHES - 1], clock.wallMillis());
        if ((next & 0x3fff) == 0) {
            IntervalColumns taken = shard.flip(tick).take();
            empty(taken);
            shard.giveBack(taken);
        }
    }

    private static void empty(IntervalColumns taken) {
        taken.observations.reset();
        taken.counters.drain((slot, value) -> {});
        taken.gauges.drain((slot, value, adjusted) -> {});
    }

    /** A full interval before each tick; its table is not the benchmark's own: JMH makes a state for each use. */
    @State(Scope.Thread)
    public static class FullInterval {
        private SeriesBenchmark filled;

        @Setup(Level.Invocation)
        public void fill(SeriesBenchmark of) {
            filled = of;
            for (SampleBatch batch : of.batches) {
                of.shard.accept(batch, of.clock.wallMillis());
            }
        }
    }

    /** Closing an interval of 262,144 samples, by sample: flip, merge, write the history. */
    @Benchmark
    @OperationsPerInvocation(ROWS * BATCHES)
    public void tick(FullInterval interval) {
        interval.filled.close();
    }

    /** All batches and then a tick, per sample: what a second costs in all. */
    @Benchmark
    @OperationsPerInvocation(ROWS * BATCHES)
    public void acceptAndTick() {
        for (SampleBatch batch : batches) {
            shard.accept(batch, clock.wallMillis());
        }
        close();
    }
}
