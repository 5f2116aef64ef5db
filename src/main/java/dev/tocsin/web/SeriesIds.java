package dev.tocsin.web;

import dev.tocsin.core.Labels;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Short numbers for the series of one query, so that frames carry no labels. A number is never given twice. Series that
 * no kept frame uses are forgotten, and get a new number when they come back, so what is held is bounded by the frames
 * that are kept. Confined to its subscription's owner.
 */
final class SeriesIds {
    private final Map<Labels, Known> known = new LinkedHashMap<>();
    private int nextId;

    private static final class Known {
        final int id;
        long lastMillis;

        Known(int id) {
            this.id = id;
        }
    }

    /** @return the series' number, or -1 - number where it is new, and has to be announced */
    int use(Labels labels, long tickMillis) {
        Known found = known.get(labels);
        int id;
        if (found == null) {
            found = new Known(nextId++);
            known.put(labels, found);
            id = -1 - found.id;
        } else {
            id = found.id;
        }
        found.lastMillis = tickMillis;
        return id;
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
        for (Map.Entry<Labels, Known> each : known.entrySet()) {
            out.append(separator);
            append(out, each.getValue().id, each.getKey());
            separator = ",";
        }
    }

    static void append(StringBuilder out, int id, Labels labels) {
        out.append("{\"id\":").append(id).append(",\"labels\":");
        appendLabels(out, labels);
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
