package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.PackedBuckets;
import dev.tocsin.core.Points;
import java.util.Arrays;
import java.util.Objects;

/** One series' intervals of a slot that is still being filled. Confined to the history thread. */
final class OpenChunk {
    private final Chunk chunk;
    /** What was observed in the newest interval of a distribution: length (3 bytes), packed buckets, … */
    private byte[] pending = {};

    private int pendingSize;
    private int pendingInterval = -1;

    OpenChunk(SeriesKey series) {
        chunk = Chunk.empty(series, 4);
    }

    void value(int interval, double value) {
        ScalarBlock scalars = chunk.scalars;
        if (scalars != null && !Points.isStale(value)) {
            scalars.add(interval, value);
        }
    }

    void total(int interval, double total, double before) {
        ScalarBlock scalars = chunk.scalars;
        if (scalars != null) {
            scalars.setTotal(interval, total, before);
        }
    }

    void observed(int interval, byte[] bytes, int from, int to, Chunk.Tools tools) {
        if (interval != pendingInterval) {
            close(tools);
            pendingInterval = interval;
        }
        int length = to - from;
        if (pendingSize + 3 + length > pending.length) {
            pending = Arrays.copyOf(pending, Math.max(pendingSize + 3 + length, pending.length * 2));
        }
        pending[pendingSize++] = (byte) (length >>> 16);
        pending[pendingSize++] = (byte) (length >>> 8);
        pending[pendingSize++] = (byte) length;
        System.arraycopy(bytes, from, pending, pendingSize, length);
        pendingSize += length;
    }

    void observed(int interval, Distribution d, Chunk.Tools tools) {
        close(tools);
        if (d.bucketCount() > 0) {
            add(interval, tools.distributions.encode(d), tools);
        }
    }

    private void close(Chunk.Tools tools) {
        if (pendingSize == 0) {
            return;
        }
        tools.builder.reset(chunk.layout());
        int at = 0;
        while (at < pendingSize) {
            int length = (pending[at] & 0xff) << 16 | (pending[at + 1] & 0xff) << 8 | pending[at + 2] & 0xff;
            PackedBuckets.addTo(tools.builder, pending, at + 3, at + 3 + length);
            at += 3 + length;
        }
        add(pendingInterval, tools.distributions.encode(tools.builder.build()), tools);
        pendingSize = 0;
        pendingInterval = -1;
    }

    private void add(int interval, byte[] encoded, Chunk.Tools tools) {
        DistributionBlock block = Objects.requireNonNull(chunk.distributions);
        if (block.size == 0 || block.at[block.size - 1] < interval) {
            block.append(interval, encoded);
        } else {
            BucketLayout layout = chunk.layout();
            DistributionBlock one = new DistributionBlock(1);
            one.append(interval, encoded);
            block.merge(one, layout, tools.distributions);
        }
    }

    /** What is in it; nothing is added after this. */
    Chunk closed(Chunk.Tools tools) {
        close(tools);
        return chunk;
    }
}
