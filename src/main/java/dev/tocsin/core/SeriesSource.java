package dev.tocsin.core;

import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/** What queries read from. Callable from any thread. */
public interface SeriesSource {
    /**
     * The series that match every matcher and may have points in (afterMillis, toMillis].
     *
     * @param limit most series to return
     * @throws TooManySeriesException where more than {@code limit} match
     */
    List<Series> select(List<Matcher> matchers, long afterMillis, long toMillis, int limit);

    /**
     * The same, from a reader that looks so seldom, or over ranges so long, that points this far apart serve it.
     *
     * @param coarsestMillis what is kept at several resolutions is read at the coarsest that is not above it
     * @param missing told, in words for people, what of it could not be read
     */
    default List<Series> select(
            List<Matcher> matchers,
            long afterMillis,
            long toMillis,
            int limit,
            long coarsestMillis,
            Consumer<String> missing) {
        return select(matchers, afterMillis, toMillis, limit);
    }

    /** Label names of the series that match (of all, where {@code matchers} is empty). */
    SortedSet<String> labelNames(List<Matcher> matchers, long afterMillis, long toMillis);

    /** Values of one label among the series that match (of all, where {@code matchers} is empty). */
    SortedSet<String> labelValues(String label, List<Matcher> matchers, long afterMillis, long toMillis);

    /** Name, kind as Prometheus says it (counter, gauge, histogram, unknown), for {@code /api/v1/metadata}. */
    List<MetricMetadata> metadata();

    /** @param type counter, gauge, histogram or unknown */
    record MetricMetadata(String name, String type, String help, String unit) {}

    /** More series match than a query may read. */
    final class TooManySeriesException extends RuntimeException {
        public TooManySeriesException(int limit) {
            super("the query would read more than " + limit + " series; narrow its label matchers");
        }
    }
}
