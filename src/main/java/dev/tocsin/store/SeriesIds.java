package dev.tocsin.store;

import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The numbers that stand for series in the database: asked for, or made, where not known yet. Confined to one thread. */
final class SeriesIds {
    private static final int AT_ONCE = 2_000;

    /** Beyond it everything known is forgotten and asked for anew. */
    private static final int MOST_KNOWN = 2_000_000;

    private final Database database;
    private final Map<SeriesKey, Integer> known = new HashMap<>();

    SeriesIds(Database database) {
        this.database = database;
    }

    /** Of one that was learnt. */
    int of(SeriesKey series) {
        return Objects.requireNonNull(known.get(series));
    }

    /** Another database may answer now. */
    void forget() {
        known.clear();
    }

    /** Makes sure that {@link #of} knows each of them. */
    void learn(Iterable<SeriesKey> wanted) throws UnavailableException {
        if (known.size() > MOST_KNOWN) {
            known.clear();
        }
        List<SeriesKey> unknown = new ArrayList<>();
        for (SeriesKey series : wanted) {
            if (!known.containsKey(series)) {
                unknown.add(series);
                if (unknown.size() == AT_ONCE) {
                    ask(unknown);
                    unknown.clear();
                }
            }
        }
        if (!unknown.isEmpty()) {
            ask(unknown);
        }
    }

    private void ask(List<SeriesKey> unknown) throws UnavailableException {
        Map<UUID, SeriesKey> byId = new HashMap<>();
        for (SeriesKey series : unknown) {
            byId.put(series.id(), series);
        }
        find(byId);
        if (!byId.isEmpty()) {
            create(byId);
            find(byId);
        }
    }

    private void find(Map<UUID, SeriesKey> byId) throws UnavailableException {
        UUID[] keys = byId.keySet().toArray(UUID[]::new);
        for (Row row : database.ask(
                "SELECT key, id FROM series WHERE key = ANY($1)", Tuple.tuple().addValue(keys))) {
            SeriesKey series = byId.remove(row.getUUID(0));
            if (series != null) {
                known.put(series, row.getInteger(1));
            }
        }
    }

    /** Labels go as one array, told apart by how many each series has: the server's arrays have no ragged rows. */
    private void create(Map<UUID, SeriesKey> missing) throws UnavailableException {
        int n = missing.size();
        UUID[] keys = new UUID[n];
        String[] metrics = new String[n];
        Integer[] begins = new Integer[n];
        Integer[] ends = new Integer[n];
        Short[] kinds = new Short[n];
        Short[] digits = new Short[n];
        List<String> texts = new ArrayList<>();
        int i = 0;
        for (Map.Entry<UUID, SeriesKey> each : missing.entrySet()) {
            SeriesKey series = each.getValue();
            keys[i] = each.getKey();
            metrics[i] = series.labels().metricName();
            begins[i] = texts.size() + 1;
            texts.addAll(List.of(series.labelTexts()));
            ends[i] = texts.size();
            kinds[i] = (short) series.kindCode();
            digits[i++] = (short) series.digits();
        }
        database.ask(
                "INSERT INTO series (key, metric, labels, kind, digits)"
                        + " SELECT key, metric, ($7::text[])[b:e], kind, digits"
                        + " FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::smallint[], $6::smallint[])"
                        + " AS told (key, metric, b, e, kind, digits) ON CONFLICT (key) DO NOTHING",
                Tuple.tuple()
                        .addValue(keys)
                        .addValue(metrics)
                        .addValue(begins)
                        .addValue(ends)
                        .addValue(kinds)
                        .addValue(digits)
                        .addValue(texts.toArray(String[]::new)));
    }
}
