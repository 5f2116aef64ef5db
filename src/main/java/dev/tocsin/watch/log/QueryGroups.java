package dev.tocsin.watch.log;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.log.LogQueries.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups of a {@code stats} stage. Percentiles come from a histogram of three significant digits; what is no number is
 * in no statistic but {@code count}, and a negative number in no percentile. Bounded in groups. Confined to one thread.
 */
final class QueryGroups {
    private static final int MAX_GROUPS = 10_000;
    /** A histogram takes some kilobytes. */
    private static final int MAX_HISTOGRAMS = 10_000;

    /** A row of the result. */
    record GroupRow(Map<String, @Nullable Object> values) implements QueryExpr.Row {
        @Override
        public @Nullable Object get(String name) {
            return values.get(name);
        }

        @Override
        public @Nullable LogEvent event() {
            return null;
        }
    }

    /** One statistic of one group. */
    private static final class Cell {
        private long count;
        private double sum;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;
        private boolean moments;
        private final @Nullable DistributionBuilder histogram;

        Cell(boolean needsHistogram) {
            histogram = needsHistogram ? new DistributionBuilder(BucketLayout.THREE_DIGITS) : null;
        }

        void add(QueryStage.Statistic statistic, QueryExpr.Row row) {
            QueryExpr of = statistic.of();
            Object value = of == null ? null : of.of(row);
            if (statistic.kind() == QueryStage.Kind.COUNT) {
                count += of == null || value != null ? 1 : 0;
                return;
            }
            double number = QueryExpr.number(value);
            if (!Double.isFinite(number) || histogram != null && number < 0) {
                return;
            }
            moments |= value instanceof QueryExpr.Time;
            count++;
            sum += number;
            min = Math.min(min, number);
            max = Math.max(max, number);
            if (histogram != null) {
                histogram.record(number, 1);
            }
        }

        @Nullable
        Object result(QueryStage.Statistic statistic) {
            if (statistic.kind() == QueryStage.Kind.COUNT) {
                return (double) count;
            }
            if (count == 0) {
                return null;
            }
            double number = switch (statistic.kind()) {
                case COUNT -> count;
                case SUM -> sum;
                case AVG -> sum / count;
                case MIN -> min;
                case MAX -> max;
                case QUANTILE ->
                    histogram == null ? Double.NaN : histogram.build().quantile(statistic.quantile());
            };
            return moments && statistic.kind() != QueryStage.Kind.SUM
                    ? new QueryExpr.Time((long) number)
                    : (Object) number;
        }
    }

    private final QueryStage.Stats stats;
    private final Map<List<@Nullable Object>, Cell[]> groups = new LinkedHashMap<>();
    private final int histograms;

    QueryGroups(QueryStage.Stats stats) {
        this.stats = stats;
        histograms = (int) stats.statistics().stream()
                .filter(each -> each.kind() == QueryStage.Kind.QUANTILE)
                .count();
        if (stats.by().isEmpty()) {
            groups.put(List.of(), cells());
        }
    }

    private Cell[] cells() {
        return stats.statistics().stream()
                .map(each -> new Cell(each.kind() == QueryStage.Kind.QUANTILE))
                .toArray(Cell[]::new);
    }

    void add(QueryExpr.Row row) {
        List<@Nullable Object> key = new ArrayList<>(stats.by().size());
        for (QueryStage.Column column : stats.by()) {
            key.add(column.expr().of(row));
        }
        Cell[] cells = groups.get(key);
        if (cells == null) {
            if (groups.size() >= MAX_GROUPS || (groups.size() + 1L) * histograms > MAX_HISTOGRAMS) {
                throw new RefusedException(
                        "stats makes more than " + groups.size() + " groups; group by something that has fewer values");
            }
            cells = cells();
            groups.put(key, cells);
        }
        for (int i = 0; i < cells.length; i++) {
            cells[i].add(stats.statistics().get(i), row);
        }
    }

    List<GroupRow> rows() {
        List<GroupRow> rows = new ArrayList<>();
        groups.forEach((key, cells) -> {
            Map<String, @Nullable Object> values = new HashMap<>();
            for (int i = 0; i < key.size(); i++) {
                values.put(stats.by().get(i).name(), key.get(i));
            }
            for (int i = 0; i < cells.length; i++) {
                QueryStage.Statistic statistic = stats.statistics().get(i);
                values.put(statistic.name(), cells[i].result(statistic));
            }
            rows.add(new GroupRow(values));
        });
        return rows;
    }
}
