package dev.tocsin.store;

import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.store.Database.UnavailableException;
import dev.tocsin.store.TrailCodec.StoredStep;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Pool;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Takes what was decided about alerts to PostgreSQL, step by step in their order. Nobody waits for it: while PostgreSQL
 * can't be used the steps wait, safe with the next tick, and the next process goes on with them. A step that the server
 * refuses for what is in it is given up, and counted; the others go on. {@link #append} from any thread; writes on a thread
 * of its own.
 *
 * <p>Bounded: of what waits, the oldest goes beyond {@value #MOST_BYTES} bytes, counted.
 */
public final class StoredTrail implements AlertTrail, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StoredTrail.class.getName());

    private static final String PREFIX = "trail/";
    static final int MOST_BYTES = 8 << 20;

    private static final long POLL_MILLIS = 250;
    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LONGEST_RETRY_MILLIS = 15_000;
    private static final long SWEEP_MILLIS = 3_600_000;

    /** Of the five seconds that a stop may take. What is not written then waits for the next process. */
    private static final Duration STOP = Duration.ofMillis(500);

    private final DurableState state;
    private final Database database;
    private final AlertTables tables;
    private final AlertWriter writer;
    private final HistorySettings settings;
    private final Clock clock;
    private final Backoff backoff;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Counter written;
    private final Counter failures;
    private final Counter dropped;
    private final Counter refused;
    /** Guarded by this, as are the two that follow. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private long waitingBytes;
    private long lastNumber;
    private long sweptMillis = Long.MIN_VALUE;

    /** A step that is not stored yet. */
    private record Waiting(long number, StoredStep step, int bytes) {
        /** In the order of the numbers. */
        String key() {
            return PREFIX + String.format("%016x", number);
        }
    }

    /**
     * @param state where steps that an earlier process did not store are, too
     * @param pool null while PostgreSQL can't be used
     */
    public StoredTrail(
            DurableState state,
            Supplier<@Nullable Pool> pool,
            HistorySettings settings,
            Clock clock,
            MeterRegistry meters,
            RandomGenerator random) {
        this.state = state;
        this.settings = settings;
        this.clock = clock;
        database = new Database(pool);
        tables = new AlertTables(database);
        writer = new AlertWriter(database, tables);
        backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS, random);
        thread = Thread.ofPlatform().daemon().name("alert-trail").unstarted(this::run);
        written = counter(meters, "tocsin.alert.trail.steps", "Steps of alerting that were stored in PostgreSQL");
        failures = counter(
                meters, "tocsin.alert.trail.failures", "Times that a step could not be stored; it is tried again");
        dropped = counter(
                meters,
                "tocsin.alert.trail.dropped",
                "Steps that were given up as too many waited for PostgreSQL, the oldest first");
        refused = counter(
                meters, "tocsin.alert.trail.refused", "Steps that PostgreSQL did not take for what was in them");
        Gauge.builder("tocsin.alert.trail.waiting", this, StoredTrail::waiting)
                .description("Steps of alerting that wait for PostgreSQL")
                .register(meters);
        takeOver();
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    private void takeOver() {
        List<Map.Entry<String, byte[]>> left = state.withPrefix(PREFIX).entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                .toList();
        for (Map.Entry<String, byte[]> each : left) {
            try {
                long number = Long.parseLong(each.getKey().substring(PREFIX.length()), 16);
                lastNumber = Math.max(lastNumber, number);
                add(new Waiting(number, TrailCodec.decode(each.getValue()), each.getValue().length));
            } catch (ByteReader.UnreadableException | IllegalArgumentException e) {
                LOG.log(Level.WARNING, "a step of alerting that an earlier process left can't be read", e);
                refused.increment();
                state.remove(each.getKey());
            }
        }
    }

    public void start() {
        thread.start();
    }

    synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public synchronized void append(Step step) {
        if (step.isEmpty()) {
            return;
        }
        StoredStep stored = TrailCodec.stored(step);
        byte[] bytes = TrailCodec.encode(stored);
        Waiting added = new Waiting(++lastNumber, stored, bytes.length);
        state.put(added.key(), bytes);
        add(added);
        notifyAll();
    }

    private synchronized void add(Waiting step) {
        waiting.add(step);
        waitingBytes += step.bytes;
        while (waitingBytes > MOST_BYTES && waiting.size() > 1) {
            dropped.increment();
            forget(waiting.getFirst());
        }
    }

    /** Where it is still there: it may have been given up while it was written. */
    private synchronized void forget(Waiting step) {
        if (waiting.remove(step)) {
            waitingBytes -= step.bytes;
            state.remove(step.key());
        }
    }

    /** One look at what waits is due after each return, woken for nothing or not. */
    @SuppressWarnings("WaitNotInLoop")
    private synchronized void awaitWork() throws InterruptedException {
        if (waiting.isEmpty() && stopping.getCount() > 0) {
            wait(POLL_MILLIS);
        }
    }

    private synchronized @Nullable Waiting oldest() {
        return waiting.peek();
    }

    private void run() {
        try {
            boolean ends = false;
            while (!ends) {
                awaitWork();
                ends = stopping.getCount() == 0;
                try {
                    step();
                    backoff.reset();
                } catch (UnavailableException e) {
                    failed(e);
                    ends |= stopping.await(backoff.next(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            // ends
        }
    }

    private void failed(UnavailableException e) {
        // Another server may answer next.
        tables.forget();
        if (!database.isUp()) {
            // Told by the connection already.
            return;
        }
        failures.increment();
        LOG.log(Level.WARNING, "a step of alerting was not stored, and is tried again: " + e.getMessage());
    }

    /** Stores everything that waits, then drops what is too old. */
    void step() throws UnavailableException {
        for (Waiting next = oldest(); next != null; next = oldest()) {
            write(next);
        }
        long now = clock.wallMillis();
        if (database.isUp() && (sweptMillis == Long.MIN_VALUE || Math.abs(now - sweptMillis) >= SWEEP_MILLIS)) {
            tables.dropOld(Instant.ofEpochMilli(now), settings.keepAlerts(), settings.keepAcknowledged());
            sweptMillis = now;
        }
    }

    private void write(Waiting next) throws UnavailableException {
        try {
            writer.write(next.step);
            written.increment();
        } catch (UnavailableException e) {
            if (!e.isRefusal()) {
                throw e;
            }
            refused.increment();
            LOG.log(Level.ERROR, "a step of alerting can't be stored, and is given up: " + e.getMessage());
        }
        forget(next);
    }

    /** Writes what waits, within half a second. */
    @Override
    public void close() throws InterruptedException {
        stopping.countDown();
        synchronized (this) {
            notifyAll();
        }
        thread.join(STOP);
    }
}
