package dev.tocsin.web;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One panel of a {@link Dashboard}, on a grid twelve columns wide.
 *
 * @param x leftmost column, from 0
 * @param y topmost row, from 0
 * @param width in columns
 * @param height in rows
 * @param scale what a gauge runs over, and a chart shows at least
 * @param text what a panel of kind {@link Kind#TEXT} says, in Markdown; empty for the others
 * @param push a StatsD line that fills the panel, shown while it is empty; empty for none
 */
public record Panel(
        String title,
        Kind kind,
        Unit unit,
        List<Query> queries,
        int x,
        int y,
        int width,
        int height,
        List<Threshold> thresholds,
        Scale scale,
        String text,
        String push) {
    public static final int GRID_COLUMNS = 12;
    public static final int MAX_ROWS = 1_000;

    public enum Kind {
        TIMESERIES,
        /** Lines on top of each other: parts of a whole. */
        STACKED,
        STAT,
        /** A value on its scale; several as bars. */
        GAUGE,
        TABLE,
        /** Observations over time and value. */
        HEATMAP,
        /** Values over percentiles, now and before. */
        SPECTRUM,
        TEXT,
        ALERTS
    }

    public enum Unit {
        MS,
        S,
        BYTES,
        BYTES_PER_SECOND,
        BITS_PER_SECOND,
        PERCENT,
        RATIO,
        OPS,
        USD,
        SHORT
    }

    public enum Severity {
        INFO,
        WARNING,
        CRITICAL
    }

    /**
     * @param legend with <code>{{label}}</code> in place of a label's value; empty for all labels
     * @param unit of this query alone, in a table with a column for each; empty for the panel's
     */
    public record Query(Source source, String legend, Optional<Unit> unit) {
        /** What is asked. */
        public sealed interface Source {
            /** @param text in PromQL, with the dashboard's variables */
            record Expression(String text) implements Source {}

            /** What becomes PromQL once the metric's kind is known. */
            record OfMetric(MetricStatistic statistic) implements Source {}
        }

        public Query(String expr, String legend) {
            this(new Source.Expression(expr), legend, Optional.empty());
        }
    }

    /**
     * A line drawn where values begin to be bad.
     *
     * @param below whether they are bad beneath it, not above
     */
    public record Threshold(double value, Severity severity, boolean below) {
        public Threshold(double value, Severity severity) {
            this(value, severity, false);
        }
    }

    /** Both ends may be left open. */
    public record Scale(OptionalDouble min, OptionalDouble max) {
        public static final Scale OPEN = new Scale(OptionalDouble.empty(), OptionalDouble.empty());

        public Scale {
            if (min.isPresent() && max.isPresent() && min.getAsDouble() >= max.getAsDouble()) {
                throw new IllegalArgumentException(
                        "min (" + min.getAsDouble() + ") must be less than max (" + max.getAsDouble() + ")");
            }
        }
    }

    public Panel {
        queries = List.copyOf(queries);
        thresholds = List.copyOf(thresholds);
        if (x < 0 || width < 1 || x + width > GRID_COLUMNS) {
            throw new IllegalArgumentException("the columns " + x + " to " + (x + width) + " are not within 0 to "
                    + GRID_COLUMNS + " (x + width)");
        }
        if (y < 0 || height < 1 || y + height > MAX_ROWS) {
            throw new IllegalArgumentException(
                    "the rows " + y + " to " + (y + height) + " are not within 0 to " + MAX_ROWS + " (y + height)");
        }
        boolean drawsQueries = kind != Kind.TEXT && kind != Kind.ALERTS;
        if (drawsQueries == queries.isEmpty()) {
            throw new IllegalArgumentException("a panel of this kind has " + (drawsQueries ? "queries" : "no queries"));
        }
        if (kind == Kind.HEATMAP && queries.size() > 1) {
            throw new IllegalArgumentException("a heatmap has one query, whose distributions are merged");
        }
    }
}
