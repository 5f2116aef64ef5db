package dev.tocsin.store;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Niceness;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.store.Database.UnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.sqlclient.Pool;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes closed ticks to PostgreSQL: gathers them for five minutes, writes the chunks and how far they reach, acknowledges
 * that to the journal, rolls up what is due, and drops what is too old. While PostgreSQL can't be used it takes no more
 * than the five minutes that it has; the rest waits in the journal and is caught up with. On a thread of its own, niced
 * below what receives.
 */
public final class History implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(History.class.getName());

    private static final String CONSUMER = "postgres";
    private static final long POLL_MILLIS = 250;
    private static final long FIRST_RETRY_MILLIS = 500;
    private static final long LONGEST_RETRY_MILLIS = 15_000;
    private static final long SWEEP_MILLIS = 600_000;

    /** Of the five seconds that a stop may take. What is not written then is in the journal. */
    private static final Duration STOP = Duration.ofMillis(1_000);

    private final TickFeed feed;
    private final Database database;
    private final HistorySettings settings;
    private final Clock clock;
    private final Chunk.Tools tools = new Chunk.Tools();
    private final RollupBuilder builder;
    private final ChunkTables tables;
    private final HistoryWriter writer;
    private final Roller roller;
    private final Backoff backoff;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private final Timer writes;
    private final Counter chunks;
    private final Counter failures;
    private final Counter forgotten;

    private TickFeed.@Nullable Cursor cursor;
    private @Nullable List<OpenSlot.Row> unwritten;
    /** Of the last tick that is in {@link #unwritten}, and in the builder. */
    private long unwrittenPosition = Long.MIN_VALUE;

    private long gatheredPosition = Long.MIN_VALUE;
    private long gatheredMillis = Long.MIN_VALUE;
    private int gatheredSlot;
    private long sweptMillis = Long.MIN_VALUE;
    private volatile long openChunks;
    private volatile long writtenMillis;

    /**
     * @param journal names the feed among all that were ever written to this database
     * @param pool null while PostgreSQL can't be used
     */
    public History(
            TickFeed feed,
            String journal,
            Supplier<@Nullable Pool> pool,
            HistorySettings settings,
            Clock clock,
            MeterRegistry meters,
            RandomGenerator random) {
        this.feed = feed;
        this.settings = settings;
        this.clock = clock;
        database = new Database(pool);
        tables = new ChunkTables(database);
        Resolutions resolutions = settings.resolutions();
        builder = new RollupBuilder(resolutions.fine(), tools);
        writer = new HistoryWriter(resolutions.fine(), database, tables, tools, journal);
        roller = new Roller(resolutions, database, tables, tools);
        backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS, random);
        writtenMillis = clock.wallMillis();
        thread = Thread.ofPlatform().daemon().name("history").unstarted(this::run);
        writes = Timer.builder("tocsin.history.write")
                .description("Time to write five minutes of history to PostgreSQL")
                .register(meters);
        chunks = Counter.builder("tocsin.history.chunks")
                .description("Chunks of history written to PostgreSQL")
                .register(meters);
        failures = Counter.builder("tocsin.history.failures")
                .description("Times that history could not be written to PostgreSQL; it is tried again")
                .register(meters);
        forgotten = Counter.builder("tocsin.history.series.forgotten")
                .description("Series that went from PostgreSQL as nothing is kept of them any more")
                .register(meters);
        Gauge.builder("tocsin.history.chunks.open", this, history -> history.openChunks)
                .description("Chunks of history being gathered")
                .register(meters);
        Gauge.builder("tocsin.history.behind", this, history -> (clock.wallMillis() - history.writtenMillis) / 1e3)
                .description("Age of the newest history in PostgreSQL; up to five minutes where all is well")
                .baseUnit("seconds")
                .register(meters);
        FunctionCounter.builder("tocsin.history.partitions.repaired", tables, ChunkTables::repaired)
                .description("Partitions that were damaged on the disk, and made anew of what could be read")
                .register(meters);
        FunctionCounter.builder("tocsin.history.chunks.broken", this, h -> h.writer.broken() + h.roller.broken())
                .description("Chunks of history that could not be read and were left out")
                .register(meters);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        Niceness.lower();
        long waitMillis = 0;
        while (!isStopping(waitMillis)) {
            try {
                step();
                backoff.reset();
                waitMillis = POLL_MILLIS;
            } catch (UnavailableException e) {
                failed(e);
                waitMillis = backoff.next();
            } catch (RuntimeException e) {
                // A mistake of ours: history may lack something, but goes on.
                failures.increment();
                LOG.log(Level.ERROR, "history failed", e);
                waitMillis = backoff.next();
            }
        }
        try {
            finish();
        } catch (UnavailableException | RuntimeException e) {
            LOG.log(Level.DEBUG, "history since the last write stays in the journal: " + e.getMessage());
        }
    }

    private boolean isStopping(long waitMillis) {
        try {
            return stopping.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void failed(UnavailableException e) {
        if (!database.isUp()) {
            // Told by the connection already; another server may answer next.
            writer.forget();
            return;
        }
        failures.increment();
        LOG.log(Level.WARNING, "history was not written, and is tried again: " + e.getMessage());
    }

    /** Everything that can be done now. */
    void step() throws UnavailableException {
        tables.ensureTables(settings.resolutions());
        writeUnwritten();
        gather();
        if (database.isUp()) {
            while (stopping.getCount() > 0 && roller.rollNext(clock.wallMillis())) {
                gather();
            }
            sweep();
        }
    }

    private void gather() throws UnavailableException {
        TickFeed.Cursor from = cursor;
        if (from == null) {
            long stored = writer.position();
            from = stored == Long.MIN_VALUE ? feed.follow(CONSUMER) : feed.follow(CONSUMER, stored);
            gatheredPosition = stored;
            cursor = from;
        }
        for (TickColumns tick = from.next(); tick != null; tick = from.next()) {
            int slot = settings.resolutions().fine().slotOf(tick.tickMillis);
            if (slot != gatheredSlot && !builder.isEmpty()) {
                take();
            }
            gatheredSlot = slot;
            gatheredPosition = tick.position;
            gatheredMillis = tick.tickMillis;
            builder.add(tick);
            openChunks = builder.size();
            writeUnwritten();
        }
    }

    private void take() {
        unwritten = builder.take();
        unwrittenPosition = gatheredPosition;
    }

    private void writeUnwritten() throws UnavailableException {
        List<OpenSlot.Row> rows = unwritten;
        if (rows == null) {
            return;
        }
        long beganNanos = clock.monotonicNanos();
        writer.write(rows, unwrittenPosition);
        writes.record(clock.monotonicNanos() - beganNanos, TimeUnit.NANOSECONDS);
        chunks.increment(rows.size());
        unwritten = null;
        writtenMillis = gatheredMillis;
        if (cursor != null) {
            cursor.acknowledge(unwrittenPosition);
        }
    }

    private void sweep() throws UnavailableException {
        long now = clock.wallMillis();
        if (sweptMillis == Long.MIN_VALUE || now - sweptMillis >= SWEEP_MILLIS || now < sweptMillis) {
            sweptMillis = now;
            for (Resolution resolution : settings.resolutions().all()) {
                tables.dropBefore(resolution, now - settings.keepMillis(resolution));
            }
            long oldest = now - settings.longestKeptMillis();
            tables.dropOthersBefore(settings.resolutions(), oldest);
            forgotten.increment(writer.forgetSeriesBefore(oldest));
        }
    }

    /** Writes what there is of the slot in progress; the rest of it is merged in by the next process. */
    void finish() throws UnavailableException {
        if (cursor != null && database.isUp()) {
            writeUnwritten();
            gather();
            if (!builder.isEmpty()) {
                take();
                writeUnwritten();
            }
            cursor.close();
        }
    }

    /** Has it write what was gathered, while others are closed; {@link #close} follows. */
    public void beginClose() {
        stopping.countDown();
    }

    /** Writes what was gathered, within a second; what is not written is caught up with by the next process. */
    @Override
    public void close() throws InterruptedException {
        beginClose();
        thread.join(STOP);
    }
}
