package dev.tocsin.watch.log;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * All that is known of the logs: what follows the files, and what is made of their events. {@link #pass} reads a part and
 * fills {@link #batch}; once the samples in it are taken, {@link #taken} lets the files' positions be remembered.
 *
 * <p>Used by one thread at a time; blocks on the file system.
 */
final class LogWatch implements LogTail.Findings, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LogWatch.class.getName());

    private static final int MAX_ROWS = 8_192;
    private static final int MAX_BATCH_BYTES = 4 << 20;
    /** Well within the time after which a silent series is forgotten. */
    private static final long SAY_ALL_MILLIS = 60_000;

    private static final long WRITE_MILLIS = 60_000;
    /** Places, of each kind of problem, that the log names. */
    private static final int MAX_SAID = 20;

    private final DurableState state;
    private final MemoryFile file;
    private final LogMemory memory;
    private final Meter.MeterProvider<Counter> problems;
    private final Meter.MeterProvider<Counter> lines;
    private final Meter.MeterProvider<Counter> bytes;
    private final Map<LogProblem, Set<String>> said = new EnumMap<>(LogProblem.class);
    private final Map<String, LogSamples> samples = new HashMap<>();
    final SampleBatch batch = SampleBatch.anyText(256, 16 << 10);
    private LogTail tail;
    private long nowMillis;
    private long nextSayAllMillis = Long.MIN_VALUE;
    private long nextWriteMillis;
    private boolean unwritten;
    private volatile int fileCount;
    private volatile long behind;
    private volatile long evicted;

    /** @param folder where what must outlive the process is kept beside {@code state} */
    LogWatch(LogSettings settings, DurableState state, Path folder, MeterRegistry meters, long nowMillis) {
        this.state = state;
        this.nowMillis = nowMillis;
        file = new MemoryFile(folder.resolve("logs").resolve("memory"));
        memory = file.read(nowMillis);
        nextWriteMillis = nowMillis + WRITE_MILLIS;
        problems = Counter.builder("tocsin.logs.problems")
                .description("What was found wrong with log files and their lines, by reason.")
                .withRegistry(meters);
        lines = Counter.builder("tocsin.logs.lines")
                .description("Lines of logs that were read, by source.")
                .withRegistry(meters);
        bytes = Counter.builder("tocsin.logs.read")
                .description("Bytes of log events that were read, by source.")
                .baseUnit("bytes")
                .withRegistry(meters);
        Gauge.builder("tocsin.logs.files", () -> fileCount)
                .description("Log files that are followed.")
                .register(meters);
        Gauge.builder("tocsin.logs.behind", () -> behind)
                .description("Bytes that stand in followed files and were not read yet.")
                .baseUnit("bytes")
                .register(meters);
        FunctionCounter.builder("tocsin.logs.evicted.shapes", this, self -> self.evicted)
                .description("Shapes of log events that made room for others.")
                .register(meters);
        tail = follow(settings);
    }

    LogMemory memory() {
        return memory;
    }

    /** Follows what the settings say from now on; files of sources that stay are read on where they were. */
    void configure(LogSettings settings) {
        tail.rememberAll();
        tail.close();
        tail = follow(settings);
    }

    private LogTail follow(LogSettings settings) {
        samples.clear();
        said.clear();
        settings.sources().forEach(source -> samples.put(source.name(), new LogSamples(source)));
        nextSayAllMillis = Long.MIN_VALUE;
        return new LogTail(settings, state, this);
    }

    /** @return whether there is more to be read at once */
    boolean pass(long now) {
        nowMillis = now;
        batch.reset();
        boolean more = tail.pass(now);
        boolean all = now >= nextSayAllMillis;
        nextSayAllMillis = all ? now + SAY_ALL_MILLIS : nextSayAllMillis;
        samples.forEach((name, each) -> {
            each.appendCounts(batch, all);
            count(LogProblem.NO_NUMBER, each.takeNoNumbers(), name);
            lines.withTag("source", name).increment(each.takeLines());
            bytes.withTag("source", name).increment(each.takeBytes());
        });
        fileCount = tail.fileCount();
        behind = tail.behind();
        evicted = memory.evicted();
        if (unwritten && now >= nextWriteMillis) {
            write();
            nextWriteMillis = now + WRITE_MILLIS;
        }
        return more;
    }

    /** The samples of the last pass are in the series table. */
    void taken() {
        for (int row = 0; row < batch.size(); row++) {
            Rejection reason = batch.rejection(row);
            if (reason != null) {
                count(LogProblem.REJECTED, 1, reason.label());
            }
        }
        tail.remember(nowMillis);
    }

    @Override
    public void event(TailedFile of, byte[] text, int from, int to, int lineCount) {
        LogSamples takes = samples.get(of.source.name());
        if (takes != null) {
            takes.take(text, from, to, lineCount, of.path.toString(), memory, batch, nowMillis);
            unwritten = true;
        }
    }

    @Override
    public boolean hasRoom() {
        return batch.size() < MAX_ROWS && batch.length < MAX_BATCH_BYTES;
    }

    @Override
    public void count(LogProblem problem, long count, String place) {
        if (count == 0) {
            return;
        }
        problems.withTag("reason", problem.label()).increment(count);
        Set<String> places = said.computeIfAbsent(problem, p -> new HashSet<>());
        if (problem != LogProblem.EMPTIED && places.size() < MAX_SAID && places.add(place)) {
            LOG.log(Level.WARNING, place + " " + problem.said() + "; this is said once, then counted");
        }
    }

    private void write() {
        try {
            file.write(memory);
            unwritten = false;
        } catch (IOException e) {
            count(LogProblem.UNWRITTEN, 1, "what is kept of log events (" + e + ")");
        }
    }

    @Override
    public void close() {
        tail.rememberAll();
        tail.close();
        if (unwritten) {
            write();
        }
    }
}
