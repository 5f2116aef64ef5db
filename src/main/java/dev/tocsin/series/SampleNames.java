package dev.tocsin.series;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * From a name and tags as sent to canonical labels. In a metric name every character outside {@code [a-zA-Z0-9_:]}
 * becomes {@code _}, and a leading digit gets one before it; label names alike, without the colon. {@code k:v} is
 * {@code k="v"}, a bare tag {@code t} is {@code t="true"}, an empty value is no label, and of a label given twice the
 * last counts. Bytes that are no UTF-8 become U+FFFD. Label names that begin with two underscores are reserved: they
 * lose all but one. Only called for keys not seen before. Safe from any thread.
 */
final class SampleNames {
    /** What the labels of a key are, or why it has none. */
    sealed interface Reading {
        record Named(Labels labels) implements Reading {}

        /** The name can be told, the labels are past a limit. */
        record TooMuch(Labels overflow) implements Reading {}

        record Refused(Rejection reason) implements Reading {}
    }

    private final SeriesLimits limits;

    SampleNames(SeriesLimits limits) {
        this.limits = limits;
    }

    Reading read(SampleBatch batch, int row) {
        int start = batch.nameStart(row);
        int length = batch.nameEnd(row) - start;
        if (length == 0) {
            return new Reading.Refused(Rejection.EMPTY_NAME);
        }
        if (length > limits.maxNameLength()) {
            return new Reading.Refused(Rejection.NAME_TOO_LONG);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        boolean withinLimits = readTags(batch, row, labels);
        String name = metricName(text(batch, start, batch.nameEnd(row)));
        labels.put(Labels.NAME, name);
        if (withinLimits) {
            Labels named = Labels.of(labels);
            if (named.size() - 1 <= limits.maxLabels()) {
                return new Reading.Named(named);
            }
        }
        return new Reading.TooMuch(Labels.of(Labels.NAME, name, Registry.OTHER_LABEL, "true"));
    }

    /** @return false where a label is too long, or there are far too many */
    private boolean readTags(SampleBatch batch, int row, Map<String, String> labels) {
        int end = batch.tagsEnd(row);
        for (int from = batch.tagsStart(row); from < end; ) {
            int to = indexOf(batch, batch.pairSeparator, from, end);
            if (to > from) {
                int split = indexOf(batch, batch.valueSeparator, from, to);
                if (split - from > limits.maxLabelNameLength() || to - split - 1 > limits.maxLabelValueLength()) {
                    return false;
                }
                String name = labelName(text(batch, from, split));
                labels.put(name, split == to ? "true" : text(batch, split + 1, to));
                if (labels.size() > 4 * limits.maxLabels()) {
                    return false;
                }
            }
            from = to + 1;
        }
        return true;
    }

    private static int indexOf(SampleBatch batch, byte wanted, int from, int end) {
        int i = from;
        while (i < end && batch.bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    private static String text(SampleBatch batch, int start, int end) {
        return new String(batch.bytes, start, end - start, StandardCharsets.UTF_8);
    }

    static String metricName(String sent) {
        return normalised(sent, true);
    }

    static String labelName(String sent) {
        String name = normalised(sent, false);
        int underscores = 0;
        while (underscores < name.length() && name.charAt(underscores) == '_') {
            underscores++;
        }
        return underscores < 2 ? name : name.substring(underscores - 1);
    }

    private static String normalised(String sent, boolean colons) {
        StringBuilder out = new StringBuilder(sent.length() + 1);
        sent.codePoints().forEach(c -> {
            boolean digit = c >= '0' && c <= '9';
            if (digit && out.isEmpty()) {
                out.append('_');
            }
            boolean kept = digit || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || colons && c == ':';
            out.append(kept ? (char) c : '_');
        });
        return out.isEmpty() ? "_" : out.toString();
    }
}
