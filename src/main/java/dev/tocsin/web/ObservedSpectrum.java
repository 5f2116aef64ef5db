package dev.tocsin.web;

import dev.tocsin.chart.Spectrum;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A distribution's percentiles at one time. Immutable.
 *
 * @param offsetMillis how long before the time that was asked for
 * @param labels none where all series are merged
 */
record ObservedSpectrum(long offsetMillis, Labels labels, Spectrum spectrum) {
    private static final int MOST = 8;

    /**
     * Of a selector all its series merged, of another expression one for each label set that it yields; none where
     * nothing was observed.
     *
     * @param windowMillis of a selector: how far back from there
     * @param warnings gets what could not be read, in words for people
     * @throws ApiError where the query yields anything but distributions in HdrHistogram's buckets, or too many
     */
    static List<ObservedSpectrum> read(
            Evaluator evaluator,
            ObservedQuery query,
            long atMillis,
            long windowMillis,
            long offsetMillis,
            QueryOptions options,
            List<String> warnings) {
        long at = atMillis - offsetMillis;
        List<ObservedSpectrum> found = new ArrayList<>();
        if (query.selector() != null) {
            Observations observations =
                    Observations.read(evaluator, query, at - windowMillis, at, windowMillis, options);
            warnings.addAll(observations.warnings());
            if (!observations.columns().isEmpty()) {
                found.add(of(
                        offsetMillis,
                        Labels.EMPTY,
                        observations.columns().getFirst().distribution()));
            }
            return found;
        }
        QueryResult result = evaluator.instant(query.counted(), at, options);
        warnings.addAll(result.warnings());
        if (result.value() instanceof Value.VectorValue vector) {
            if (vector.samples().size() > MOST) {
                throw new ApiError(
                        ApiError.Type.EXECUTION,
                        "the query yields " + vector.samples().size() + " distributions, and a spectrum shows " + MOST
                                + ": merge them with sum by (…)");
            }
            for (Value.VectorSample sample : vector.samples()) {
                found.add(of(offsetMillis, sample.labels(), Observations.checked(sample.distribution())));
            }
        }
        return found;
    }

    private static ObservedSpectrum of(long offsetMillis, Labels labels, Distribution distribution) {
        return new ObservedSpectrum(offsetMillis, labels, Spectrum.of(distribution));
    }
}
