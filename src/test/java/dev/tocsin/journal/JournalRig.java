package dev.tocsin.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.core.tick.TickReader;
import dev.tocsin.core.tick.TickWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A journal fed with ticks of one counter, {@code hits}, that grows by one at each. */
final class JournalRig implements AutoCloseable {
    static final long START = 1_700_002_800_000L;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    final ManualClock clock = new ManualClock(START);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final TickJournal journal;
    private final TickWriter writer = new TickWriter();
    private final int ticksPerSegment;
    private final long first;
    private long position;
    private double total;

    JournalRig(Path folder, JournalSettings settings, int ticksPerSegment) throws IOException {
        journal = TickJournal.open(folder, settings, clock, meters);
        this.ticksPerSegment = ticksPerSegment;
        first = journal.firstPosition();
        position = first;
    }

    /** Goes on from a total that an earlier one came to. */
    void goOnFrom(double earlier) {
        total = earlier;
    }

    EncodedTick tick() {
        boolean begins = (position - first) % ticksPerSegment == 0 || journal.wantsNames();
        long millis = START + position * 1_000;
        writer.begin(millis, first);
        if (begins) {
            writer.nameScalar(0, Kind.COUNTER, Labels.of("__name__", "hits"), millis, total);
        }
        writer.counter(0, 1);
        total++;
        EncodedTick tick = writer.end(position++, begins);
        journal.take(tick);
        return tick;
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    double count(String name, String... tags) {
        Counter counter = meters.find(name).tags(tags).counter();
        assertThat(counter).as(name).isNotNull();
        return counter.count();
    }

    /** Waits until what was taken so far was written, or lost. */
    void awaitWritten() {
        long wanted = position - 1;
        await(() -> journal.settledPosition() >= wanted);
    }

    static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** {@code position:total} of all ticks that come now. */
    static List<String> taken(TickFeed.Cursor cursor) {
        List<String> taken = new ArrayList<>();
        TickColumns columns = cursor.next();
        while (columns != null) {
            taken.add(columns.position + ":" + (columns.counters.size == 0 ? "?" : (long) columns.counters.total[0]));
            columns = cursor.next();
        }
        return taken;
    }

    /** The same of all that an earlier process left. */
    List<String> old() throws IOException {
        List<String> taken = new ArrayList<>();
        TickReader reader = new TickReader();
        try (OldTicks old = journal.old()) {
            boolean more = true;
            while (more) {
                more = old.next(new dev.tocsin.core.tick.StoredTicks.Taker() {
                    @Override
                    public void names(long at, long tickMillis, byte[] bytes, int from, int to) {
                        reader.names(at, tickMillis, bytes, from, to);
                    }

                    @Override
                    public void columns(long at, long tickMillis, byte[] bytes, int from, int to) {
                        TickColumns columns = reader.columns(at, tickMillis, bytes, from, to);
                        taken.add(at + ":" + (columns.counters.size == 0 ? "?" : (long) columns.counters.total[0]));
                    }
                });
            }
        }
        return taken;
    }

    @Override
    public void close() throws InterruptedException {
        journal.close();
    }
}
