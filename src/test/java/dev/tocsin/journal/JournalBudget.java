package dev.tocsin.journal;

import com.sun.management.ThreadMXBean;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Kind;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.series.RecordingSettings;
import dev.tocsin.series.Restoration;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.series.TimelineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What the journal costs, and how long a restart takes to read it back: series of which 70 % are scalars that change every
 * second and 30 % distributions with ten samples a second. Arguments: series, ticks of a second, folder
 * (emptied, unless {@code keep} follows: then what a run before left there is read). Where {@code write} follows, it only
 * writes, as if the last tick had been half a minute before it began: for a server that is started on the folder
 * ({@code load-tests/restart.sh}).
 */
public final class JournalBudget {
    private static final long START = 1_700_002_800_000L;
    /** When it begins to write; so many more as it takes when it is done. */
    private static final int LAST_TICK_SECONDS_AGO = 30;

    private static final int ROWS = 64;
    private static final int SAMPLES = 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ManualClock clock;
    private final SampleBatch batch = SampleBatch.dogStatsd(ROWS, 1 << 14);
    private final Random random = new Random(1);
    private final int series;

    private JournalBudget(int series, long startMillis) {
        this.series = series;
        clock = new ManualClock(startMillis);
    }

    public static void main(String[] args) throws Exception {
        int ticks = Integer.parseInt(args[1]);
        Path folder = Path.of(args[2]);
        if (args.length > 3 && args[3].equals("write")) {
            long now = Clock.system().wallMillis();
            long start = now - now % 1_000 - (ticks + LAST_TICK_SECONDS_AGO) * 1_000L;
            empty(folder);
            new JournalBudget(Integer.parseInt(args[0]), start).write(ticks, folder);
            return;
        }
        JournalBudget budget = new JournalBudget(Integer.parseInt(args[0]), START);
        boolean kept = args.length > 3;
        if (kept && Files.isDirectory(folder)) {
            budget.clock.advance(Duration.ofSeconds(ticks));
        } else {
            empty(folder);
            budget.write(ticks, folder);
        }
        budget.clock.advance(Duration.ofSeconds(2));
        budget.read(folder);
        if (!kept) {
            empty(folder);
        }
    }

    private static void empty(Path folder) throws Exception {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private TickJournal open(Path folder) throws Exception {
        return TickJournal.open(folder, JournalSettings.of(3_600_000, 1L << 36), clock, new SimpleMeterRegistry());
    }

    private SeriesTable table() {
        SeriesLimits limits = SeriesLimits.defaults().withSeries(2_000_000, 2_000_000);
        return new SeriesTable(limits, TimelineSettings.defaults(), clock);
    }

    private void write(int ticks, Path folder) throws Exception {
        SeriesTable table = table();
        Shard shard = table.openShard("benchmark");
        TickJournal journal = open(folder);
        table.startRecording(RecordingSettings.from(journal.firstPosition(), 256 << 20));
        long closing = 0;
        long recording = 0;
        long bytes = 0;
        for (int tick = 0; tick < ticks; tick++) {
            push(shard);
            clock.advance(Duration.ofSeconds(1));
            long began = THREADS.getCurrentThreadCpuTime();
            table.close(clock.wallMillis(), List.of(shard.flip(clock.wallMillis())));
            long closed = THREADS.getCurrentThreadCpuTime();
            EncodedTick encoded = java.util.Objects.requireNonNull(table.record(journal.wantsNames()));
            journal.take(encoded);
            recording += THREADS.getCurrentThreadCpuTime() - closed;
            closing += closed - began;
            bytes += encoded.size();
            while (journal.settledPosition() < encoded.position()) {
                Thread.sleep(1);
            }
        }
        long writing = journalThreadNanos();
        System.out.printf(
                Locale.ROOT,
                "%,d series, %d ticks: closing %.1f ms a tick; for the journal: encoding %.1f ms, writing %.1f ms of CPU a"
                        + " tick, %.2f %% of a core; %,d bytes a tick, %,d in files; heap %,d MB in use%n",
                series,
                ticks,
                closing / 1e6 / ticks,
                recording / 1e6 / ticks,
                writing / 1e6 / ticks,
                (recording + writing) / 1e7 / ticks,
                bytes / ticks,
                size(folder),
                used() >> 20);
        journal.close();
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long size(Path folder) throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static long processNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long journalThreadNanos() {
        for (ThreadInfo thread : THREADS.dumpAllThreads(false, false)) {
            if (thread.getThreadName().equals("journal")) {
                return THREADS.getThreadCpuTime(thread.getThreadId());
            }
        }
        return 0;
    }

    private void push(Shard shard) {
        for (int i = 0; i < series; i++) {
            boolean scalar = i % 10 < 7;
            Kind kind = !scalar ? Kind.DISTRIBUTION : i % 2 == 0 ? Kind.COUNTER : Kind.GAUGE;
            for (int n = scalar ? 1 : SAMPLES; n > 0; n--) {
                int nameStart = batch.length;
                batch.append(scalar ? kind == Kind.COUNTER ? "hits" : "load" : "took");
                int tagsStart = batch.length;
                batch.append("host:h" + i);
                double value =
                        scalar ? 1 + random.nextInt(100) : Math.rint(100 * Math.exp(0.8 * random.nextGaussian()));
                batch.add(kind, nameStart, tagsStart, tagsStart, batch.length, value);
                if (batch.size() == ROWS) {
                    flush(shard);
                }
            }
        }
        flush(shard);
    }

    private void flush(Shard shard) {
        shard.accept(batch, clock.wallMillis());
        batch.reset();
    }

    private void read(Path folder) throws Exception {
        long began = System.nanoTime();
        TickJournal journal = open(folder);
        long opened = System.nanoTime();
        SeriesTable table = table();
        table.startRecording(RecordingSettings.from(journal.firstPosition(), 256 << 20));
        long cpuBegan = THREADS.getCurrentThreadCpuTime();
        long processBegan = processNanos();
        long allocatedBegan = THREADS.getCurrentThreadAllocatedBytes();
        Restoration restoration = table.restore(journal.old(), table.recorded());
        boolean more = true;
        while (more) {
            more = restoration.next();
        }
        restoration.finish();
        System.out.printf(
                Locale.ROOT,
                "%d ticks of %,d series read back in %.1f s, %.1f s of CPU (process %.1f s), %.1f ms a tick; %,d MB allocated;"
                        + " %.1f s of it looking through the files%n",
                restoration.restored(),
                table.statistics().live().values().stream().mapToInt(n -> n).sum(),
                (System.nanoTime() - began) / 1e9,
                (THREADS.getCurrentThreadCpuTime() - cpuBegan) / 1e9,
                (processNanos() - processBegan) / 1e9,
                (THREADS.getCurrentThreadCpuTime() - cpuBegan) / 1e6 / restoration.restored(),
                (THREADS.getCurrentThreadAllocatedBytes() - allocatedBegan) >> 20,
                (opened - began) / 1e9);
        journal.close();
    }
}
