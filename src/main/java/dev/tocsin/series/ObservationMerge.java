package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.PackedBuckets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** From the observations of one series in one interval to a packed distribution. Confined to the series thread. */
final class ObservationMerge {
    /** Up to so many, sorting their bucket indexes is quicker than walking the buckets between them. */
    private static final int FEW = 48;

    private final Workbench bench;
    private final int[] indexes = new int[FEW];

    ObservationMerge(Workbench bench) {
        this.bench = bench;
    }

    /** Adds the observations in [from, to) to what is pending in the series. */
    void add(DistributionSeries series, long[] bits, double @Nullable [] weights, int from, int to) {
        if (weights == null && to - from <= FEW) {
            addFew(series, bits, from, to);
            return;
        }
        BucketLayout layout = series.layout();
        DistributionBuilder builder = bench.sum(layout);
        long count = 0;
        double sum = 0;
        for (int i = from; i < to; i++) {
            double value = Double.longBitsToDouble(bits[i]);
            long times = weights == null ? 1 : series.whole(weights[i]);
            if (times > 0) {
                builder.record(value, times);
                count += times;
                sum += value * times;
            }
        }
        if (count > 0) {
            series.add(bench.writer.pack(builder), count, sum, bench);
        }
    }

    private void addFew(DistributionSeries series, long[] bits, int from, int to) {
        BucketLayout layout = series.layout();
        int n = to - from;
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = 0;
        for (int i = 0; i < n; i++) {
            double value = Double.longBitsToDouble(bits[from + i]);
            indexes[i] = layout.indexOf(value);
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        Arrays.sort(indexes, 0, n);
        PackedBuckets.Writer writer = bench.writer;
        writer.begin(sum, min, max);
        for (int i = 0; i < n; ) {
            int run = i + 1;
            while (run < n && indexes[run] == indexes[i]) {
                run++;
            }
            writer.bucket(indexes[i], run - i);
            i = run;
        }
        series.add(writer.bytes(), n, sum, bench);
    }
}
