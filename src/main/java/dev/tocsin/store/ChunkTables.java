package dev.tocsin.store;

import dev.tocsin.store.Database.Session;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tables of chunks and their partitions. Confined to one thread. */
final class ChunkTables {
    private static final System.Logger LOG = System.getLogger(ChunkTables.class.getName());

    private final Database database;
    private final Set<String> partitions = new HashSet<>();
    private boolean tablesAreThere;
    private volatile long repaired;

    ChunkTables(Database database) {
        this.database = database;
    }

    /** Another database may answer now. */
    void forget() {
        partitions.clear();
        tablesAreThere = false;
    }

    /** Makes the tables of resolutions that were never stored before. */
    void ensureTables(Resolutions resolutions) throws UnavailableException {
        if (!tablesAreThere) {
            for (Resolution each : resolutions.all()) {
                database.define(Migrations.chunkTable(each.table()));
            }
            tablesAreThere = true;
        }
    }

    /** Drops the partitions of other resolutions that hold nothing after a time. */
    void dropOthersBefore(Resolutions resolutions, long millis) throws UnavailableException {
        List<String> own = resolutions.all().stream().map(Resolution::table).toList();
        for (Row row : database.ask(
                "SELECT relname::text FROM pg_class WHERE relkind = 'p' AND relname LIKE 'chunk\\_%'"
                        + " AND relnamespace = to_regnamespace($1)",
                Tuple.of(Migrations.SCHEMA))) {
            String table = row.getString(0);
            if (!own.contains(table)) {
                int longest = Resolutions.LONGEST_PARTITION_MINUTES;
                dropBefore(new Resolution(table, Resolution.MINUTE_MILLIS, longest, longest), millis);
            }
        }
    }

    /** Makes the partition that a slot belongs to, where it is not there. */
    void ensurePartition(Resolution resolution, int slot) throws UnavailableException {
        String name = partition(resolution, slot);
        if (!partitions.contains(name)) {
            database.define(creation(resolution, slot));
            partitions.add(name);
        }
    }

    private static String partition(Resolution resolution, int slot) {
        return resolution.table() + "_" + resolution.partitionOf(slot);
    }

    private static String creation(Resolution resolution, int slot) {
        int begin = resolution.partitionOf(slot);
        return "CREATE TABLE IF NOT EXISTS " + partition(resolution, slot) + " PARTITION OF " + resolution.table()
                + " FOR VALUES FROM (" + begin + ") TO (" + (begin + resolution.partitionMinutes()) + ")";
    }

    /** A statement over the slots of one partition. */
    interface Statement {
        RowSet<Row> run() throws UnavailableException;
    }

    /** That partition can't be read as it lies on the disk. */
    private static final class DamagedException extends UnavailableException {
        private static final long serialVersionUID = 1;
        private final Resolution resolution;
        private final int slot;

        DamagedException(Resolution resolution, int slot, UnavailableException e) {
            super(partition(resolution, slot) + " is damaged: " + e.getMessage(), e.getCause());
            this.resolution = resolution;
            this.slot = slot;
        }
    }

    /** What {@link #withRepair} repairs where it is damaged. */
    static RowSet<Row> in(Resolution resolution, int slot, Statement statement) throws UnavailableException {
        try {
            return statement.run();
        } catch (UnavailableException e) {
            throw e.isDamage() ? new DamagedException(resolution, slot, e) : e;
        }
    }

    /** Writes in a transaction of its own; again where a partition was damaged and made anew. */
    void withRepair(Database.Work work) throws UnavailableException {
        Set<String> repairs = new HashSet<>();
        while (true) {
            try {
                database.inTransaction(work);
                return;
            } catch (DamagedException e) {
                if (!repairs.add(partition(e.resolution, e.slot))) {
                    throw e;
                }
                LOG.log(Level.ERROR, e.getMessage() + "; it is made anew of what can be read");
                repair(e.resolution, e.slot);
            }
        }
    }

    /** How many partitions were damaged and made anew. Any thread. */
    long repaired() {
        return repaired;
    }

    /**
     * Makes a partition anew of the rows that are still there; without any where reading them fails, too. The rows are
     * read as they lie, as an index points at some that are gone.
     */
    private void repair(Resolution resolution, int slot) throws UnavailableException {
        String name = partition(resolution, slot);
        String damaged = name + "_damaged";
        database.inTransaction(session -> {
            session.define("ALTER TABLE " + resolution.table() + " DETACH PARTITION " + name);
            session.define("ALTER TABLE " + name + " RENAME TO " + damaged);
            session.define(creation(resolution, slot));
            session.define("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off;"
                    + " SET LOCAL enable_indexonlyscan = off; SAVEPOINT readable");
            try {
                session.define("INSERT INTO " + name + " (series, slot, body) SELECT series, slot, body FROM " + damaged
                        + " ON CONFLICT DO NOTHING");
            } catch (UnavailableException e) {
                if (!e.isDamage()) {
                    throw e;
                }
                session.define("ROLLBACK TO SAVEPOINT readable");
                LOG.log(Level.ERROR, "nothing of " + name + " can be read: " + e.getMessage());
            }
            session.define("DROP TABLE " + damaged);
        });
        repaired++;
    }

    /**
     * Drops the partitions that hold nothing after a time.
     *
     * @return how many there were
     */
    int dropBefore(Resolution resolution, long millis) throws UnavailableException {
        int dropped = 0;
        for (int begin : begins(resolution)) {
            if ((begin + resolution.partitionMinutes()) * Resolution.MINUTE_MILLIS <= millis) {
                String name = resolution.table() + "_" + begin;
                database.define("DROP TABLE IF EXISTS " + name);
                partitions.remove(name);
                dropped++;
            }
        }
        return dropped;
    }

    /** The first slots of all partitions that are there. */
    List<Integer> begins(Resolution resolution) throws UnavailableException {
        List<Integer> begins = new ArrayList<>();
        for (Row row : database.ask(
                "SELECT child.relname::text FROM pg_inherits"
                        + " JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent"
                        + " WHERE parent.oid = to_regclass($1)",
                Tuple.tuple().addValue(Migrations.SCHEMA + "." + resolution.table()))) {
            begins.add(Integer.parseInt(
                    row.getString(0).substring(resolution.table().length() + 1)));
        }
        return begins;
    }

    /** A row as it is stored. */
    record Stored(int series, int slot, byte[] body) {}

    /** Replaces what is there of each series and slot; all of one partition. */
    static void write(Session session, Resolution resolution, List<Stored> rows) throws UnavailableException {
        Integer[] series = new Integer[rows.size()];
        Integer[] slots = new Integer[rows.size()];
        Buffer[] bodies = new Buffer[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            series[i] = rows.get(i).series;
            slots[i] = rows.get(i).slot;
            bodies[i] = Buffer.buffer(rows.get(i).body);
        }
        in(
                resolution,
                rows.getFirst().slot,
                () -> session.ask(
                        "INSERT INTO " + resolution.table()
                                + " (series, slot, body) SELECT * FROM unnest($1::int[], $2::int[], $3::bytea[])"
                                + " ON CONFLICT (slot, series) DO UPDATE SET body = excluded.body",
                        Tuple.tuple().addValue(series).addValue(slots).addValue(bodies)));
    }

    /** One stored chunk. */
    static @Nullable Chunk decode(Row row, int column, Chunk.Tools tools) {
        Buffer body = row.getBuffer(column);
        return body == null ? null : Chunk.decode(body.getBytes(), tools);
    }
}
