package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import dev.tocsin.core.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Samples out of events: each that has the field gives one.
 *
 * @param kind counter, gauge or distribution
 * @param field of a JSON line, of {@code key=value} pairs, or a named group of {@code match}; empty for a counter that
 *     counts events
 * @param match only events in which this is found count; null for all
 * @param labels field by label name, in the order in which they stand in the file
 * @param factor the field's number is multiplied by
 */
public record LogMetric(
        String name, Kind kind, String field, @Nullable Pattern match, Map<String, String> labels, double factor) {}
