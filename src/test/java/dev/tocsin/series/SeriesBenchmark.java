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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The series table's stages at issue W1's mix (40 % counters, 20 % gauges, 40 % distributions): look-up and record of
 * one batch, and a tick that closes what was recorded. Run {@link #main}; times are per sample, allocation too.
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
    private SampleBatch[] batches;
    private int next;
    private long tick = TableRig.START;

    @Setup(Level.Trial)
    public void fill() {
        table = new SeriesTable(
                SeriesLimits.defaults().withSeries(1_000_000, 1_000_000), TimelineSettings.defaults(), clock);
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
    }

    private void add(SampleBatch batch, int i, Random random) {
        int row = batch.addRow();
        batch.kind[row] = i % 5 < 2 ? Kind.COUNTER : i % 5 == 2 ? Kind.GAUGE : Kind.DISTRIBUTION;
        batch.nameStart[row] = batch.length;
        batch.append("service.requests." + i);
        batch.nameEnd[row] = batch.length;
        batch.append(":320|ms|#");
        batch.tagsStart[row] = batch.length;
        for (int t = 0; t < tags; t++) {
            batch.append(
                    (t == 0 ? "" : ",") + new String[] {"env:prod", "region:eu-1", "host:h" + i % 100, "v:1.2"}[t]);
        }
        batch.tagsEnd[row] = batch.length;
        batch.value[row] = batch.kind[row] == Kind.COUNTER ? 1 : Math.rint(Math.exp(random.nextGaussian() + 4));
        batch.weight[row] = 1;
        batch.timeMillis[row] = SampleBatch.NOW;
    }

    private void close() {
        tick += 1_000;
        clock.advance(Duration.ofSeconds(1));
        table.close(tick, List.of(shard.flip(tick)));
    }

    /** Look-up and record, per sample. Columns are emptied every million samples, without being merged. */
    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(ROWS)
    public void accept() {
        shard.accept(batches[next++ & BATCHES - 1], clock.wallMillis());
        if ((next & 0x3fff) == 0) {
            IntervalColumns taken = shard.flip(tick).take();
            taken.observations.reset();
            taken.counters.drain((slot, value) -> {});
            taken.gauges.drain((slot, value, adjusted) -> {});
            shard.giveBack(taken);
        }
    }

    /** All batches and then a tick, per sample: what a second costs in all. */
    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(ROWS * BATCHES)
    public void acceptAndTick() {
        for (SampleBatch batch : batches) {
            shard.accept(batch, clock.wallMillis());
        }
        close();
    }

    /** @param args a regular expression of benchmark names */
    public static void main(String[] args) throws Exception {
        new Runner(new OptionsBuilder()
                        .include(args.length > 0 ? args[0] : SeriesBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }
}
