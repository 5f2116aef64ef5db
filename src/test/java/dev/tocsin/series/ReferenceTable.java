package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a series table should answer, the slow and obvious way: every sample is kept, and every question is answered by
 * going through all of them. Weights are whole here, gauges come without timestamps, and all questions are about the
 * fine history.
 */
final class ReferenceTable {
    private record Sample(long tick, double value, double weight, String member) {}

    private record Pushed(int shard, Labels labels, Kind kind, Sample sample, boolean relative) {}

    private final TimelineSettings settings;
    private final Map<Labels, Kind> kinds = new HashMap<>();
    private final Map<Labels, List<Sample>> samples = new HashMap<>();
    private final List<Pushed> inProgress = new ArrayList<>();
    private long newest;

    ReferenceTable(TimelineSettings settings, long now) {
        newest = now - 1;
        this.settings = settings;
    }

    /** @param time of the client, or a negative number */
    void push(
            int shard,
            Labels labels,
            Kind kind,
            double value,
            double weight,
            String member,
            boolean relative,
            long time) {
        kinds.put(labels, kind);
        inProgress.add(new Pushed(shard, labels, kind, new Sample(time, value, weight, member), relative));
    }

    /** Closes a tick. */
    void close(long tick, int shardCount) {
        Map<Labels, Double> gauges = new HashMap<>();
        for (int shard = 0; shard < shardCount; shard++) {
            for (Pushed p : inProgress) {
                if (p.shard == shard && p.kind == Kind.GAUGE) {
                    double before = gauges.containsKey(p.labels) ? gauges.get(p.labels) : base(p.labels, tick);
                    gauges.put(p.labels, p.relative ? before + p.sample.value : p.sample.value);
                }
            }
        }
        gauges.forEach((labels, value) -> add(labels, new Sample(tick, value, 1, "")));
        for (Pushed p : inProgress) {
            if (p.kind != Kind.GAUGE) {
                long at = p.sample.tick < 0 || ceil(p.sample.tick) > newest ? tick : ceil(p.sample.tick);
                add(p.labels, new Sample(at, p.sample.value, p.sample.weight, p.sample.member));
            }
        }
        inProgress.clear();
        newest = tick;
    }

    private long ceil(long time) {
        return -Math.floorDiv(-time, settings.tickMillis()) * settings.tickMillis();
    }

    private double base(Labels labels, long tick) {
        List<Sample> all = samples.getOrDefault(labels, List.of());
        return all.isEmpty() || tick - all.getLast().tick >= settings.forgetMillis() ? 0 : all.getLast().value;
    }

    private void add(Labels labels, Sample sample) {
        samples.computeIfAbsent(labels, l -> new ArrayList<>()).add(sample);
    }

    Set<Labels> series() {
        return samples.keySet();
    }

    Kind kind(Labels labels) {
        return kinds.get(labels);
    }

    /** The points in (after, to], {@code to} not being later than the last tick. */
    Points points(Labels labels, long after, long to) {
        Points points = new Points();
        Kind kind = kinds.get(labels);
        long hold = kind == Kind.GAUGE ? settings.gaugeStaleMillis() : settings.forgetMillis();
        TreeSet<Long> sampled = new TreeSet<>();
        samples.get(labels).forEach(s -> sampled.add(s.tick));
        for (long t = after - Math.floorMod(after, settings.tickMillis()); t <= to; t += settings.tickMillis()) {
            if (t <= after) {
                continue;
            }
            boolean lives = lives(sampled, t, hold);
            boolean cumulative = kind == Kind.COUNTER || kind == Kind.DISTRIBUTION;
            long next = t + settings.tickMillis();
            boolean aboutToBegin = cumulative && !lives && next <= newest && sampled.contains(next);
            if (lives || aboutToBegin) {
                addPoint(labels, kind, t, points);
            }
        }
        return points;
    }

    private static boolean lives(TreeSet<Long> sampled, long t, long hold) {
        Long last = sampled.floor(t);
        return last != null && t - last < hold;
    }

    private void addPoint(Labels labels, Kind kind, long t, Points into) {
        List<Sample> all = samples.get(labels);
        switch (kind) {
            case COUNTER ->
                into.add(
                        t,
                        all.stream()
                                .filter(s -> s.tick <= t)
                                .mapToDouble(Sample::value)
                                .sum());
            case GAUGE ->
                into.add(
                        t,
                        all.stream()
                                .filter(s -> s.tick <= t)
                                .reduce((a, b) -> b)
                                .orElseThrow()
                                .value);
            case DISTRIBUTION -> {
                DistributionBuilder builder = new DistributionBuilder(BucketLayout.TWO_DIGITS);
                all.stream().filter(s -> s.tick <= t).forEach(s -> builder.record(s.value, s.weight));
                into.add(t, builder.build());
            }
            case SET -> {
                Set<String> members = new HashSet<>();
                all.stream()
                        .filter(s -> s.tick <= t && s.tick > t - settings.percentileWindowMillis())
                        .forEach(s -> members.add(s.member));
                into.add(t, members.size());
            }
        }
    }

    /** What was observed in (after, to]. */
    Distribution between(Labels labels, long after, long to) {
        DistributionBuilder builder = new DistributionBuilder(BucketLayout.TWO_DIGITS);
        samples.get(labels).stream()
                .filter(s -> s.tick > after && s.tick <= to)
                .forEach(s -> builder.record(s.value, s.weight));
        return builder.build();
    }
}
