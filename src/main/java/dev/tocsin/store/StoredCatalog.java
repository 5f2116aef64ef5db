package dev.tocsin.store;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.Statistic;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which series PostgreSQL has, or had and not dropped since, found by matchers. There may be a million of them and more:
 * what can be told by the server is, and rows are read some thousand at a time. For threads that may wait.
 */
final class StoredCatalog {
    private final Database database;
    private final int rowsAtOnce;

    /** @param rowsAtOnce most rows that are held at a time, 1 or more */
    StoredCatalog(Database database, int rowsAtOnce) {
        this.database = database;
        this.rowsAtOnce = rowsAtOnce;
    }

    /** A stored series, or a statistic of one. */
    record Match(int id, SeriesKey series, @Nullable Statistic statistic) {
        Labels labels() {
            Labels own = series.labels();
            return statistic == null ? own : own.with(Labels.NAME, own.metricName() + statistic.suffix());
        }
    }

    /** @throws SeriesSource.TooManySeriesException where there are more than {@code limit} */
    List<Match> find(List<Matcher> matchers, int limit) throws UnavailableException {
        List<Match> found = new ArrayList<>();
        forEach(matchers, match -> {
            found.add(match);
            if (found.size() > limit) {
                throw new SeriesSource.TooManySeriesException(limit);
            }
        });
        return found;
    }

    void addLabelNames(List<Matcher> matchers, Set<String> into) throws UnavailableException {
        if (!isPlain(matchers)) {
            forEach(matchers, match -> match.labels().forEach((name, value) -> into.add(name)));
            return;
        }
        List<Metric> metrics = metrics(matchers);
        if (!metrics.isEmpty()) {
            into.add(Labels.NAME);
            Condition condition = matchers.isEmpty() ? new Condition() : of(metrics);
            condition.text("i % 2 = 1");
            addTexts("SELECT DISTINCT labels[i] FROM series, generate_subscripts(labels, 1) AS i", condition, into);
        }
    }

    void addLabelValues(String label, List<Matcher> matchers, Set<String> into) throws UnavailableException {
        if (!isPlain(matchers)) {
            forEach(matchers, match -> {
                if (match.labels().has(label)) {
                    into.add(match.labels().get(label));
                }
            });
        } else if (label.equals(Labels.NAME)) {
            for (Metric metric : metrics(matchers)) {
                into.add(metric.name());
            }
        } else {
            Condition condition = matchers.isEmpty() ? new Condition() : of(metrics(matchers));
            condition.text("i % 2 = 1");
            condition.text("labels[i] = ", label);
            addTexts("SELECT DISTINCT labels[i + 1] FROM series, generate_subscripts(labels, 1) AS i", condition, into);
        }
    }

    private void addTexts(String select, Condition condition, Set<String> into) throws UnavailableException {
        for (Row row : database.ask(select + condition.where(), condition.parameters)) {
            into.add(row.getString(0));
        }
    }

    /** Whether they look at the metric's name only. */
    private static boolean isPlain(List<Matcher> matchers) {
        return matchers.stream().allMatch(m -> m.name().equals(Labels.NAME));
    }

    /**
     * A metric's name that matches.
     *
     * @param statistic null where it is the series' own
     */
    private record Metric(String source, @Nullable Statistic statistic) {
        String name() {
            return statistic == null ? source : source + statistic.suffix();
        }
    }

    private List<Metric> metrics(List<Matcher> matchers) throws UnavailableException {
        List<Matcher> ofNames =
                matchers.stream().filter(m -> m.name().equals(Labels.NAME)).toList();
        boolean derived = matchers.isEmpty()
                || ofNames.stream().anyMatch(m -> m.op() == Matcher.Op.EQUAL || m.op() == Matcher.Op.MATCHES);
        Condition condition = named(ofNames);
        List<Metric> found = new ArrayList<>();
        for (Row row : database.ask(
                "SELECT metric, max(digits) FROM series" + condition.where() + " GROUP BY metric",
                condition.parameters)) {
            addIfMatching(new Metric(row.getString(0), null), ofNames, found);
            for (Statistic statistic : derived && row.getShort(1) > 0 ? Statistic.values() : new Statistic[0]) {
                addIfMatching(new Metric(row.getString(0), statistic), ofNames, found);
            }
        }
        return found;
    }

