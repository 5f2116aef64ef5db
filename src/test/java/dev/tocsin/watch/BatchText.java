package dev.tocsin.watch;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The rows of a batch as text, to compare with literals. */
public final class BatchText {
    private BatchText() {}

    /** Values by series, {@code name{label="value"}}; counters as {@code +value}. */
    public static Map<String, String> of(SampleBatch batch) {
        Map<String, String> rows = new TreeMap<>();
        for (int row = 0; row < batch.size(); row++) {
            String value = (batch.kind(row) == Kind.COUNTER ? "+" : "") + batch.value(row);
            rows.put(labels(batch, row).toString(), value);
        }
        return rows;
    }

    private static Labels labels(SampleBatch batch, int row) {
        String name = text(batch, batch.nameStart(row), batch.nameEnd(row));
        Labels labels = Labels.of(Labels.NAME, name);
        String tags = text(batch, batch.tagsStart(row), batch.tagsEnd(row));
        for (String tag : tags.split(Character.toString(batch.pairSeparator), 0)) {
            int separator = tag.indexOf(batch.valueSeparator);
            if (separator > 0) {
                labels = labels.with(tag.substring(0, separator), tag.substring(separator + 1));
            }
        }
        return labels;
    }

    private static String text(SampleBatch batch, int from, int to) {
        return new String(batch.bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
