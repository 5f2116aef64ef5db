package dev.tocsin.store;

import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks that one selector needs: those of a resolution, and for what has not been rolled up to it, or has
 * changed since, the ten-second chunks, rolled up on the way. One use; confined to one thread.
 */
final class ChunkReader {
    private static final System.Logger LOG = System.getLogger(ChunkReader.class.getName());

    /** Bodies that one selector may fetch. */
    private static final long MOST_BYTES = 512L << 20;

    private final Resolutions resolutions;
    private final Database database;
    private final Chunk.Tools tools = new Chunk.Tools();
    private long leftBytes = MOST_BYTES;
    private @Nullable TreeSet<Integer> unrolled;

    ChunkReader(Resolutions resolutions, Database database) {
        this.resolutions = resolutions;
        this.database = database;
    }

    /**
     * The chunks that may have intervals ending in (afterMillis, toMillis], by series and slot; some have others too.
     */
    Map<Integer, TreeMap<Integer, Chunk>> chunks(
            Resolution resolution, Integer[] series, long afterMillis, long toMillis) throws UnavailableException {
        if (toMillis <= afterMillis) {
            return Map.of();
        }
        if (resolution.equals(resolutions.fine())) {
            return fetch(resolution, series, slots(resolution, afterMillis, toMillis));
        }
        // Before the chunks: what is rolled up between the two is then told by the finer ones, and not lost.
        TreeSet<Integer> changed = unrolled();
        Map<Integer, TreeMap<Integer, Chunk>> found =
                fetch(resolution, series, slots(resolution, afterMillis, toMillis));
        found.forEach(
                (id, chunks) -> chunks.forEach((slot, chunk) -> removeUnrolled(resolution, slot, chunk, changed)));
        // Whole intervals: the first of them may begin before.
        long wholeMillis = Math.floorDiv(afterMillis, resolution.millis()) * resolution.millis();
        Integer[] fresh = freshSlots(changed, wholeMillis, toMillis);
        if (fresh.length > 0) {
            fetch(resolutions.fine(), series, fresh).forEach((id, fine) -> {
                TreeMap<Integer, Chunk> chunks = found.computeIfAbsent(id, each -> new TreeMap<>());
                fine.forEach((slot, chunk) -> rollUp(resolution, slot, chunk, chunks));
            });
        }
        return found;
    }

    private TreeSet<Integer> unrolled() throws UnavailableException {
        TreeSet<Integer> known = unrolled;
        if (known == null) {
            known = new TreeSet<>();
            for (Row row : database.ask("SELECT slot FROM unrolled", Tuple.tuple())) {
                known.add(row.getInteger(0));
            }
            unrolled = known;
        }
        return known;
    }

    private static Integer[] slots(Resolution resolution, long afterMillis, long toMillis) {
        List<Integer> slots = new ArrayList<>();
        for (int slot = resolution.slotOf(afterMillis + 1);
                slot <= resolution.slotOf(toMillis);
                slot += resolution.slotMinutes()) {
            slots.add(slot);
        }
        return slots.toArray(Integer[]::new);
    }

    /** The slots of ten-second chunks that are not rolled up yet. */
    private Integer[] freshSlots(TreeSet<Integer> unrolled, long afterMillis, long toMillis) {
        List<Integer> slots = new ArrayList<>();
        for (int begin : unrolled) {
            for (int slot = begin;
                    slot < begin + Resolutions.ROLLED_MINUTES;
                    slot += resolutions.fine().slotMinutes()) {
                long beginMillis = slot * Resolution.MINUTE_MILLIS;
                if (beginMillis < toMillis && beginMillis + resolutions.fine().slotMillis() > afterMillis) {
                    slots.add(slot);
                }
            }
        }
        return slots.toArray(Integer[]::new);
    }

    /** Where a partition is damaged the others tell what they have. */
    private Map<Integer, TreeMap<Integer, Chunk>> fetch(Resolution resolution, Integer[] series, Integer[] slots)
            throws UnavailableException {
        Map<Integer, TreeMap<Integer, Chunk>> found = new HashMap<>();
        try {
            fetch(resolution, series, slots, found);
        } catch (UnavailableException e) {
            if (!e.isDamage()) {
                throw e;
            }
            Map<Integer, List<Integer>> byPartition = new TreeMap<>();
            for (int slot : slots) {
                byPartition
                        .computeIfAbsent(resolution.partitionOf(slot), p -> new ArrayList<>())
                        .add(slot);
            }
            for (List<Integer> part : byPartition.values()) {
                fetchReadable(resolution, series, part.toArray(Integer[]::new), found);
            }
        }
        return found;
    }

    private void fetchReadable(
            Resolution resolution, Integer[] series, Integer[] slots, Map<Integer, TreeMap<Integer, Chunk>> into)
            throws UnavailableException {
        try {
            fetch(resolution, series, slots, into);
        } catch (UnavailableException e) {
            if (!e.isDamage()) {
                throw e;
            }
            LOG.log(Level.ERROR, "a damaged partition is left out of an answer: " + e.getMessage());
        }
    }

    private void fetch(
            Resolution resolution, Integer[] series, Integer[] slots, Map<Integer, TreeMap<Integer, Chunk>> into)
            throws UnavailableException {
        for (Row row : database.ask(
                "SELECT series, slot, body FROM " + resolution.table() + " WHERE slot = ANY($1) AND series = ANY($2)",
                Tuple.tuple().addValue(slots).addValue(series))) {
            leftBytes -= row.getBuffer(2).length();
            if (leftBytes < 0) {
                throw new UnavailableException(
                        "it would read more than " + (MOST_BYTES >> 20) + " MiB of history; ask for fewer series",
                        null);
            }
            try {
                Chunk chunk = ChunkTables.decode(row, 2, tools);
                if (chunk != null) {
                    into.computeIfAbsent(row.getInteger(0), id -> new TreeMap<>())
                            .put(row.getInteger(1), chunk);
                }
            } catch (BrokenChunkException e) {
                LOG.log(Level.WARNING, e.getMessage() + "; it is left out of the answer");
            }
        }
    }

    /** Of what was rolled up and has changed since, the ten-second chunks tell. */
    private static void removeUnrolled(Resolution resolution, int slot, Chunk chunk, TreeSet<Integer> unrolled) {
        int perMinute = Math.toIntExact(resolution.millis() / Resolution.MINUTE_MILLIS);
        for (int begin : unrolled) {
            int end = begin + Resolutions.ROLLED_MINUTES;
            if (end > slot && begin < slot + resolution.slotMinutes()) {
                chunk.remove((begin - slot) / perMinute, (end - slot) / perMinute);
            }
        }
    }

    private void rollUp(Resolution resolution, int slot, Chunk fine, TreeMap<Integer, Chunk> chunks) {
        int coarseSlot = resolution.slotOf(slot * Resolution.MINUTE_MILLIS + 1);
        Resolution own = resolutions.fine();
        Chunk coarse = fine.rolledUpInto(null, own.intervalsIn(slot - coarseSlot), own.partsOf(resolution), tools);
        chunks.merge(coarseSlot, coarse, (known, added) -> {
            known.merge(added, tools);
            return known;
        });
    }
}
