package dev.tocsin.promql;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The classic histograms of a script's {@code load_with_nhcb}, made into histograms whose buckets have the bounds of the
 * labels {@code le}. Series that are no part of a classic histogram are left out.
 */
final class ClassicHistograms {
    /** One histogram at one time; NaN where there is no such series. */
    private static final class Sample {
        final TreeMap<Double, Double> cumulative = new TreeMap<>();
        double count = Double.NaN;
        double sum = Double.NaN;

        boolean isStale() {
            return Points.isStale(count) || cumulative.values().stream().anyMatch(Points::isStale);
        }

        /** @throws IllegalArgumentException where the buckets contradict each other or the count */
        Distribution distribution() {
            double all = Double.isNaN(count) ? cumulative.lastEntry().getValue() : count;
            cumulative.putIfAbsent(Double.POSITIVE_INFINITY, all);
            BucketLayout layout = BucketLayout.ofBounds(cumulative.headMap(Double.POSITIVE_INFINITY).keySet().stream()
                    .mapToDouble(bound -> bound)
                    .toArray());
            DistributionBuilder builder = new DistributionBuilder(layout);
            double before = 0;
            int index = 0;
            for (double upTo : cumulative.values()) {
                if (upTo < before || upTo > all) {
                    throw new IllegalArgumentException("buckets " + cumulative + " of a histogram that counts " + all);
                }
                builder.addBucket(index++, upTo - before);
                before = upTo;
            }
            builder.addTotals(Double.isNaN(sum) ? 0 : sum, Double.NaN, Double.NaN);
            return builder.build();
        }
    }

    /** By the labels of the histogram, then by time in ms. */
    private final Map<Labels, TreeMap<Long, Sample>> all = new TreeMap<>();

    void add(Labels labels, Points points) {
        String name = labels.metricName();
        for (int i = 0; i < points.size; i++) {
            long time = points.timeMillis[i];
            double value = points.value[i];
            if (name.endsWith("_bucket")) {
                sample(labels, "_bucket", time).cumulative.put(PromNumber.parse(labels.get("le")), value);
            } else if (name.endsWith("_count")) {
                sample(labels, "_count", time).count = value;
            } else if (name.endsWith("_sum")) {
                sample(labels, "_sum", time).sum = value;
            }
        }
    }

    private Sample sample(Labels labels, String suffix, long timeMillis) {
        String name = labels.metricName();
        Labels histogram = labels.with("__name__", name.substring(0, name.length() - suffix.length()))
                .with("le", null);
        return all.computeIfAbsent(histogram, l -> new TreeMap<>()).computeIfAbsent(timeMillis, t -> new Sample());
    }

    /** One series for each histogram, with a point wherever a bucket has one. */
    void forEachWithCustomBuckets(BiConsumer<Labels, Points> consumer) {
        all.forEach((labels, samples) -> {
            Points points = new Points();
            samples.forEach((time, sample) -> {
                if (sample.isStale()) {
                    points.add(time, Points.STALE);
                } else if (!sample.cumulative.isEmpty()) {
                    try {
                        points.add(time, sample.distribution());
                    } catch (IllegalArgumentException e) {
                        System.out.println("not loaded: " + labels + " at " + time + " ms (" + e.getMessage() + ")");
                    }
                }
            });
            if (points.size > 0) {
                consumer.accept(labels, points);
            }
        });
    }
}
