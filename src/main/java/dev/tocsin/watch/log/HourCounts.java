package dev.tocsin.watch.log;

import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.util.Arrays;

/** How many of something there were in each ten minutes of the last 49 hours. Confined to one thread. */
final class HourCounts {
    static final long BUCKET_MILLIS = 600_000;
    static final int BUCKETS_PER_HOUR = 6;
    /** Two days and an hour. */
    static final int BUCKETS = 49 * BUCKETS_PER_HOUR;

    /** The count of bucket {@code b} stands at {@code b % BUCKETS}, for the {@link #BUCKETS} up to {@link #newest}. */
    private final int[] counts = new int[BUCKETS];

    private long newest;

    static long bucketOf(long millis) {
        return Math.floorDiv(millis, BUCKET_MILLIS);
    }

    void add(long bucket, int count) {
        if (bucket > newest) {
            long from = Math.max(newest + 1, bucket - BUCKETS + 1);
            if (bucket - newest >= BUCKETS) {
                Arrays.fill(counts, 0);
            } else {
                for (long b = from; b <= bucket; b++) {
                    counts[(int) Math.floorMod(b, (long) BUCKETS)] = 0;
                }
            }
            newest = bucket;
        }
        if (bucket > newest - BUCKETS) {
            int at = (int) Math.floorMod(bucket, (long) BUCKETS);
            counts[at] = (int) Math.min(Integer.MAX_VALUE, (long) counts[at] + count);
        }
    }

    /** Of the buckets from one to another, both included. */
    long sum(long from, long to) {
        long sum = 0;
        for (long b = Math.max(from, newest - BUCKETS + 1); b <= Math.min(to, newest); b++) {
            sum += counts[(int) Math.floorMod(b, (long) BUCKETS)];
        }
        return sum;
    }

    void write(ByteWriter out) {
        int filled = 0;
        for (int count : counts) {
            filled += count > 0 ? 1 : 0;
        }
        out.putVarint(newest);
        out.putVarint(filled);
        for (long b = newest - BUCKETS + 1; b <= newest; b++) {
            int count = counts[(int) Math.floorMod(b, (long) BUCKETS)];
            if (count > 0) {
                out.putVarint(newest - b);
                out.putVarint(count);
            }
        }
    }

    static HourCounts read(ByteReader in) {
        HourCounts read = new HourCounts();
        read.newest = in.readVarint();
        int filled = in.readCount();
        for (int i = 0; i < filled; i++) {
            long back = in.readVarint();
            read.add(read.newest - back, (int) in.readVarint());
        }
        return read;
    }
}
