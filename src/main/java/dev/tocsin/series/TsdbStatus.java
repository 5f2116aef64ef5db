package dev.tocsin.series;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Prometheus tells at {@code /api/v1/status/tsdb}: which metrics and labels have the most series. Lists are in
 * descending order.
 */
public record TsdbStatus(
        HeadStats headStats,
        List<Entry> seriesCountByMetricName,
        List<Entry> labelValueCountByLabelName,
        List<Entry> memoryInBytesByLabelName,
        List<Entry> seriesCountByLabelValuePair) {
    /**
     * @param minTimeMillis the oldest time that can be read
     * @param maxTimeMillis the last closed tick
     */
    public record HeadStats(
            long numSeries, long numLabelPairs, long chunkCount, long minTimeMillis, long maxTimeMillis) {}

    public record Entry(String name, long value) {}

    static TsdbStatus of(SeriesIndex index, int topN) {
        Map<String, Long> byMetric = new HashMap<>();
        Map<String, Set<String>> values = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        Map<String, Long> byPair = new HashMap<>();
        long[] count = new long[1];
        index.forEachLabels(labels -> {
            count[0]++;
            byMetric.merge(labels.metricName(), 1L, Long::sum);
            labels.forEach((name, value) -> {
                if (values.computeIfAbsent(name, n -> new HashSet<>()).add(value)) {
                    bytes.merge(name, (long) value.length(), Long::sum);
                }
                byPair.merge(name + "=" + value, 1L, Long::sum);
            });
        });
        Map<String, Long> valueCounts = new HashMap<>();
        values.forEach((name, set) -> valueCounts.put(name, (long) set.size()));
        return new TsdbStatus(
                new HeadStats(count[0], byPair.size(), count[0], index.minTimeMillis(), index.maxTimeMillis()),
                top(byMetric, topN),
                top(valueCounts, topN),
                top(bytes, topN),
                top(byPair, topN));
    }

    private static List<Entry> top(Map<String, Long> counts, int topN) {
        return counts.entrySet().stream()
                .map(e -> new Entry(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingLong(Entry::value).reversed().thenComparing(Entry::name))
                .limit(topN)
                .toList();
    }
}
