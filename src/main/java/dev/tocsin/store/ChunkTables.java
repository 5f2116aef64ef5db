package dev.tocsin.store;

import dev.tocsin.store.Database.Session;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables of chunks and their partitions. Confined to one thread. */
final class ChunkTables {
    private final Database database;
    private final Set<String> partitions = new HashSet<>();

    ChunkTables(Database database) {
        this.database = database;
    }

    /** Another database may answer now. */
    void forget() {
        partitions.clear();
    }

    /** Makes the partition that a slot belongs to, where it is not there. */
    void ensurePartition(Resolution resolution, int slot) throws UnavailableException {
        int begin = resolution.partitionOf(slot);
        String name = resolution.table() + "_" + begin;
        if (!partitions.contains(name)) {
            database.define("CREATE TABLE IF NOT EXISTS " + name + " PARTITION OF " + resolution.table()
                    + " FOR VALUES FROM (" + begin + ") TO (" + (begin + resolution.partitionMinutes()) + ")");
            partitions.add(name);
        }
    }

    /**
     * Drops the partitions that hold nothing after a time.
     *
     * @return how many there were
     */
    int dropBefore(Resolution resolution, long millis) throws UnavailableException {
        int dropped = 0;
        RowSet<Row> children = database.ask(
                "SELECT child.relname::text FROM pg_inherits"
                        + " JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent"
                        + " WHERE parent.oid = to_regclass($1)",
                Tuple.tuple().addValue(Migrations.SCHEMA + "." + resolution.table()));
        for (Row row : children) {
            String name = row.getString(0);
            long begin = Long.parseLong(name.substring(resolution.table().length() + 1));
            if ((begin + resolution.partitionMinutes()) * Resolution.MINUTE_MILLIS <= millis) {
                database.define("DROP TABLE IF EXISTS " + name);
                partitions.remove(name);
                dropped++;
            }
        }
        return dropped;
    }

    /** A row as it is stored. */
    record Stored(int series, int slot, byte[] body) {}

    /** Replaces what is there of each series and slot. */
    static void write(Session session, Resolution resolution, List<Stored> rows) throws UnavailableException {
        Integer[] series = new Integer[rows.size()];
        Integer[] slots = new Integer[rows.size()];
        Buffer[] bodies = new Buffer[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            series[i] = rows.get(i).series;
            slots[i] = rows.get(i).slot;
            bodies[i] = Buffer.buffer(rows.get(i).body);
        }
        session.ask(
                "INSERT INTO " + resolution.table()
                        + " (series, slot, body) SELECT * FROM unnest($1::int[], $2::int[], $3::bytea[])"
                        + " ON CONFLICT (slot, series) DO UPDATE SET body = excluded.body",
                Tuple.tuple().addValue(series).addValue(slots).addValue(bodies));
    }

    /** One stored chunk. */
    static @Nullable Chunk decode(Row row, int column, Chunk.Tools tools) {
        Buffer body = row.getBuffer(column);
        return body == null ? null : Chunk.decode(body.getBytes(), tools);
    }
}
