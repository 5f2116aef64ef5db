package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.SeriesNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A slot of ten-second intervals that is still being filled. Confined to the history thread. */
final class OpenSlot {
    final int slot;
    private final Map<SeriesKey, OpenChunk> chunks = new HashMap<>();
    /** By the number of the series in {@link #generation}. */
    private @Nullable OpenChunk[] byNumber = {};

    private long generation = Long.MIN_VALUE;

    OpenSlot(int slot) {
        this.slot = slot;
    }

    int size() {
        return chunks.size();
    }

    /** The chunk of a series; null where nothing is known of its name. */
    @Nullable
    OpenChunk chunk(SeriesNames names, int series) {
        if (names.generation() != generation) {
            generation = names.generation();
            Arrays.fill(byNumber, null);
        }
        if (series < byNumber.length && byNumber[series] != null) {
            return byNumber[series];
        }
        Labels labels = names.labels(series);
        if (labels == null) {
            return null;
        }
        if (series >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.max(names.end(), series + 1));
        }
        OpenChunk chunk = chunks.computeIfAbsent(key(names, series, labels), OpenChunk::new);
        byNumber[series] = chunk;
        return chunk;
    }

    private static SeriesKey key(SeriesNames names, int series, Labels labels) {
        boolean recorded = names.isRecorded(series);
        Kind kind = names.kind(series);
        BucketLayout layout = !recorded && kind == Kind.DISTRIBUTION ? names.layout(series) : null;
        return new SeriesKey(labels, kind, layout, recorded);
    }

    /** The chunk of a recorded histogram, which is a series beside the plain numbers of the same labels. */
    @Nullable
    OpenChunk recorded(SeriesNames names, int series, BucketLayout layout) {
        Labels labels = names.labels(series);
        return labels == null
                ? null
                : chunks.computeIfAbsent(new SeriesKey(labels, Kind.DISTRIBUTION, layout, true), OpenChunk::new);
    }

    /** One series' chunk, ready to be written. */
    record Row(SeriesKey series, int slot, Chunk chunk) {}

    /** All that is not empty; nothing is added after this. */
    List<Row> close(Chunk.Tools tools) {
        List<Row> rows = new ArrayList<>(chunks.size());
        chunks.forEach((series, open) -> {
            Chunk chunk = open.closed(tools);
            if (chunk.size() > 0) {
                rows.add(new Row(series, slot, chunk));
            }
        });
        return rows;
    }
}
