package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long the table holds up the thread that receives: batches of 64 samples while it grows to a million series, flips
 * with all of 100,000 series touched, and steps while the million expire and their keys and slots are given up.
 *
 * <pre>
 *   SeriesPauses [SERIES]
 * </pre>
 *
 * CPU time of the thread, so that what else the machine does is not counted. A first round, on a table of its own, is
 * not shown: in it the code is compiled.
 */
public final class SeriesPauses {
    private static final int ROWS = 64;
    private static final int FLIPS = 60;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ManualClock clock = new ManualClock(TableRig.START);
    private final SeriesTable table;
    private final Shard shard;
    private final SampleBatch batch = SampleBatch.dogStatsd(ROWS, 8_192);
    private final boolean shown;
    private long tick = TableRig.START;

    private SeriesPauses(boolean shown) {
        this.shown = shown;
        table = new SeriesTable(
                SeriesLimits.defaults().withSeries(2_000_000, 2_000_000), TimelineSettings.defaults(), clock);
        shard = table.openShard("pauses");
    }

    public static void main(String[] args) {
        int series = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        new SeriesPauses(false).run(series / 4);
        new SeriesPauses(true).run(series);
    }

    private void run(int series) {
        int some = Math.min(series, 100_000);
        report("a batch of 64 new series, up to " + some, push(0, some));
        long[] flips = new long[FLIPS];
        for (int i = 0; i < FLIPS; i++) {
            push(0, some);
            flips[i] = close();
        }
        report("a flip, " + some + " series touched", flips);
        report("a batch of 64 new series, up to " + series, push(some, series));
        long idleSeconds = TimelineSettings.defaults().forgetMillis() / 1_000 + 1;
        close();
        clock.advance(Duration.ofSeconds(idleSeconds));
        tick += idleSeconds * 1_000;
        long[] sweeps = new long[100_000];
        for (int i = 0; i < sweeps.length; i++) {
            sweeps[i] = i % 100 == 0 ? close() : pass();
        }
        report("a step while " + series + " expire (" + table.statistics().liveTotal() + " left)", sweeps);
    }

    /** @return the CPU time of each batch */
    private long[] push(int from, int to) {
        long[] nanos = new long[(to - from) / ROWS];
        for (int b = 0; b < nanos.length; b++) {
            batch.reset();
            for (int i = from + b * ROWS; i < from + (b + 1) * ROWS; i++) {
                int nameStart = batch.length;
                batch.append("service.requests");
                int tagsStart = batch.length;
                batch.append("host:h" + i);
                batch.add(Kind.COUNTER, nameStart, tagsStart, tagsStart, batch.length, 1);
            }
            long before = THREADS.getCurrentThreadCpuTime();
            shard.accept(batch, clock.wallMillis());
            nanos[b] = THREADS.getCurrentThreadCpuTime() - before;
        }
        return nanos;
    }

    /** @return the CPU time of a batch of nothing, 10 ms after the one before */
    private long pass() {
        batch.reset();
        clock.advance(Duration.ofMillis(10));
        long before = THREADS.getCurrentThreadCpuTime();
        shard.accept(batch, clock.wallMillis());
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    /** @return the CPU time of the flip alone: the rest of a tick is not the receiving thread's */
    private long close() {
        tick += 1_000;
        clock.advance(Duration.ofMillis(Math.max(0, tick - clock.wallMillis())));
        long before = THREADS.getCurrentThreadCpuTime();
        ClosedInterval interval = shard.flip(tick);
        long nanos = THREADS.getCurrentThreadCpuTime() - before;
        table.close(tick, List.of(interval));
        return nanos;
    }

    private void report(String what, long[] nanos) {
        if (shown) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            System.out.printf(
                    Locale.ROOT,
                    "%-60s p50 %8.1f µs   p99.9 %8.1f µs   longest %8.1f µs%n",
                    what,
                    sorted[sorted.length / 2] / 1e3,
                    sorted[(int) (sorted.length * 0.999)] / 1e3,
                    sorted[sorted.length - 1] / 1e3);
        }
    }
}