    private static void addIfMatching(Metric metric, List<Matcher> ofNames, List<Metric> found) {
        if (matches(Labels.of(Labels.NAME, metric.name()), ofNames)) {
            found.add(metric);
        }
    }

    private static Condition of(List<Metric> metrics) {
        Condition condition = new Condition();
        condition.any("metric", metrics.stream().map(Metric::source).distinct().toArray(String[]::new));
        return condition;
    }

    private void forEach(List<Matcher> matchers, Consumer<Match> consumer) throws UnavailableException {
        boolean asksForNames = matchers.stream()
                .anyMatch(m ->
                        m.name().equals(Labels.NAME) && (m.op() == Matcher.Op.EQUAL || m.op() == Matcher.Op.MATCHES));
        int after = Integer.MIN_VALUE;
        int rows = rowsAtOnce;
        while (rows == rowsAtOnce) {
            Condition condition = named(matchers);
            condition.hold(matchers);
            condition.text("id > ", after);
            rows = 0;
            for (Row row : database.ask(
                    "SELECT id, metric, labels, kind, digits FROM series" + condition.where() + " ORDER BY id LIMIT "
                            + rowsAtOnce,
                    condition.parameters)) {
                rows++;
                after = row.getInteger(0);
                match(row, matchers, asksForNames, consumer);
            }
        }
    }

    private static void match(Row row, List<Matcher> matchers, boolean asksForNames, Consumer<Match> consumer) {
        SeriesKey series = series(row);
        Match own = new Match(row.getInteger(0), series, null);
        if (matches(series.labels(), matchers)) {
            consumer.accept(own);
        }
        if (asksForNames && series.layout() != null) {
            for (Statistic statistic : Statistic.values()) {
                Match derived = new Match(own.id, series, statistic);
                if (matches(derived.labels(), matchers)) {
                    consumer.accept(derived);
                }
            }
        }
    }

    /** All series of the metric that is asked for, and of those that it may be a statistic of; else all there are. */
    private static Condition named(List<Matcher> matchers) {
        Condition condition = new Condition();
        for (Matcher m : matchers) {
            if (m.op() == Matcher.Op.EQUAL && m.name().equals(Labels.NAME)) {
                TreeSet<String> names = new TreeSet<>();
                names.add(m.value());
                for (Statistic statistic : Statistic.values()) {
                    names.add(statistic.sourceOf(m.value()));
                }
                names.remove("");
                condition.any("metric", names.toArray(String[]::new));
                break;
            }
        }
        return condition;
    }

    /** @param row that begins with id, metric, labels, kind and digits */
    static SeriesKey series(Row row) {
        String[] texts = row.getArrayOfStrings(2);
        Map<String, String> labels = new HashMap<>();
        labels.put(Labels.NAME, row.getString(1));
        for (int i = 0; i + 1 < texts.length; i += 2) {
            labels.put(texts[i], texts[i + 1]);
        }
        return SeriesKey.of(Labels.of(labels), row.getShort(3), row.getShort(4));
    }

    private static boolean matches(Labels labels, List<Matcher> matchers) {
        for (Matcher m : matchers) {
            if (!m.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** What rows are asked for, of which more may come than are wanted. */
    private static final class Condition {
        private final List<String> texts = new ArrayList<>();
        final Tuple parameters = Tuple.tuple();

        String where() {
            return texts.isEmpty() ? "" : " WHERE " + String.join(" AND ", texts);
        }

        void text(String sql) {
            texts.add(sql);
        }

        void text(String sql, Object parameter) {
            parameters.addValue(parameter);
            texts.add(sql + "$" + parameters.size());
        }

        void any(String column, String[] values) {
            parameters.addValue(values);
            texts.add(column + " = ANY($" + parameters.size() + ")");
        }

        /** That what is to be equal is somewhere among the labels. */
        void hold(List<Matcher> matchers) {
            String[] values = matchers.stream()
                    .filter(m -> m.op() == Matcher.Op.EQUAL
                            && !m.name().equals(Labels.NAME)
                            && !m.value().isEmpty())
                    .map(Matcher::value)
                    .toArray(String[]::new);
            if (values.length > 0) {
                text("labels @> ", values);
            }
        }
    }
}
