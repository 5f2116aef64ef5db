package dev.tocsin.promql;

import java.util.List;

/**
 * How the elements of two vectors find each other.
 *
 * @param on whether {@code labels} are those compared, or those ignored
 * @param labels of {@code on (…)} or {@code ignoring (…)}
 * @param include labels that {@code group_left (…)} or {@code group_right (…)} copies from the "one" side
 */
public record VectorMatching(Cardinality cardinality, boolean on, List<String> labels, List<String> include) {
    /** How many elements of each side may share a match. */
    public enum Cardinality {
        ONE_TO_ONE,
        /** {@code group_left}. */
        MANY_TO_ONE,
        /** {@code group_right}. */
        ONE_TO_MANY,
        /** Set operators. */
        MANY_TO_MANY
    }

    static final VectorMatching DEFAULT = new VectorMatching(Cardinality.ONE_TO_ONE, false, List.of(), List.of());

    VectorMatching withCardinality(Cardinality newCardinality) {
        return new VectorMatching(newCardinality, on, labels, include);
    }

    boolean isGrouped() {
        return cardinality == Cardinality.MANY_TO_ONE || cardinality == Cardinality.ONE_TO_MANY;
    }
}
