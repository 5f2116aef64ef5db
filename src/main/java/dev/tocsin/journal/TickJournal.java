package dev.tocsin.journal;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.core.tick.TickSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every closed tick, and small states, in files: for the next process, and for those who follow. Ticks are taken on
 * the series thread and written by a thread of its own, synced once for all that wait.
 *
 * <p>Surprising: what the disk does not take is lost to the journal, and counted; nothing waits for it. Writing is tried
 * again every ten seconds, with all series told anew. Those who follow closely miss nothing meanwhile: they read from
 * memory.
 *
 * <p>Bounded: a file goes when all its ticks are older than the hot window and taken by everybody who follows, and,
 * oldest first, while all files are larger than allowed.
 */
public final class TickJournal implements TickSink, TickFeed, DurableState, AutoCloseable {
    private static final long CLOSE_MILLIS = 2_000;
    private static final String ACKNOWLEDGED = "acknowledged/";

    private final Segments segments;
    private final StateBook states = new StateBook();
    private final RecentTicks recent;
    private final JournalMeters meters;
    private final JournalWriter writer;
    private final Thread thread;
    private final long firstPosition;
    /** The last position that each who follows now has acknowledged. */
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    private volatile long newestPosition;

    private TickJournal(Path folder, JournalSettings settings, Clock clock, MeterRegistry registry) throws IOException {
        meters = new JournalMeters(registry);
        segments = new Segments(folder, states);
        meters.cutBytes.increment(segments.cutTail());
        recent = new RecentTicks(settings.recentBytes());
        newestPosition = lastPosition();
        firstPosition = newestPosition + 1;
        writer = new JournalWriter(segments, states, settings, this::takenByAll, clock, meters);
        thread = Thread.ofPlatform().daemon().name("journal").unstarted(writer);
        meters.gauge("tocsin.journal.bytes", "What the journal's files take", segments, Segments::bytes);
        meters.gauge(
                "tocsin.journal.failing", "1 while the journal can't be written", writer, w -> w.isFailing() ? 1 : 0);
        meters.gauge("tocsin.journal.queue.bytes", "Ticks that wait for the disk", writer, JournalWriter::queueBytes);
    }

    /**
     * Looks through what an earlier process left, takes its states, and cuts a torn end; then begins to write.
     *
     * @param folder made where there is none; used by no other process
     */
    public static TickJournal open(Path folder, JournalSettings settings, Clock clock, MeterRegistry registry)
            throws IOException {
        TickJournal journal = new TickJournal(folder, settings, clock, registry);
        journal.thread.start();
        return journal;
    }

    private long lastPosition() {
        long last = 0;
        for (Segment segment : segments.left()) {
            last = Math.max(last, Math.max(segment.lastPosition(), segment.firstPosition()));
        }
        for (byte[] position : states.withPrefix(ACKNOWLEDGED).values()) {
            last = Math.max(last, (long) RecordFormat.LONG.get(position, 0));
        }
        return last;
    }

    /** Of the first tick that this process takes. */
    public long firstPosition() {
        return firstPosition;
    }

    /** What earlier processes left, to be read once. */
    public OldTicks old() {
        return new OldTicks(segments.left(), meters);
    }

    @Override
    public void take(EncodedTick tick) {
        recent.add(tick);
        newestPosition = tick.position();
        writer.add(tick);
    }

    @Override
    public boolean wantsNames() {
        return writer.wantsNames();
    }

    /** Every tick up to here is written, or lost. */
    long settledPosition() {
        return writer.settledPosition();
    }

    @Override
    public Cursor follow(String consumer) {
        byte[] known = states.get(ACKNOWLEDGED + consumer);
        return follow(consumer, known == null ? 0 : (long) RecordFormat.LONG.get(known, 0));
    }

    @Override
    public Cursor follow(String consumer, long position) {
        String key = ACKNOWLEDGED + consumer;
        if (acknowledged.put(consumer, position) != null) {
            throw new IllegalStateException("there is somebody who follows as " + consumer);
        }
        meters.gauge(
                "tocsin.journal.unsent.ticks",
                "Ticks that one who follows has not taken",
                this,
                journal -> journal.newestPosition - journal.acknowledged.getOrDefault(consumer, journal.newestPosition),
                "consumer",
                consumer);
        return new JournalCursor(segments, recent, position, new JournalCursor.Place() {
            @Override
            public void acknowledge(long upTo) {
                acknowledged.merge(consumer, upTo, Math::max);
                byte[] bytes = new byte[Long.BYTES];
                RecordFormat.LONG.set(bytes, 0, upTo);
                states.put(key, bytes);
            }

            @Override
            public void close() {
                acknowledged.remove(consumer);
            }
        });
    }

    /** Every tick up to here was taken by all who follow. */
    private long takenByAll() {
        long least = Long.MAX_VALUE;
        for (long position : acknowledged.values()) {
            least = Math.min(least, position);
        }
        return least;
    }

    @Override
    public void put(String key, byte[] value) {
        states.put(key, value);
    }

    @Override
    public void remove(String key) {
        states.remove(key);
    }

    @Override
    public byte @Nullable [] get(String key) {
        return states.get(key);
    }

    @Override
    public Map<String, byte[]> withPrefix(String prefix) {
        return states.withPrefix(prefix);
    }

    @Override
    public long newestTickMillis() {
        long newest = Long.MIN_VALUE;
        for (Segment segment : segments.left()) {
            newest = segment.tickMillis().length == 0 ? newest : segment.newestMillis();
        }
        return newest;
    }

    /** Writes what was taken, and ends. */
    @Override
    public void close() throws InterruptedException {
        writer.close();
        thread.join(CLOSE_MILLIS);
    }
}
