package dev.tocsin.watch.quality;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.quality.AssertionStatus;
import dev.tocsin.core.quality.DatasetStatus;
import dev.tocsin.core.quality.MeasureStatus;
import dev.tocsin.core.quality.QualityState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Writes what is known of data sets as series; what is unknown has none, so that it ends where it becomes so. Confined to
 * the verticle's event loop.
 */
final class QualitySeries {
    private final SampleRecorder recorder;
    private final Map<String, Set<Labels>> open = new HashMap<>();

    QualitySeries(SampleRecorder recorder) {
        this.recorder = recorder;
    }

    /** Writes what holds now, and ends what does not hold any more. */
    void publish(DatasetStatus status, long nowMillis) {
        Map<Labels, Double> now = holding(status);
        Set<Labels> ended = new HashSet<>(open.getOrDefault(status.name(), Set.of()));
        ended.removeAll(now.keySet());
        ended.forEach(labels -> recorder.markStale(labels, nowMillis));
        now.forEach((labels, value) -> recorder.append(labels, nowMillis, value.doubleValue()));
        open.put(status.name(), now.keySet());
    }

    /** Ends the series of data sets that are gone. */
    void keepOnly(Set<String> names, long nowMillis) {
        open.entrySet().removeIf(entry -> {
            boolean gone = !names.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(labels -> recorder.markStale(labels, nowMillis));
            }
            return gone;
        });
    }

    private static Map<Labels, Double> holding(DatasetStatus status) {
        Map<Labels, Double> now = new LinkedHashMap<>();
        if (status.measures().isEmpty()) {
            return now;
        }
        Labels labels = status.labels();
        putStates(now, labels.with(Labels.NAME, "quality_state"), status.state());
        put(now, labels.with(Labels.NAME, "quality_score"), status.score());
        for (MeasureStatus measure : status.measures()) {
            put(now, labels.with(Labels.NAME, measure.measure().series()), measure.value());
            put(now, labels.with(Labels.NAME, measure.measure().thresholdSeries()), measure.threshold());
            Labels named = Labels.of(
                    Labels.NAME,
                    "quality_measure_state",
                    "measure",
                    measure.measure().word());
            putStates(now, labels.with(named), measure.state());
        }
        for (AssertionStatus assertion : status.assertions()) {
            Labels name = Labels.of(Labels.NAME, "quality_assertion_ratio", "assertion", assertion.name());
            put(now, labels.with(name), assertion.share());
        }
        return now;
    }

    /** 1 for the state that holds, 0 for the others: that one is over is known, not missing. */
    private static void putStates(Map<Labels, Double> into, Labels labels, QualityState holding) {
        for (QualityState state : QualityState.values()) {
            into.put(labels.with("state", state.word()), state == holding ? 1.0 : 0.0);
        }
    }

    private static void put(Map<Labels, Double> into, Labels labels, double value) {
        if (!Double.isNaN(value)) {
            into.put(labels, value);
        }
    }
}
