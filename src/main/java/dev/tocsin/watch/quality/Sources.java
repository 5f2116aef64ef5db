package dev.tocsin.watch.quality;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks sources. Called on threads that may block; safe from any of them. */
@FunctionalInterface
public interface Sources {
    /**
     * Rows in the order of the source, each with the same number of cells.
     *
     * @param most rows to answer at most
     * @param nowMillis wall time at which series are asked
     * @throws SourceException where there is no answer, or more rows
     */
    List<List<@Nullable Cell>> rows(Source source, int most, long nowMillis, Duration timeout) throws SourceException;
}
