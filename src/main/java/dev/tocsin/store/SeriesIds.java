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

/**
 * The numbers that stand for series in the database: asked for, or made, where not known yet. Once in ten days it is noted
 * of each that it is still written to. Confined to one thread.
 */
final class SeriesIds {
    private static final int AT_ONCE = 2_000;

    /** Beyond it everything known is forgotten and asked for anew. */
    private static final int MOST_KNOWN = 2_000_000;

    /** Ten days. */
    private static final int PERIOD_MINUTES = 14_400;

    private final Database database;
    private final Map<SeriesKey, Integer> known = new HashMap<>();
    /** Of all that are known it was noted that they are written to in these ten days, or later. */
    private int knownPeriod = Integer.MIN_VALUE;

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

    /**
     * Makes sure that {@link #of} knows each of them.
     *
     * @param slot the newest that is about to be written
     */
    void learn(Iterable<SeriesKey> wanted, int slot) throws UnavailableException {
        int period = Math.floorDiv(slot, PERIOD_MINUTES) * PERIOD_MINUTES;
        if (known.size() > MOST_KNOWN || period > knownPeriod) {
            known.clear();
            knownPeriod = period;
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

    /**
     * Deletes what was last written to so long ago that nothing of it is kept.
     *
     * @return how many there were
     */
    int deleteBefore(long millis) throws UnavailableException {
        int deleted = database.ask(
                        "DELETE FROM series WHERE seen + " + PERIOD_MINUTES + " <= $1",
                        Tuple.of(Math.toIntExact(Math.floorDiv(millis, Resolution.MINUTE_MILLIS))))
                .rowCount();
        if (deleted > 0) {
            known.clear();
        }
        return deleted;
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
        List<UUID> unseen = new ArrayList<>();
        for (Row row : database.ask(
                "SELECT key, id, seen FROM series WHERE key = ANY($1)",
                Tuple.tuple().addValue(keys))) {
            UUID key = row.getUUID(0);
            SeriesKey series = byId.remove(key);
            if (series != null) {
                known.put(series, row.getInteger(1));
                if (row.getInteger(2) < knownPeriod) {
                    unseen.add(key);
                }
            }
        }
        if (!unseen.isEmpty()) {
            database.ask(
                    "UPDATE series SET seen = $1 WHERE key = ANY($2)",
                    Tuple.tuple().addValue(knownPeriod).addValue(unseen.toArray(UUID[]::new)));
        }
    }

    /** Labels go as the text of an array for each series: the server's arrays have no ragged rows. */
    private void create(Map<UUID, SeriesKey> missing) throws UnavailableException {
        int n = missing.size();
        UUID[] keys = new UUID[n];
        String[] metrics = new String[n];
        String[] labels = new String[n];
        Short[] kinds = new Short[n];
        Short[] digits = new Short[n];
        int i = 0;
        for (Map.Entry<UUID, SeriesKey> each : missing.entrySet()) {
            SeriesKey series = each.getValue();
            keys[i] = each.getKey();
            metrics[i] = series.labels().metricName();
            labels[i] = arrayText(series.labelTexts());
            kinds[i] = (short) series.kindCode();
            digits[i++] = (short) series.digits();
        }
        database.ask(
                "INSERT INTO series (key, metric, labels, kind, digits, seen)"
                        + " SELECT key, metric, labels::text[], kind, digits, $6"
                        + " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::smallint[])"
                        + " AS told (key, metric, labels, kind, digits) ON CONFLICT (key) DO NOTHING",
                Tuple.tuple()
                        .addValue(keys)
                        .addValue(metrics)
                        .addValue(labels)
                        .addValue(kinds)
                        .addValue(digits)
                        .addValue(knownPeriod));
    }

    /** As the server writes an array: {"a","b"}. */
    private static String arrayText(String[] texts) {
        StringBuilder array = new StringBuilder("{");
        for (String text : texts) {
            array.append(array.length() == 1 ? "\"" : ",\"");
            array.append(text.replace("\\", "\\\\").replace("\"", "\\\""));
            array.append('"');
        }
        return array.append('}').toString();
    }
}
