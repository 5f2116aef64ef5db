package dev.tocsin.series;

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

    /** Hashes rows [from, to) and loads their table entries, then their keys, so that cache misses overlap. */
    long hashAndTouch(SampleBatch batch, int from, int to, long[] hashes) {
        for (int row = from; row < to; row++) {
            hashes[row - from] = hash(batch, row);
        }
        long sum = 0;
        for (int row = from; row < to; row++) {
            long hash = hashes[row - from];
            sum += table.segment(hash).touch(hash);
        }
        for (int row = from; row < to; row++) {
            long hash = hashes[row - from];
            KeySegment segment = table.segment(hash);
            sum += segment.touchKey(segment.touch(hash), keyLength(batch, row));
        }
        return sum;
    }

    private static int keyLength(SampleBatch batch, int row) {
        return batch.nameEnd[row] - batch.nameStart[row] + batch.tagsEnd[row] - batch.tagsStart[row];
    }

    private static long hash(SampleBatch batch, int row) {
        return KeyHash.of(
                batch.bytes,
                batch.nameStart[row],
                batch.nameEnd[row],
                batch.tagsStart[row],
                batch.tagsEnd[row],
                shape(batch, row));
    }

    /** What of a key is not in its bytes: the kind, and what separates its tags. */
    private static int shape(SampleBatch batch, int row) {
        return batch.kind[row].ordinal() | (batch.pairSeparator & 0xff) << 8 | (batch.valueSeparator & 0xff) << 16;
    }

    /** @return the code, or {@link KeyTable#MISSING} */
    int find(long hash, SampleBatch batch, int row) {
        return find(table, hash, batch, row);
    }

    private static int find(KeyTable in, long hash, SampleBatch batch, int row) {
        return in.find(
                hash,
                batch.bytes,
                batch.nameStart[row],
                batch.nameEnd[row],
                batch.tagsStart[row],
                batch.tagsEnd[row],
                shape(batch, row));
    }

    /**
     * For a key that is not in the table.
     *
     * @return the code, or minus the outcome of a sample that can't be taken
     */
    int admit(long hash, SampleBatch batch, int row) {
        int known = find(misfits, hash, batch, row);
        if (known != KeyTable.MISSING) {
            return ofMisfit(known);
        }
        return switch (names.read(batch, row)) {
            case SampleNames.Reading.Refused refused -> refuse(hash, batch, row, refused.reason());
            case SampleNames.Reading.TooMuch much -> admit(hash, batch, row, much.overflow(), SeriesLimit.LABELS);
            case SampleNames.Reading.Named named -> admit(hash, batch, row, named.labels(), null);
        };
    }

    private int admit(long hash, SampleBatch batch, int row, Labels labels, @Nullable SeriesLimit reached) {
        return switch (registry.admit(batch.kind[row], labels)) {
            case Registry.Admission.Refused refused -> refuse(hash, batch, row, refused.reason());
            case Registry.Admission.Own own -> enter(hash, batch, row, own.series(), reached);
            case Registry.Admission.Other other -> enter(hash, batch, row, other.series(), other.limit());
        };
    }

    private int enter(long hash, SampleBatch batch, int row, PushedSeries series, @Nullable SeriesLimit limit) {
        int code = shard.codeFor(series);
        if (code < 0) {
            return refuse(hash, batch, row, Rejection.SERIES_LIMIT);
        }
        if (code >= spellings.length) {
            spellings = Arrays.copyOf(spellings, Math.max(code + 1, spellings.length * 2));
        }
        if (limit == null && spellings[code] < MAX_SPELLINGS && put(table, hash, batch, row, code)) {
            spellings[code]++;
            return code;
        }
        return ofMisfit(remember(hash, batch, row, code << 3 | (limit == null ? 0 : limit.ordinal() + 1)));
    }

    private int refuse(long hash, SampleBatch batch, int row, Rejection reason) {
        return ofMisfit(remember(hash, batch, row, -2 - reason.ordinal()));
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

    private int remember(long hash, SampleBatch batch, int row, int misfit) {
        if (keyLength(batch, row) <= MAX_MISFIT_KEY_BYTES) {
            if (misfits.size() >= MAX_MISFITS) {
                misfits = new KeyTable();
            }
            put(misfits, hash, batch, row, misfit);
        }
        return misfit;
    }

    private static boolean put(KeyTable into, long hash, SampleBatch batch, int row, int value) {
        return into.put(
                hash,
                batch.bytes,
                batch.nameStart[row],
                batch.nameEnd[row],
                batch.tagsStart[row],
                batch.tagsEnd[row],
                shape(batch, row),
                value);
    }

    long memberHash(SampleBatch batch, int row) {
        return KeyHash.of(batch.bytes, batch.memberStart[row], batch.memberEnd[row], 0, 0, 0);
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
