package dev.tocsin.web;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of one query of a subscription at one tick. */
sealed interface QueryOutcome {
    /** Each is up to a kilobyte or two in a frame. */
    int MOST_DISTRIBUTIONS = 20;

    record Samples(List<VectorSample> samples) implements QueryOutcome {}

    /** @param text for people */
    record Problem(String text) implements QueryOutcome {}

    /** @param maxSeries most that are streamed */
    static QueryOutcome of(Value value, int maxSeries) {
        return switch (value) {
            case Value.VectorValue vector
            when vector.samples().size() > maxSeries ->
                new Problem("the query gives " + vector.samples().size() + " series, and a live chart takes "
                        + maxSeries + ": narrow it, or aggregate with sum by (…) or topk");
            case Value.VectorValue vector
            when vector.samples().stream().anyMatch(each -> hasExplicitBounds(each.distribution())) ->
                new Problem("the query gives histograms with explicit bounds: take histogram_quantile(0.99, …),"
                        + " histogram_avg or another number of them");
            case Value.VectorValue vector
            when vector.samples().size() > MOST_DISTRIBUTIONS
                    && vector.samples().stream().anyMatch(each -> each.distribution() != null) ->
                new Problem("the query gives " + vector.samples().size() + " distributions, and the stream carries "
                        + MOST_DISTRIBUTIONS + ": take histogram_quantile(0.99, …) or another number of them, or merge"
                        + " them with sum by (…)");
            case Value.VectorValue vector -> new Samples(vector.samples());
            case Value.ScalarValue scalar ->
                new Samples(List.of(new VectorSample(Labels.EMPTY, scalar.timeMillis(), scalar.value(), null)));
            case Value.StringValue _ -> new Problem("the query gives a string, and a live chart takes numbers");
            case Value.MatrixValue _ ->
                new Problem("the query gives a range vector, and a live chart takes an instant vector: take rate(…) or"
                        + " another function of it");
        };
    }

    private static boolean hasExplicitBounds(@Nullable Distribution distribution) {
        return distribution != null && distribution.layout().isExplicit();
    }
}
