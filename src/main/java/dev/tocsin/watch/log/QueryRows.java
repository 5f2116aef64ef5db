package dev.tocsin.watch.log;

import dev.tocsin.core.log.LogQueries.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a query answers with: so many as come first in its order, or just come first. Bounded in characters, too.
 * Confined to one thread.
 */
final class QueryRows {
    /** Where a query names no limit. */
    static final int DEFAULT_ROWS = 1_000;

    private static final long MAX_CHARACTERS = 16 << 20;

    /** @param number of those that came before it */
    private record Kept(List<@Nullable Object> values, List<@Nullable Object> keys, long number, long characters) {}

    private final List<QueryStage.Column> columns;
    private final List<QueryStage.Column> sortedBy;
    private final int limit;
    private final Comparator<Kept> order;
    private final PriorityQueue<Kept> lastFirst;
    private long characters;
    private long rows;

    /**
     * @param keys what {@code sortedBy} was written as; empty where the rows stay as they come
     */
    QueryRows(List<QueryStage.Column> columns, List<QueryStage.Column> sortedBy, List<QueryStage.Key> keys, int limit) {
        this.columns = columns;
        this.sortedBy = sortedBy;
        this.limit = limit;
        this.order = order(keys);
        this.lastFirst = new PriorityQueue<>(order.reversed());
    }

    private static Comparator<Kept> order(List<QueryStage.Key> keys) {
        Comparator<Kept> order = Comparator.comparingLong(Kept::number);
        for (int i = keys.size() - 1; i >= 0; i--) {
            int key = i;
            boolean descending = keys.get(i).descending();
            Comparator<Kept> byKey = (a, b) -> compare(a.keys.get(key), b.keys.get(key), descending);
            order = byKey.thenComparing(order);
        }
        return order;
    }

    /** What is not there comes last, either way. */
    private static int compare(@Nullable Object a, @Nullable Object b, boolean descending) {
        if (a == null || b == null) {
            return Boolean.compare(a == null, b == null);
        }
        return descending ? QueryExpr.compare(b, a) : QueryExpr.compare(a, b);
    }

    /** @return whether more rows could change the answer */
    boolean add(QueryExpr.Row row) {
        List<@Nullable Object> keys = values(sortedBy, row);
        Kept last = lastFirst.size() == limit ? lastFirst.peek() : null;
        Kept candidate = new Kept(List.of(), keys, rows++, 0);
        if (last == null || order.compare(candidate, last) < 0) {
            List<@Nullable Object> values = values(columns, row);
            long length = 0;
            for (Object value : values) {
                length += 16 + (value instanceof String text ? text.length() : 0);
            }
            characters += length;
            lastFirst.add(new Kept(values, keys, candidate.number, length));
            if (last != null) {
                characters -= last.characters;
                lastFirst.remove();
            }
            if (characters > MAX_CHARACTERS) {
                throw new RefusedException("the rows of the answer would hold more than " + (MAX_CHARACTERS >> 20)
                        + " million characters; use limit, or fields to leave out what is long");
            }
        }
        return !sortedBy.isEmpty() || lastFirst.size() < limit;
    }

    private static List<@Nullable Object> values(List<QueryStage.Column> columns, QueryExpr.Row row) {
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        for (QueryStage.Column column : columns) {
            values.add(column.expr().of(row));
        }
        return values;
    }

    List<List<@Nullable Object>> inOrder() {
        List<Kept> kept = new ArrayList<>(lastFirst);
        kept.sort(order);
        List<List<@Nullable Object>> all = new ArrayList<>();
        for (Kept row : kept) {
            List<@Nullable Object> values = new ArrayList<>();
            row.values.forEach(value ->
                    values.add(value instanceof QueryExpr.Time time ? Instant.ofEpochMilli(time.millis()) : value));
            all.add(values);
        }
        return all;
    }
}
