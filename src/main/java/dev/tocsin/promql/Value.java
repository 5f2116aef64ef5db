package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an expression came to. */
public sealed interface Value {
    record ScalarValue(long timeMillis, double value) implements Value {}

    record StringValue(long timeMillis, String value) implements Value {}

    /** At most one sample per label set; sorted only where the expression sorts. */
    record VectorValue(List<VectorSample> samples) implements Value {}

    /** At most one element per label set; that of a range query is sorted by labels. */
    record MatrixValue(List<MatrixSeries> series) implements Value {}

    /**
     * @param value NaN where there is a distribution
     * @param distribution null for a plain number
     */
    record VectorSample(
            Labels labels,
            long timeMillis,
            double value,
            @Nullable Distribution distribution) {}

    /** @param points not to be changed */
    record MatrixSeries(Labels labels, Points points) {}
}
