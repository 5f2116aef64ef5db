package dev.tocsin.series;

import dev.tocsin.core.KeyHash;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one shard knows, each with its code (slot and kind). Confined to the shard's thread.
 *
 * <p>Keys that have no place of their own are remembered apart, in a table that is emptied every minute and whenever it
 * is full: what went into an overflow series (there may be room by then), what was rejected, and further spellings of a
 * series that already has {@link #MAX_SPELLINGS}. So senders that make up keys can't make this grow.
 */
final class ShardKeys {
    private static final int MAX_SPELLINGS = 8;
    private static final int MAX_MISFITS = 1 << 16;
    /** So many stay in the second-level cache by themselves, table and keys. */
    private static final int KEYS_IN_CACHE = 1 << 12;

    private static final int MAX_MISFIT_KEY_BYTES = 1_024;
    private static final long MISFIT_MILLIS = 60_000;
    private static final SeriesLimit[] LIMITS = SeriesLimit.values();

    private final Shard shard;
    private final Registry registry;
    private final SampleNames names;
    private final KeyTable table = new KeyTable();
    /** Raw keys by code. */
    private byte[] spellings = new byte[256];

    /** Values: code and limit where the sample is taken, below -1 where it is not. */
    private KeyTable misfits = new KeyTable();

    private long misfitsUntilMillis = Long.MIN_VALUE;
    private volatile long bytes;

    ShardKeys(Shard shard, Registry registry, SampleNames names) {
        this.shard = shard;
        this.registry = registry;
        this.names = names;
    }

    /** Once per batch. */
    void refresh(long nowMillis) {
        if (nowMillis >= misfitsUntilMillis || nowMillis < misfitsUntilMillis - MISFIT_MILLIS) {
            bytes = table.bytes() + misfits.bytes() + spellings.length;
            forgetMisfits();
            misfitsUntilMillis = nowMillis + MISFIT_MILLIS;
        }
    }

    void forgetMisfits() {
        if (misfits.size() > 0) {
            misfits = new KeyTable();
        }
    }

    /** Loads table entries of rows [from, to), then their keys, so that cache misses overlap. */
    long touch(SampleBatch batch, int from, int to) {
        if (table.size() <= KEYS_IN_CACHE) {
            return 0;
        }
        long sum = 0;
        for (int row = from; row < to; row++) {
            long hash = batch.keyHash(row);
            sum += table.segment(hash).touch(hash);
        }
        for (int row = from; row < to; row++) {
            long hash = batch.keyHash(row);
            KeySegment segment = table.segment(hash);
            sum += segment.touchKey(segment.touch(hash), keyLength(batch, row));
        }
        return sum;
    }

    private static int keyLength(SampleBatch batch, int row) {
        return batch.nameEnd(row) - batch.nameStart(row) + batch.tagsEnd(row) - batch.tagsStart(row);
    }

    /** @return the code, or {@link KeyTable#MISSING} */
    int find(SampleBatch batch, int row) {
        return find(table, batch, row);
    }

    private static int find(KeyTable in, SampleBatch batch, int row) {
        return in.find(
                batch.keyHash(row),
                batch.bytes,
                batch.nameStart(row),
                batch.nameEnd(row),
                batch.tagsStart(row),
                batch.tagsEnd(row),
                batch.shape(row));
    }

    /**
     * For a key that is not in the table.
     *
     * @return the code, or minus one minus the ordinal of why the sample can't be taken
     */
    int admit(SampleBatch batch, int row) {
        int known = find(misfits, batch, row);
        if (known != KeyTable.MISSING) {
            return ofMisfit(known);
        }
        return switch (names.read(batch, row)) {
            case SampleNames.Reading.Refused refused -> refuse(batch, row, refused.reason());
            case SampleNames.Reading.TooMuch much -> admit(batch, row, much.overflow(), SeriesLimit.LABELS);
            case SampleNames.Reading.Named named -> admit(batch, row, named.labels(), null);
        };
    }

    private int admit(SampleBatch batch, int row, Labels labels, @Nullable SeriesLimit reached) {
        return switch (registry.admit(batch.kind(row), labels)) {
            case Registry.Admission.Refused refused -> refuse(batch, row, refused.reason());
            case Registry.Admission.Own own -> enter(batch, row, own.series(), reached);
            case Registry.Admission.Other other -> enter(batch, row, other.series(), other.limit());
        };
    }

    private int enter(SampleBatch batch, int row, PushedSeries series, @Nullable SeriesLimit limit) {
        int code = shard.codeFor(series);
        if (code < 0) {
            return refuse(batch, row, Rejection.SERIES_LIMIT);
        }
        if (code >= spellings.length) {
            spellings = Arrays.copyOf(spellings, Math.max(code + 1, spellings.length * 2));
        }
        if (limit == null && spellings[code] < MAX_SPELLINGS && put(table, batch, row, code)) {
            spellings[code]++;
            return code;
        }
        return ofMisfit(remember(batch, row, code << 3 | (limit == null ? 0 : limit.ordinal() + 1)));
    }

    private int refuse(SampleBatch batch, int row, Rejection reason) {
        return ofMisfit(remember(batch, row, -2 - reason.ordinal()));
    }

    private int ofMisfit(int misfit) {
        if (misfit < 0) {
            return misfit + 1;
        }
        if ((misfit & 7) != 0) {
            shard.countLimited(LIMITS[(misfit & 7) - 1]);
        }
        return misfit >>> 3;
    }

    private int remember(SampleBatch batch, int row, int misfit) {
        if (keyLength(batch, row) <= MAX_MISFIT_KEY_BYTES) {
            if (misfits.size() >= MAX_MISFITS) {
                misfits = new KeyTable();
            }
            put(misfits, batch, row, misfit);
        }
        return misfit;
    }

    private static boolean put(KeyTable into, SampleBatch batch, int row, int value) {
        return into.put(
                batch.keyHash(row),
                batch.bytes,
                batch.nameStart(row),
                batch.nameEnd(row),
                batch.tagsStart(row),
                batch.tagsEnd(row),
                batch.shape(row),
                value);
    }

    long memberHash(SampleBatch batch, int row) {
        return KeyHash.of(batch.bytes, batch.memberStart(row), batch.memberEnd(row), 0, 0, 0);
    }

    boolean sweepOne(IntPredicate dropped) {
        return table.sweepOne(dropped);
    }

    /** The slot of a code is given up; all its keys were swept out. */
    void freed(int code) {
        spellings[code] = 0;
    }

    /** About what the keys take. Any thread; up to a minute old. */
    long bytes() {
        return bytes;
    }
}
