package dev.tocsin.store;

import dev.tocsin.store.Database.Session;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rolls the finest chunks up to the two coarser resolutions, called minutes and hours here after their defaults: two hours
 * at a time, once they are over, and again when something came late. What is rolled up is a function of the finest chunks
 * alone, so doing it twice does nothing. Confined to the history thread.
 */
final class Roller {
    private static final System.Logger LOG = System.getLogger(Roller.class.getName());

    /** After the end of the two hours: most of what comes late has come. */
    private static final long GRACE_MILLIS = 120_000;

    /** Series at a time: some 20 MB of busy distributions. */
    private static final int AT_ONCE = 200;

    private final Resolutions resolutions;
    private final Database database;
    private final ChunkTables tables;
    private final Chunk.Tools tools;
    private long broken;

    Roller(Resolutions resolutions, Database database, ChunkTables tables, Chunk.Tools tools) {
        this.resolutions = resolutions;
        this.database = database;
        this.tables = tables;
        this.tools = tools;
    }

    /** How many stored chunks could not be read and were left out. */
    long broken() {
        return broken;
    }

    /**
     * Rolls up the oldest two hours that are due.
     *
     * @return whether there were any
     */
    boolean rollNext(long nowMillis) throws UnavailableException {
        int due = Math.toIntExact((nowMillis - GRACE_MILLIS) / Resolution.MINUTE_MILLIS) - Resolutions.ROLLED_MINUTES;
        for (Row row : database.ask(
                "SELECT slot, changes FROM unrolled WHERE slot <= $1 ORDER BY slot LIMIT 1",
                Tuple.tuple().addValue(due))) {
            roll(row.getInteger(0));
            database.ask(
                    "DELETE FROM unrolled WHERE slot = $1 AND changes = $2",
                    Tuple.tuple().addValue(row.getInteger(0)).addValue(row.getLong(1)));
            return true;
        }
        return false;
    }

    private void roll(int slot) throws UnavailableException {
        tables.ensurePartition(resolutions.medium(), slot);
        int day = resolutions.coarse().slotOf(slot * Resolution.MINUTE_MILLIS + 1);
        tables.ensurePartition(resolutions.coarse(), day);
        int step = resolutions.fine().slotMinutes();
        Integer[] fine = new Integer[Resolutions.ROLLED_MINUTES / step];
        for (int i = 0; i < fine.length; i++) {
            fine[i] = slot + i * step;
        }
        int after = 0;
        while (true) {
            List<Integer> series = new ArrayList<>();
            int done = after;
            tables.withRepair(session -> {
                series.clear();
                for (Row row : ChunkTables.in(
                        resolutions.fine(),
                        slot,
                        () -> session.ask(
                                "SELECT DISTINCT series FROM "
                                        + resolutions.fine().table()
                                        + " WHERE slot = ANY($1) AND series > $2 ORDER BY series LIMIT " + AT_ONCE,
                                Tuple.tuple().addValue(fine).addValue(done)))) {
                    series.add(row.getInteger(0));
                }
                roll(session, slot, day, fine, series.toArray(Integer[]::new));
            });
            if (series.isEmpty()) {
                return;
            }
            after = series.getLast();
        }
    }

    private void roll(Session session, int slot, int day, Integer[] fine, Integer[] series)
            throws UnavailableException {
        if (series.length == 0) {
            return;
        }
        Map<Integer, Chunk> minutes = new TreeMap<>();
        Resolution fineOne = resolutions.fine();
        Resolution coarse = resolutions.coarse();
        int fineParts = fineOne.partsOf(resolutions.medium());
        for (Row row : ChunkTables.in(
                fineOne,
                slot,
                () -> session.ask(
                        "SELECT series, slot, body FROM " + fineOne.table()
                                + " WHERE slot = ANY($1) AND series = ANY($2) ORDER BY series, slot",
                        Tuple.tuple().addValue(fine).addValue(series)))) {
            Chunk chunk = decode(row, 2);
            if (chunk != null) {
                minutes.merge(
                        row.getInteger(0),
                        chunk.rolledUpInto(
                                minutes.get(row.getInteger(0)),
                                fineOne.intervalsIn(row.getInteger(1) - slot),
                                fineParts,
                                tools),
                        (before, now) -> now);
            }
        }
        Map<Integer, Chunk> hours = new HashMap<>();
        for (Row row : ChunkTables.in(
                coarse,
                day,
                () -> session.ask(
                        "SELECT series, body FROM " + coarse.table() + " WHERE slot = $1 AND series = ANY($2)",
                        Tuple.tuple().addValue(day).addValue(series)))) {
            Chunk chunk = decode(row, 1);
            if (chunk != null) {
                hours.put(row.getInteger(0), chunk);
            }
        }
        List<ChunkTables.Stored> minuteRows = new ArrayList<>();
        List<ChunkTables.Stored> hourRows = new ArrayList<>();
        int mediumParts = resolutions.medium().partsOf(coarse);
        int offset = resolutions.medium().intervalsIn(slot - day);
        int from = coarse.intervalsIn(slot - day);
        int to = from + coarse.intervalsIn(Resolutions.ROLLED_MINUTES);
        minutes.forEach((id, chunk) -> {
            minuteRows.add(new ChunkTables.Stored(id, slot, chunk.encode(tools)));
            Chunk added = chunk.rolledUpInto(null, offset, mediumParts, tools);
            Chunk known = hours.get(id);
            if (known != null) {
                known.remove(from, to);
                known.merge(added, tools);
                added = known;
            }
            hourRows.add(new ChunkTables.Stored(id, day, added.encode(tools)));
        });
        ChunkTables.write(session, resolutions.medium(), minuteRows);
        ChunkTables.write(session, resolutions.coarse(), hourRows);
    }

    private @org.jspecify.annotations.Nullable Chunk decode(Row row, int column) {
        try {
            return ChunkTables.decode(row, column, tools);
        } catch (BrokenChunkException e) {
            broken++;
            LOG.log(Level.WARNING, e.getMessage() + "; what was in it is lost");
            return null;
        }
    }
}
