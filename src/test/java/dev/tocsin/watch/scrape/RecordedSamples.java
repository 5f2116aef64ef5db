package dev.tocsin.watch.scrape;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What was recorded, by series: {@code value@time}, {@code end@time}. */
final class RecordedSamples implements SampleRecorder {
    private final Map<String, List<String>> bySeries = new TreeMap<>();

    private synchronized void add(Labels labels, String sample) {
        bySeries.computeIfAbsent(labels.toString(), series -> new ArrayList<>()).add(sample);
    }

    @Override
    public void append(Labels labels, long timeMillis, double value) {
        add(labels, value + "@" + timeMillis);
    }

    @Override
    public void append(Labels labels, long timeMillis, Distribution value) {
        throw new AssertionError("scraped histograms stay classic");
    }

    @Override
    public void markStale(Labels labels, long timeMillis) {
        add(labels, "end@" + timeMillis);
    }

    synchronized List<String> of(String series) {
        return List.copyOf(bySeries.getOrDefault(series, List.of()));
    }

    synchronized List<String> series() {
        return List.copyOf(bySeries.keySet());
    }

    /** Whether the series ever had this value. */
    boolean has(String series, String value) {
        return of(series).stream().anyMatch(sample -> sample.startsWith(value + "@"));
    }

    /** The value of the last sample; empty where it has ended, or there is none. */
    String last(String series) {
        List<String> all = of(series);
        String last = all.isEmpty() ? "" : all.getLast();
        return last.startsWith("end") ? "" : last.replaceFirst("@.*", "");
    }
}
