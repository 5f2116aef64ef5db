package dev.tocsin.store;

import dev.tocsin.store.Database.Session;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes chunks of the finest resolution, together with how far in the journal they reach: all in one transaction, so that what is
 * written again after a failure is written once. Confined to the history thread.
 */
final class HistoryWriter {
    private static final System.Logger LOG = System.getLogger(HistoryWriter.class.getName());

    /** Rows of one statement: some 12 MB of busy distributions. */
    private static final int AT_ONCE = 2_000;

    private final Resolution resolution;
    private final Database database;
    private final ChunkTables tables;
    private final SeriesIds ids;
    private final Chunk.Tools tools;
    private final String journal;
    private long broken;

    /** @param journal told apart from others whose positions mean something else */
    HistoryWriter(Resolution resolution, Database database, ChunkTables tables, Chunk.Tools tools, String journal) {
        this.resolution = resolution;
        this.database = database;
        this.tables = tables;
        this.tools = tools;
        this.journal = journal;
        ids = new SeriesIds(database);
    }

    /** Up to where in the journal everything is stored; the least long where nothing is. */
    long position() throws UnavailableException {
        RowSet<Row> rows = database.ask(
                "SELECT position FROM progress WHERE journal = $1",
                Tuple.tuple().addValue(journal));
        return rows.size() == 0 ? Long.MIN_VALUE : rows.iterator().next().getLong(0);
    }

    /** Forgets series that were last written to before; @return how many */
    int forgetSeriesBefore(long millis) throws UnavailableException {
        return ids.deleteBefore(millis);
    }

    /** How many stored chunks could not be read and were replaced. */
    long broken() {
        return broken;
    }

    /** The server may be another one. */
    void forget() {
        tables.forget();
        ids.forget();
    }

    /** No newer slot has anything: a clock may have been set back since others were written. */
    private int newestWritten() throws UnavailableException {
        try {
            for (Row row : database.ask("SELECT max(slot) FROM " + resolution.table(), Tuple.tuple())) {
                Integer newest = row.getInteger(0);
                return newest == null ? Integer.MIN_VALUE : newest;
            }
        } catch (UnavailableException e) {
            if (!e.isDamage()) {
                throw e;
            }
        }
        return Integer.MAX_VALUE;
    }

    /**
     * Merges rows into what is stored. Written again with the same position it changes nothing.
     *
     * @param position up to where in the journal these rows and all before reach
     */
    void write(List<OpenSlot.Row> rows, long position) throws UnavailableException {
        if (position() >= position) {
            return;
        }
        if (rows.isEmpty()) {
            // Of ticks at which no series had a sample.
            tables.withRepair(session -> advance(session, position));
            return;
        }
        Map<Integer, List<OpenSlot.Row>> bySlot = new HashMap<>();
        Set<SeriesKey> series = new HashSet<>();
        for (OpenSlot.Row row : rows) {
            bySlot.computeIfAbsent(row.slot(), s -> new ArrayList<>()).add(row);
            series.add(row.series());
        }
        ids.learn(series, Collections.max(bySlot.keySet()));
        for (int slot : bySlot.keySet()) {
            tables.ensurePartition(resolution, slot);
        }
        int newest = newestWritten();
        tables.withRepair(session -> {
            for (Map.Entry<Integer, List<OpenSlot.Row>> each : bySlot.entrySet()) {
                write(session, each.getKey(), each.getValue(), each.getKey() <= newest);
            }
            markUnrolled(session, bySlot.keySet());
            advance(session, position);
        });
    }

    private void advance(Session session, long position) throws UnavailableException {
        session.ask(
                "INSERT INTO progress VALUES ($1, $2)"
                        + " ON CONFLICT (journal) DO UPDATE SET position = excluded.position",
                Tuple.tuple().addValue(journal).addValue(position));
    }

    /** @param mayBeThere whether some of the slot may be stored already */
    private void write(Session session, int slot, List<OpenSlot.Row> rows, boolean mayBeThere)
            throws UnavailableException {
        // As the index has them: its pages are filled one after the other.
        List<OpenSlot.Row> ordered = new ArrayList<>(rows);
        ordered.sort(Comparator.comparingInt(row -> ids.of(row.series())));
        for (int from = 0; from < ordered.size(); from += AT_ONCE) {
            List<OpenSlot.Row> part = ordered.subList(from, Math.min(ordered.size(), from + AT_ONCE));
            Map<Integer, Chunk> stored = mayBeThere ? stored(session, slot, part) : Map.of();
            List<ChunkTables.Stored> out = new ArrayList<>(part.size());
            for (OpenSlot.Row row : part) {
                int id = ids.of(row.series());
                Chunk chunk = stored.get(id);
                if (chunk != null) {
                    chunk.merge(row.chunk(), tools);
                } else {
                    chunk = row.chunk();
                }
                out.add(new ChunkTables.Stored(id, slot, chunk.encode(tools)));
            }
            ChunkTables.write(session, resolution, out);
        }
    }

    private Map<Integer, Chunk> stored(Session session, int slot, List<OpenSlot.Row> rows) throws UnavailableException {
        Integer[] series = rows.stream().map(row -> ids.of(row.series())).toArray(Integer[]::new);
        Map<Integer, Chunk> found = new HashMap<>();
        for (Row row : ChunkTables.in(
                resolution,
                slot,
                () -> session.ask(
                        "SELECT series, body FROM " + resolution.table() + " WHERE slot = $1 AND series = ANY($2)",
                        Tuple.tuple().addValue(slot).addValue(series)))) {
            try {
                Chunk chunk = ChunkTables.decode(row, 1, tools);
                if (chunk != null) {
                    found.put(row.getInteger(0), chunk);
                }
            } catch (BrokenChunkException e) {
                broken++;
                LOG.log(Level.WARNING, e.getMessage() + "; what was in it is lost");
            }
        }
        return found;
    }

    private static void markUnrolled(Session session, Collection<Integer> slots) throws UnavailableException {
        Integer[] coarse = slots.stream()
                .map(slot -> Math.floorDiv(slot, Resolutions.ROLLED_MINUTES) * Resolutions.ROLLED_MINUTES)
                .distinct()
                .toArray(Integer[]::new);
        session.ask(
                "INSERT INTO unrolled SELECT slot, 1 FROM unnest($1::int[]) AS told (slot)"
                        + " ON CONFLICT (slot) DO UPDATE SET changes = unrolled.changes + 1",
                Tuple.tuple().addValue(coarse));
    }
}
