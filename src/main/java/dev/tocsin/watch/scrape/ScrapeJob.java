package dev.tocsin.watch.scrape;

import dev.tocsin.http.HttpClientSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One entry of {@code scrape_configs}. Immutable.
 *
 * @param name the {@code job} label
 * @param params of the URL; of several values the first can be relabelled
 * @param honorLabels whether labels that a target says itself win over the target's own
 * @param honorTimestamps whether times that a target says count
 */
public record ScrapeJob(
        String name,
        long intervalMillis,
        long timeoutMillis,
        String scheme,
        String metricsPath,
        Map<String, List<String>> params,
        boolean honorLabels,
        boolean honorTimestamps,
        HttpClientSettings client,
        List<Discovery> discoveries,
        List<Relabeling> relabelings,
        List<Relabeling> metricRelabelings,
        ScrapeLimits limits) {
    public ScrapeJob {
        params = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(params));
        discoveries = List.copyOf(discoveries);
        relabelings = List.copyOf(relabelings);
        metricRelabelings = List.copyOf(metricRelabelings);
    }
}
