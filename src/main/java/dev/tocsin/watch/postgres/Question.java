package dev.tocsin.watch.postgres;

import java.util.List;

/**
 * One statement, and what its columns mean. A column is told as it is; one among the values is a series, too:
 * {@code postgres_}, prefix and column make its name.
 *
 * @param part what the answer is called
 * @param isDear whether it is asked every five minutes only
 * @param labels columns that tell the rows apart
 * @param values columns of numbers that are series
 * @param sql gives so many rows at most as its parameter {@code $1} says, where it has one; else one row
 */
record Question(String part, boolean isDear, List<String> labels, String prefix, List<String> values, String sql) {
    private static final String LIMIT = "$1";

    /** Columns of SQL texts, which may hold anything that somebody typed. */
    static final List<String> STATEMENTS = List.of("query", "blocker_query");

    Question {
        labels = List.copyOf(labels);
        values = List.copyOf(values);
    }

    boolean isLimited() {
        return sql.contains(LIMIT);
    }

    String metric(String column) {
        return "postgres_" + prefix + column;
    }
}
