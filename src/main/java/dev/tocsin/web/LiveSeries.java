package dev.tocsin.web;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value.VectorSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The series of one query of a subscription: short numbers, so that frames carry no labels, and the newest values, so
 * that they carry only what changed. A number is never given twice. Series that no kept frame uses are forgotten, and
 * get a new number when they come back, so what is held is bounded by the frames that are kept. Confined to its
 * subscription's owner.
 */
final class LiveSeries {
    private final Map<Labels, Known> known = new LinkedHashMap<>();
    private List<Known> present = new ArrayList<>();
    private List<Known> before = new ArrayList<>();
    private int nextId;

    static final class Known {
        final int id;
        final Labels labels;
        private long lastMillis;
        private double value;
        private @Nullable Distribution distribution;

        Known(int id, Labels labels) {
            this.id = id;
            this.labels = labels;
        }
    }

    /** What a value is to those who had the tick before. */
    enum Change {
        NEW_SERIES,
        CHANGED,
        NONE
    }

    /** From now on, what is told is of the next tick. */
    void beginTick() {
        List<Known> reused = before;
        before = present;
        present = reused;
        present.clear();
    }

    Change tell(VectorSample sample, long tickMillis, long previousMillis) {
        Known series = known.get(sample.labels());
        Change change;
        if (series == null) {
            series = new Known(nextId++, sample.labels());
            known.put(sample.labels(), series);
            change = Change.NEW_SERIES;
        } else {
            boolean same = series.lastMillis == previousMillis
                    && Double.doubleToLongBits(series.value) == Double.doubleToLongBits(sample.value())
                    && Objects.equals(series.distribution, sample.distribution());
            change = same ? Change.NONE : Change.CHANGED;
        }
        series.lastMillis = tickMillis;
        series.value = sample.value();
        series.distribution = sample.distribution();
        present.add(series);
        return change;
    }

    /** The series that was told of last. */
    Known last() {
        return present.getLast();
    }

    /** Those that the tick before had, and this one has not. */
    List<Known> gone(long tickMillis) {
        return before.stream().filter(each -> each.lastMillis < tickMillis).toList();
    }

    /** All that this tick has. */
    Frame.Values values() {
        Map<Integer, Distribution> distributions = new HashMap<>();
        for (int i = 0; i < present.size(); i++) {
            Distribution distribution = present.get(i).distribution;
            if (distribution != null) {
                distributions.put(i, distribution);
            }
        }
        return new Frame.Values(
                present.stream().mapToInt(each -> each.id).toArray(),
                present.stream().mapToDouble(each -> each.value).toArray(),
                distributions);
    }

    void forgetUnusedSince(long tickMillis) {
        known.values().removeIf(each -> each.lastMillis < tickMillis);
    }

    int size() {
        return known.size();
    }

    /** Appends every known series as {@code {"id":0,"labels":{…}},…}. */
    void appendAll(StringBuilder out) {
        String separator = "";
        for (Known each : known.values()) {
            out.append(separator);
            append(out, each);
            separator = ",";
        }
    }

    static void append(StringBuilder out, Known series) {
        out.append("{\"id\":").append(series.id).append(",\"labels\":");
        appendLabels(out, series.labels);
        out.append('}');
    }

    static void appendLabels(StringBuilder out, Labels labels) {
        out.append('{');
        for (int i = 0; i < labels.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            JsonText.appendString(out, labels.nameAt(i));
            out.append(':');
            JsonText.appendString(out, labels.valueAt(i));
        }
        out.append('}');
    }
}
