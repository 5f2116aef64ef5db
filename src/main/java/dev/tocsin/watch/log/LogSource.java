package dev.tocsin.watch.log;

import com.google.re2j.Pattern;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some files that are followed, and what is looked for in them.
 *
 * @param name the {@code source} label
 * @param files patterns of absolute or relative paths, with {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}} and
 *     {@code **} for any number of folders
 * @param exclude patterns of the same form
 * @param fromStart whether files that are there when the source is seen for the first time are read from their start
 * @param maxEventBytes a longer line, or event of several lines, is cut
 * @param zone of time stamps that name none
 * @param eventStart a line in which this is not found belongs to the event before it; null for the rules of {@link Joining}
 * @param patterns and {@code metrics} together at most {@link #MAX_PATTERNS}
 */
public record LogSource(
        String name,
        List<String> files,
        List<String> exclude,
        boolean fromStart,
        int maxEventBytes,
        ZoneId zone,
        @Nullable Pattern eventStart,
        List<LogPattern> patterns,
        List<LogMetric> metrics) {
    public static final int MAX_PATTERNS = 64;
    public static final int DEFAULT_EVENT_BYTES = 64 << 10;

    public LogSource {
        if (patterns.size() + metrics.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException("a source has at most " + MAX_PATTERNS + " patterns and metrics, found "
                    + (patterns.size() + metrics.size()));
        }
        files = List.copyOf(files);
        exclude = List.copyOf(exclude);
        patterns = List.copyOf(patterns);
        metrics = List.copyOf(metrics);
    }
}
