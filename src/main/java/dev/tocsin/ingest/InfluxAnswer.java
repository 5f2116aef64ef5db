package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.InfluxProblem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of one body of line protocol, in InfluxDB's words. One thread. */
final class InfluxAnswer {
    static final int MAX_LINES_TOLD = 10;
    static final int MAX_LINE_TOLD_BYTES = 256;

    private final List<String> unreadable = new ArrayList<>(0);
    private final Map<Rejection, Long> refused = new EnumMap<>(Rejection.class);
    private long accepted;
    private long lost;
    private long unreadableLines;

    void unreadable(InfluxProblem problem, byte[] bytes, int from, int to) {
        if (unreadableLines++ < MAX_LINES_TOLD) {
            int end = Math.min(to, from + MAX_LINE_TOLD_BYTES);
            String line = new String(bytes, from, end - from, StandardCharsets.UTF_8);
            unreadable.add("unable to parse '" + line + (end < to ? "…" : "") + "': " + problem.words());
        }
    }

    void accepted(long samples) {
        accepted += samples;
    }

    void refused(Rejection reason) {
        refused.merge(reason, 1L, Long::sum);
    }

    /** Samples that were good and that the sink failed to take. */
    void lost(long samples) {
        lost += samples;
    }

    /**
     * The status that goes with {@link #error}. What is lost or refused for want of room is worth sending again: that
     * is what clients do on 5xx, and what was taken already is only set once more.
     */
    int status() {
        if (lost > 0) {
            return 500;
        }
        return refused.containsKey(Rejection.OVERLOADED) ? 503 : 400;
    }

    /** What is to be told, or null where everything was taken. */
    @Nullable
    String error() {
        if (lost > 0) {
            return "timeout: " + lost + " samples were lost inside";
        }
        if (unreadableLines == 0 && refused.isEmpty()) {
            return null;
        }
        List<String> parts = new ArrayList<>(unreadable);
        if (unreadableLines > MAX_LINES_TOLD) {
            parts.add("and " + (unreadableLines - MAX_LINES_TOLD) + " more lines");
        }
        if (accepted == 0 && refused.isEmpty()) {
            return String.join("\n", parts);
        }
        long dropped = unreadableLines;
        for (Map.Entry<Rejection, Long> each : refused.entrySet()) {
            parts.add(words(each.getKey()));
            dropped += each.getValue();
        }
        return "partial write: " + String.join("\n", parts) + " dropped=" + dropped;
    }

    private static String words(Rejection reason) {
        return switch (reason) {
            case BAD_TIMESTAMP -> "points beyond retention policy";
            case KIND_CONFLICT -> "field type conflict: the name is already that of a metric that is no gauge";
            case SERIES_LIMIT -> "max-series-per-database limit exceeded";
            default -> reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }
}
