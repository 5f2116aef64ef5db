package dev.tocsin.watch.log;

import dev.tocsin.core.log.LogQueries.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A query ready to take events: filters before {@code stats}, groups, filters after it, and the rows of the answer. At
 * most one {@code stats}; {@code sort} and {@code limit} come last. One use; confined to one thread.
 */
final class QueryPlan {
    private static final List<QueryStage.Column> DEFAULT_COLUMNS = List.of(
            new QueryStage.Column("@timestamp", new QueryExpr.Field("@timestamp")),
            new QueryStage.Column("@message", new QueryExpr.Field("@message")));

    private final List<QueryExpr> filters = new ArrayList<>();
    private final List<QueryExpr> filtersOfGroups = new ArrayList<>();
    private final Map<String, QueryExpr> named = new HashMap<>();
    private final Map<String, QueryExpr> namedOfGroups = new HashMap<>();
    private final @Nullable QueryGroups groups;
    private final List<QueryStage.Column> columns;
    private final QueryRows rows;
    private long matched;

    /** @throws RefusedException where the stages don't go together */
    QueryPlan(List<QueryStage> stages) {
        QueryStage.Stats stats = null;
        QueryStage.Sort sort = null;
        int limit = 0;
        List<QueryStage.Column> shown = DEFAULT_COLUMNS;
        for (QueryStage stage : stages) {
            if (limit > 0 || sort != null && !(stage instanceof QueryStage.Limit)) {
                throw new RefusedException("after sort only limit can come, and nothing after limit");
            }
            switch (stage) {
                case QueryStage.Filter filter -> (stats == null ? filters : filtersOfGroups).add(filter.condition());
                case QueryStage.Fields fields -> {
                    shown = shown(fields.columns(), stats == null ? named : namedOfGroups);
                }
                case QueryStage.Stats only -> {
                    if (stats != null) {
                        throw new RefusedException("expected one stats stage, found another");
                    }
                    stats = only;
                    shown = columns(only);
                }
                case QueryStage.Sort by -> sort = by;
                case QueryStage.Limit most -> limit = most.rows();
            }
        }
        columns = shown;
        groups = stats == null ? null : new QueryGroups(stats);
        List<QueryStage.Key> keys = sort == null ? List.of() : sort.keys();
        List<QueryStage.Column> sortedBy = new ArrayList<>();
        for (QueryStage.Key key : keys) {
            String column = stats == null ? key.name() : statistic(key.name(), stats);
            sortedBy.add(new QueryStage.Column(column, new QueryExpr.Field(column)));
        }
        rows = new QueryRows(columns, sortedBy, keys, limit == 0 ? QueryRows.DEFAULT_ROWS : limit);
    }

    /** Remembers what columns with an expression are called, and lets them be shown by that name. */
    private static List<QueryStage.Column> shown(List<QueryStage.Column> columns, Map<String, QueryExpr> names) {
        List<QueryStage.Column> shown = new ArrayList<>();
        for (QueryStage.Column column : columns) {
            QueryExpr.Field field = new QueryExpr.Field(column.name());
            if (!column.expr().equals(field)) {
                names.put(column.name(), column.expr());
            }
            shown.add(new QueryStage.Column(column.name(), field));
        }
        return shown;
    }

    private static List<QueryStage.Column> columns(QueryStage.Stats stats) {
        List<QueryStage.Column> all = new ArrayList<>();
        stats.by().forEach(column -> all.add(new QueryStage.Column(column.name(), new QueryExpr.Field(column.name()))));
        stats.statistics()
                .forEach(each -> all.add(new QueryStage.Column(each.name(), new QueryExpr.Field(each.name()))));
        return all;
    }

    /** The column of that name, or the first statistic of that function. */
    private static String statistic(String name, QueryStage.Stats stats) {
        List<String> names =
                columns(stats).stream().map(QueryStage.Column::name).toList();
        if (names.contains(name)) {
            return name;
        }
        return names.stream()
                .filter(column -> column.startsWith(name + "("))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        "sort: there is no column " + name + " after stats, only " + String.join(", ", names)));
    }

    List<String> columnNames() {
        return columns.stream().map(QueryStage.Column::name).toList();
    }

    /** Rows that came past the filters before {@code stats}. */
    long matched() {
        return matched;
    }

    /** A row with the columns that were given a name. */
    private record WithNames(QueryExpr.Row row, Map<String, QueryExpr> names) implements QueryExpr.Row {
        @Override
        public @Nullable Object get(String name) {
            QueryExpr expr = names.get(name);
            return expr == null ? row.get(name) : expr.of(row);
        }

        @Override
        public @Nullable LogEvent event() {
            return row.event();
        }
    }

    private static QueryExpr.Row with(QueryExpr.Row row, Map<String, QueryExpr> names) {
        return names.isEmpty() ? row : new WithNames(row, names);
    }

    /** @return whether more events could change the answer */
    boolean add(QueryExpr.Row event) {
        QueryExpr.Row row = with(event, named);
        for (QueryExpr filter : filters) {
            if (!filter.holds(row)) {
                return true;
            }
        }
        matched++;
        if (groups != null) {
            groups.add(row);
            return true;
        }
        return rows.add(row);
    }

    /** All that the events so far come to. Once. */
    List<List<@Nullable Object>> answer() {
        if (groups != null) {
            for (QueryGroups.GroupRow group : groups.rows()) {
                QueryExpr.Row row = with(group, namedOfGroups);
                if (filtersOfGroups.stream().allMatch(filter -> filter.holds(row))) {
                    rows.add(row);
                }
            }
        }
        return rows.inOrder();
    }
}
