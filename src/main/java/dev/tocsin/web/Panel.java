package dev.tocsin.web;

import java.util.List;

/**
 * One panel of a {@link Dashboard}, on a grid twelve columns wide.
 *
 * @param x leftmost column, from 0
 * @param y topmost row, from 0
 * @param width in columns
 * @param height in rows
 * @param text what a panel of kind {@link Kind#TEXT} says, in Markdown; empty for the others
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
        String text) {
    public static final int GRID_COLUMNS = 12;
    public static final int MAX_ROWS = 1_000;

    public enum Kind {
        TIMESERIES,
        /** Lines on top of each other: parts of a whole. */
        STACKED,
        STAT,
        TABLE,
        TEXT,
        ALERTS
    }

    public enum Unit {
        MS,
        S,
        BYTES,
        PERCENT,
        RATIO,
        OPS,
        SHORT
    }

    public enum Severity {
        INFO,
        WARNING,
        CRITICAL
    }

    /**
     * @param expr PromQL
     * @param legend with <code>{{label}}</code> in place of a label's value; empty for all labels
     */
    public record Query(String expr, String legend) {}

    /** A line drawn where values begin to be bad. */
    public record Threshold(double value, Severity severity) {}

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
    }
}
