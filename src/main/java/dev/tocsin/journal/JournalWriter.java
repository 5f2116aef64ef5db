package dev.tocsin.journal;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Niceness;
import dev.tocsin.core.tick.EncodedTick;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal's thread: writes what waits, syncs it, begins and drops files. Other threads only add to its queue, which
 * is bounded in bytes.
 */
final class JournalWriter implements Runnable {
    private static final System.Logger LOG = System.getLogger(JournalWriter.class.getName());
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Segments segments;
    private final StateBook states;
    private final JournalSettings settings;
    private final LongSupplier takenByAll;
    private final Clock clock;
    private final JournalMeters meters;
    /** Guarded by itself, as are the two after it. */
    private final ArrayDeque<EncodedTick> queue = new ArrayDeque<>();

    private long queueBytes;
    private boolean closing;

    private @Nullable SegmentWriter file;
    private final List<EncodedTick> unsynced = new ArrayList<>();
    private long newestPosition;
    private long newestMillis;
    private volatile boolean failing;
    private volatile long failedNanos;
    /** The last tick that was lost; what it told of series is known again once a segment begins after it. */
    private volatile long lostPosition = -1;

    private volatile long begunPosition;
    private volatile long settledPosition;

    /** @param takenByAll the last position that everybody who follows has acknowledged */
    JournalWriter(
            Segments segments,
            StateBook states,
            JournalSettings settings,
            LongSupplier takenByAll,
            Clock clock,
            JournalMeters meters) {
        this.segments = segments;
        this.states = states;
        this.settings = settings;
        this.takenByAll = takenByAll;
        this.clock = clock;
        this.meters = meters;
    }

    void add(EncodedTick tick) {
        synchronized (queue) {
            if (queueBytes + tick.size() > settings.queueBytes() && !queue.isEmpty()) {
                meters.lostToQueue.increment();
                lostPosition = tick.position();
                return;
            }
            queue.add(tick);
            queueBytes += tick.size();
            queue.notifyAll();
        }
    }

    long queueBytes() {
        synchronized (queue) {
            return queueBytes;
        }
    }

    boolean isFailing() {
        return failing;
    }

    /** The newest tick that was taken from the queue and is written, or lost. */
    long settledPosition() {
        return settledPosition;
    }

    /** Whether the next tick should begin a segment: after ticks were lost, when it is time to try again. */
    boolean wantsNames() {
        return lostPosition >= begunPosition && (!failing || clock.monotonicNanos() - failedNanos >= RETRY_NANOS);
    }

    /** Ends when what waits is written. */
    void close() {
        synchronized (queue) {
            closing = true;
            queue.notifyAll();
        }
    }

    @Override
    public void run() {
        Niceness.lower();
        boolean goesOn = true;
        while (goesOn) {
            List<EncodedTick> ticks = new ArrayList<>();
            goesOn = await(ticks);
            try {
                long started = clock.monotonicNanos();
                write(ticks, !goesOn);
                meters.writing.record(clock.monotonicNanos() - started, TimeUnit.NANOSECONDS);
            } catch (IOException e) {
                failed(e);
                meters.lostToDisk.increment(unsynced.size());
                unsynced.clear();
            }
            settledPosition = newestPosition;
        }
        end();
    }

    /** @return whether more may come */
    private boolean await(List<EncodedTick> ticks) {
        synchronized (queue) {
            while (queue.isEmpty() && !closing) {
                try {
                    queue.wait();
                } catch (InterruptedException e) {
                    closing = true;
                }
            }
            ticks.addAll(queue);
            queue.clear();
            queueBytes = 0;
            return !closing;
        }
    }

    private void write(List<EncodedTick> ticks, boolean last) throws IOException {
        for (EncodedTick tick : ticks) {
            newestPosition = tick.position();
            newestMillis = tick.tickMillis();
            if (tick.beginsSegment()) {
                begin(tick.position());
            }
            write(tick);
        }
        if (file == null && last && states.hasUnwritten()) {
            begin(newestPosition + 1);
        }
        if (file != null) {
            writeStates(file);
            sync(file);
            if (failing) {
                failing = false;
                LOG.log(Level.INFO, "the journal is written again");
            }
        }
        drop();
    }

    private void sync(SegmentWriter written) throws IOException {
        written.sync();
        segments.synced(written.synced(), unsynced);
        unsynced.clear();
    }

    private void write(EncodedTick tick) throws IOException {
        SegmentWriter into = file;
        if (into == null) {
            // Its series were told in a segment that failed.
            meters.lostToDisk.increment();
            return;
        }
        if (tick.names().length > 0) {
            into.append(RecordFormat.NAMES, tick.position(), tick.tickMillis(), tick.names());
            into.append(RecordFormat.NAMES, tick.position(), tick.tickMillis(), tick.names());
        }
        into.append(RecordFormat.COLUMNS, tick.position(), tick.tickMillis(), tick.columns());
        unsynced.add(tick);
        meters.writtenBytes.increment(2.0 * tick.names().length + tick.columns().length);
    }

    private void writeStates(SegmentWriter into) throws IOException {
        byte[] changed = states.takeUnwritten();
        if (changed.length > 0) {
            into.append(RecordFormat.STATE, newestPosition, newestMillis, changed);
            into.append(RecordFormat.STATE, newestPosition, newestMillis, changed);
        }
    }

    private void begin(long position) throws IOException {
        if (file != null) {
            sync(file);
        }
        end();
        file = segments.begin(position);
        states.writeAllAgain();
        begunPosition = position;
    }

    private void end() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a file of the journal can't be closed", e);
            }
            file = null;
            segments.end();
        }
    }

    private void failed(IOException e) {
        meters.failures.increment();
        if (!failing) {
            LOG.log(
                    Level.ERROR,
                    "the journal can''t be written, what comes now would not outlive this process; tried again every"
                            + " 10 s: {0}",
                    e.toString());
        }
        failing = true;
        failedNanos = clock.monotonicNanos();
        lostPosition = newestPosition;
        if (file != null) {
            try {
                file.cut();
            } catch (IOException again) {
                LOG.log(Level.DEBUG, "the journal's file keeps a torn end", again);
            }
        }
        end();
        states.writeAllAgain();
    }

    /** Lets files go that nobody needs, and those beyond the bound. */
    private void drop() throws IOException {
        long taken = takenByAll.getAsLong();
        Segment oldest = segments.oldestClosed();
        while (oldest != null) {
            boolean unsent = oldest.lastPosition() > taken;
            boolean old = oldest.newestMillis() < newestMillis - settings.hotMillis();
            boolean overBound = segments.bytes() > settings.maxBytes();
            if (!overBound && (unsent || !old)) {
                return;
            }
            if (unsent) {
                meters.unsentDropped.increment(oldest.lastPosition() - Math.max(taken, oldest.firstPosition() - 1));
            }
            segments.deleteOldest();
            oldest = segments.oldestClosed();
        }
    }
}
