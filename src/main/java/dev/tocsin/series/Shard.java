package dev.tocsin.series;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SampleSink;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One producer's way into the series table. {@link #accept} and {@link #flip} are confined to that producer's thread;
 * for keys it knows it allocates nothing and takes no lock. A key (kind, name and tags as sent) that it does not know is
 * normalised and looked up in the registry that all shards share.
 *
 * <p>Surprising: a negative counter delta is {@code bad_value}. DogStatsD would subtract it; but here a counter is a
 * running total as in Prometheus, where a fall means a restart, so a decrement would show as a burst. What goes down is
 * a gauge. A negative observation of a distribution is {@code bad_value} too, as HdrHistogram holds none. Of a gauge set
 * through two shards in one interval the shard opened last wins.
 *
 * <p>A client timestamp counts where it lies inside the fine history: the sample is merged into the interval it belongs
 * to. Up to {@link #MAX_FUTURE_MILLIS} ahead it counts as now. A set's member must lie inside the percentile window, and
 * counts as now. An adjustment of a gauge counts as now whatever its time. Anything else is {@code bad_timestamp}.
 */
public final class Shard implements SampleSink {
    /** How far ahead of the server a client's clock may be. */
    public static final long MAX_FUTURE_MILLIS = 10_000;

    private static final Kind[] KINDS = Kind.values();
    private static final Rejection[] REJECTIONS = Rejection.values();
    private static final int BLOCK = 64;
    private static final int COUNTERS = Kind.COUNTER.ordinal() * BLOCK;
    private static final int GAUGES = Kind.GAUGE.ordinal() * BLOCK;
    private static final int DISTRIBUTIONS = Kind.DISTRIBUTION.ordinal() * BLOCK;
    private static final int SETS = Kind.SET.ordinal() * BLOCK;
    private static final double LARGEST_WEIGHT = 1e9;

    private final String name;
    private final int number;
    private final Registry registry;
    private final Timeline timeline;
    private final ShardKeys keys;
    private final SlotSpace[] slots = new SlotSpace[Kind.values().length];
    private final SlotDepartures departures = new SlotDepartures(this);
    private final Tallies tallies;

    private IntervalColumns active;
    private final AtomicReference<@Nullable IntervalColumns> spare;
    private final int[] codes = new int[BLOCK];
    /** Rows of the block that have a series, kind by kind, and how many of each. */
    private final int[] rows = new int[KINDS.length * BLOCK];

    private final int[] rowsOfKind = new int[KINDS.length];
    /** Only written, so that loads made to fill the cache are not optimised away. */
    @SuppressWarnings("UnusedVariable")
    private long touched;

    Shard(String name, int number, SeriesLimits limits, Registry registry, Timeline timeline, Tallies tallies) {
        this.name = name;
        this.number = number;
        this.registry = registry;
        this.timeline = timeline;
        this.tallies = tallies;
        int pages = SlotSpace.pagesFor(limits);
        Arrays.setAll(slots, kind -> new SlotSpace(pages));
        keys = new ShardKeys(this, registry, new SampleNames(limits));
        active = new IntervalColumns(limits);
        spare = new AtomicReference<>(new IntervalColumns(limits));
    }

    public String name() {
        return name;
    }

    int number() {
        return number;
    }

    SlotDepartures departures() {
        return departures;
    }

    /**
     * Ends the interval: hands over what was taken since the last flip, and goes on with empty columns. Takes constant
     * time. Where the series thread has not merged the one before, nothing is handed over and the interval goes on:
     * nothing is lost, and {@link SeriesStatistics#skippedFlips} counts it.
     */
    public ClosedInterval flip(long tickMillis) {
        IntervalColumns next = spare.getAndSet(null);
        if (next == null) {
            tallies.skippedFlips.incrementAndGet();
            return new ClosedInterval(this, tickMillis, null);
        }
        IntervalColumns closed = active;
        active = next;
        departures.flipped();
        return new ClosedInterval(this, tickMillis, closed);
    }

    /** From the series thread: these columns were merged and are empty again. */
    void giveBack(IntervalColumns merged) {
        spare.set(merged);
    }

    @Override
    public void accept(SampleBatch batch, long nowMillis) {
        keys.refresh(nowMillis);
        departures.pass(nowMillis);
        int rows = batch.size();
        if (rows > 0) {
            active.arrived(nowMillis);
        }
        for (int from = 0; from < rows; from += BLOCK) {
            int to = Math.min(rows, from + BLOCK);
            touched += keys.touch(batch, from, to);
            take(batch, from, to, nowMillis);
        }
    }

    /**
     * Codes first, then the columns, one kind after the other: which kind comes next is what a processor guesses worst,
     * and rows of one kind keep their order.
     */
    private void take(SampleBatch batch, int from, int to, long nowMillis) {
        int[] ofKind = rowsOfKind;
        int[] rowsByKind = rows;
        Arrays.fill(ofKind, 0);
        boolean plain = true;
        for (int row = from; row < to; row++) {
            if (!isPlain(batch, row)) {
                plain = false;
                Rejection problem = check(batch, row, nowMillis);
                if (problem != null) {
                    codes[row - from] = -1;
                    batch.reject(row, problem);
                    continue;
                }
            }
            int code = keys.find(batch, row);
            if (code < 0) {
                code = keys.admit(batch, row);
            }
            codes[row - from] = code;
            if (code >= 0) {
                int kind = code & 3;
                rowsByKind[kind * BLOCK + ofKind[kind]++] = row;
            } else {
                batch.reject(row, REJECTIONS[-1 - code]);
            }
        }
        if (plain) {
            storePlain(batch, from);
        } else {
            storeInOrder(batch, from, to);
        }
    }

    /** Whether nothing is to be looked into: a value that every kind takes, of weight 1, now. */
    private static boolean isPlain(SampleBatch batch, int row) {
        double value = batch.value(row);
        return value >= 0 && value <= Double.MAX_VALUE && batch.isPlain(row);
    }

    /** @return why no series can take the sample, or null */
    private @Nullable Rejection check(SampleBatch batch, int row, long nowMillis) {
        Kind kind = batch.kind(row);
        double value = batch.value(row);
        boolean good = switch (kind) {
            case COUNTER -> value >= 0 && value <= Double.MAX_VALUE;
            case GAUGE -> Double.isFinite(value);
            case DISTRIBUTION -> value >= 0 && value <= Double.MAX_VALUE;
            case SET -> true;
        };
        if (!good) {
            return Rejection.BAD_VALUE;
        }
        double weight = batch.weight(row);
        if (kind == Kind.DISTRIBUTION && !(weight > 0 && weight <= LARGEST_WEIGHT)) {
            return Rejection.BAD_RATE;
        }
        long time = batch.timeMillis(row);
        if (time != SampleBatch.NOW && !batch.adjusts(row)) {
            long reach = kind == Kind.SET
                    ? timeline.settings().percentileWindowMillis()
                    : timeline.settings().fineMillis();
            if (time > nowMillis + MAX_FUTURE_MILLIS || time <= nowMillis - reach) {
                return Rejection.BAD_TIMESTAMP;
            }
        }
        return null;
    }

    private void storePlain(SampleBatch batch, int from) {
        ScalarColumn counters = active.counters;
        for (int i = COUNTERS; i < COUNTERS + rowsOfKind[Kind.COUNTER.ordinal()]; i++) {
            counters.add(slotOf(codes[rows[i] - from]), batch.value(rows[i]));
        }
        GaugeColumn gauges = active.gauges;
        for (int i = GAUGES; i < GAUGES + rowsOfKind[Kind.GAUGE.ordinal()]; i++) {
            gauges.set(slotOf(codes[rows[i] - from]), batch.value(rows[i]));
        }
        ObservationLog observations = active.observations;
        for (int i = DISTRIBUTIONS; i < DISTRIBUTIONS + rowsOfKind[Kind.DISTRIBUTION.ordinal()]; i++) {
            int row = rows[i];
            long bits = Double.doubleToRawLongBits(batch.value(row));
            if (!observations.add(slotOf(codes[row - from]), bits, 1)) {
                overloaded(batch, row);
            }
        }
        for (int i = SETS; i < SETS + rowsOfKind[Kind.SET.ordinal()]; i++) {
            store(batch, rows[i], codes[rows[i] - from]);
        }
    }

    private void storeInOrder(SampleBatch batch, int from, int to) {
        for (int row = from; row < to; row++) {
            int code = codes[row - from];
            if (code >= 0) {
                store(batch, row, code);
            }
        }
    }

    private void store(SampleBatch batch, int row, int code) {
        Kind kind = kindOf(code);
        boolean adjusts = batch.adjusts(row);
        long time = batch.timeMillis(row);
        if (time != SampleBatch.NOW && kind != Kind.SET && !adjusts) {
            int tick = timeline.scale().ceil(time);
            if (tick <= timeline.horizon().closed()) {
                storeLate(batch, row, code, tick);
                return;
            }
        }
        int slot = slotOf(code);
        double value = batch.value(row);
        IntervalColumns columns = active;
        switch (kind) {
            case COUNTER -> columns.counters.add(slot, value);
            case GAUGE -> {
                if (adjusts) {
                    columns.gauges.adjust(slot, value);
                } else {
                    columns.gauges.set(slot, value);
                }
            }
            case DISTRIBUTION -> {
                if (!columns.observations.add(slot, Double.doubleToRawLongBits(value), batch.weight(row))) {
                    overloaded(batch, row);
                }
            }
            case SET -> {
                if (!columns.members.add(slot, keys.memberHash(batch, row), 1)) {
                    overloaded(batch, row);
                }
            }
        }
    }

    private void storeLate(SampleBatch batch, int row, int code, int tick) {
        long bits = Double.doubleToRawLongBits(batch.value(row));
        if (!active.late.add(code, tick, bits, batch.weight(row))) {
            overloaded(batch, row);
        }
    }

    private void overloaded(SampleBatch batch, int row) {
        active.overloaded++;
        batch.reject(row, Rejection.OVERLOADED);
    }

    void countLimited(SeriesLimit limit) {
        active.limited[limit.ordinal()]++;
    }

    /** The series of a code; for the series thread only while it holds an interval that names it. */
    PushedSeries series(int code) {
        return slots[code & 3].series(code >>> 2);
    }

    SlotSpace slots(Kind kind) {
        return slots[kind.ordinal()];
    }

    static Kind kindOf(int code) {
        return KINDS[code & 3];
    }

    static int slotOf(int code) {
        return code >>> 2;
    }

    /** Slot and kind in one number, or -1 where the series has no slot here. */
    int codeOf(PushedSeries series) {
        int slot = registry.slotIn(number, series);
        return slot == SlotSpace.NONE ? -1 : slot << 2 | series.metric().kind.ordinal();
    }

    /** The code of a series, which gets a slot where it has none; -1 where no slot is left. */
    int codeFor(PushedSeries series) {
        int known = codeOf(series);
        if (known >= 0) {
            departures.keep(known);
            return known;
        }
        int kind = series.metric().kind.ordinal();
        int slot = slots[kind].allocate(series);
        if (slot == SlotSpace.NONE) {
            return -1;
        }
        registry.holdSlot(number, series, slot);
        return slot << 2 | kind;
    }

    boolean sweepKeys(IntPredicate dropped) {
        return keys.sweepOne(dropped);
    }

    void forgetMisfits() {
        keys.forgetMisfits();
    }

    void free(int code, PushedSeries series) {
        keys.freed(code);
        slots[code & 3].free(code >>> 2);
        registry.releaseSlot(number, series);
    }

    /** Bytes that keys take. Any thread; may be a moment old. */
    long keyBytes() {
        return keys.bytes();
    }
}
