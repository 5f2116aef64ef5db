package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import java.util.HashMap;
import java.util.Map;

/** The labels by which elements find each other, as small numbers that are equal where the labels are. */
final class Signatures {
    private final VectorMatching matching;
    private final Map<Labels, Integer> ids = new HashMap<>();

    Signatures(VectorMatching matching) {
        this.matching = matching;
    }

    /** The signature of each row. */
    int[] of(Grid grid) {
        int[] result = new int[grid.rows()];
        for (int row = 0; row < result.length; row++) {
            Labels key = labels(grid.labels(row));
            Integer known = ids.putIfAbsent(key, ids.size());
            result[row] = known == null ? ids.size() - 1 : known;
        }
        return result;
    }

    /** How many different ones there are so far. */
    int count() {
        return ids.size();
    }

    Labels labels(Labels all) {
        if (matching.on()) {
            return matching.labels().isEmpty() ? Labels.EMPTY : all.keep(matching.labels());
        }
        return all.filter(
                name -> !name.equals(Labels.NAME) && !matching.labels().contains(name));
    }
}
