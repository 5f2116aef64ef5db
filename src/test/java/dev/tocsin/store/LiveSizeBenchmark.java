package dev.tocsin.store;

import dev.tocsin.core.Kind;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.embedded.EmbeddedPostgres;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What all series of a running server take in history at 1 min: its intervals of 10 s are read from its own PostgreSQL,
 * rolled up as the server does it after two hours, and written to a scratch server, whose table and indexes are measured
 * after VACUUM. A row and its index entries come once for as many intervals as there are: 120 where it is full.
 *
 * <pre>
 *   LiveSizeBenchmark DATA      the data folder of a server that runs, with its own PostgreSQL, for 25 minutes or more
 * </pre>
 */
public final class LiveSizeBenchmark {
    private static final Resolution FINE = Resolutions.DEFAULT.fine();
    private static final Resolution MEDIUM = Resolutions.DEFAULT.medium();

    /** Written for each figure, so that pages half full count for nothing. */
    private static final int LEAST_ROWS = 10_000;

    private static final int SERIES_AT_MOST = 100_000;

    private final Vertx vertx = Vertx.vertx();
    private final Chunk.Tools tools = new Chunk.Tools();
    private final Map<Integer, String> groups = new HashMap<>();
    private final Map<Long, Chunk> chunks = new TreeMap<>();

    private LiveSizeBenchmark() {}

    public static void main(String[] args) throws Exception {
        ServerAddress live =
                Objects.requireNonNull(EmbeddedPostgres.running(Path.of(args[0])), "no PostgreSQL runs in " + args[0]);
        LiveSizeBenchmark benchmark = new LiveSizeBenchmark();
        benchmark.rollUp(benchmark.database(live));
        try (TestServer server = TestServer.start(Binaries.OURS, Files.createTempDirectory("tocsin-size"))) {
            Migrations.run(server.address());
            benchmark.report(benchmark.database(server.address()));
            benchmark.vertx.close();
        }
    }

    private Database database(ServerAddress server) {
        Pool pool = PgBuilder.pool()
                .connectingTo(Database.connectOptions(server))
                .using(vertx)
                .build();
        return new Database(() -> pool);
    }

    private void rollUp(Database live) throws Exception {
        for (Row row : live.ask(
                "SELECT id, metric, labels, kind, digits, slot, body FROM chunk_10s JOIN series ON id = series"
                        + " ORDER BY slot",
                Tuple.tuple())) {
            int slot = row.getInteger(5);
            int coarse = Math.floorDiv(slot, MEDIUM.slotMinutes()) * MEDIUM.slotMinutes();
            Chunk chunk = Objects.requireNonNull(ChunkTables.decode(row, 6, tools));
            groups.put(row.getInteger(0), group(StoredCatalog.series(row)));
            chunks.compute(
                    (long) coarse << 32 | row.getInteger(0),
                    (key, known) ->
                            chunk.rolledUpInto(known, FINE.intervalsIn(slot - coarse), FINE.partsOf(MEDIUM), tools));
        }
    }

    private static String group(SeriesKey series) {
        if (series.layout() != null) {
            return "distributions";
        }
        if (series.recorded()) {
            return "of rules and of the server itself";
        }
        return series.kind() == Kind.COUNTER
                ? "counters"
                : series.labels().metricName().startsWith("host_") ? "gauges of the host" : "other gauges and sets";
    }

    private void report(Database scratch) throws Exception {
        Map<String, Map<Long, Chunk>> byGroup = new TreeMap<>();
        chunks.forEach((key, chunk) -> {
            String group = Objects.requireNonNull(groups.get(key.intValue()));
            byGroup.computeIfAbsent(group, each -> new TreeMap<>()).put(key, chunk);
            if (chunk.scalars != null) {
                byGroup.computeIfAbsent("~ all scalars", each -> new TreeMap<>())
                        .put(key, chunk);
            }
        });
        for (Map.Entry<String, Map<Long, Chunk>> each : byGroup.entrySet()) {
            report(scratch, each.getKey(), each.getValue());
        }
    }

    private void report(Database scratch, String group, Map<Long, Chunk> of) throws Exception {
        long points = 0;
        long bodies = 0;
        List<ChunkTables.Stored> rows = new ArrayList<>();
        for (Map.Entry<Long, Chunk> each : of.entrySet()) {
            byte[] body = each.getValue().encode(tools);
            points += each.getValue().size();
            bodies += body.length;
            rows.add(new ChunkTables.Stored(each.getKey().intValue(), (int) (each.getKey() >> 32), body));
        }
        int copies = Math.ceilDiv(LEAST_ROWS, rows.size());
        long bytes = stored(scratch, rows, copies) / copies;
        double perRow = (double) (bytes - bodies) / rows.size();
        System.out.printf(
                Locale.ROOT,
                "%7.2f bytes an interval of bodies, %7.2f in all with %.0f intervals a row, %7.2f with 120; %d rows, %d"
                        + " intervals: %s%n",
                (double) bodies / points,
                (double) bytes / points,
                (double) points / rows.size(),
                (double) bodies / points + perRow / 120,
                rows.size(),
                points,
                group);
    }

    /** Bytes of tables and indexes with so many of each of these rows alone. */
    private static long stored(Database scratch, List<ChunkTables.Stored> rows, int copies) throws Exception {
        scratch.define("TRUNCATE chunk_1m");
        ChunkTables tables = new ChunkTables(scratch);
        for (ChunkTables.Stored row : rows) {
            tables.ensurePartition(MEDIUM, row.slot());
        }
        for (int copy = 0; copy < copies; copy++) {
            int shift = copy * SERIES_AT_MOST;
            List<ChunkTables.Stored> shifted = rows.stream()
                    .map(row -> new ChunkTables.Stored(row.series() + shift, row.slot(), row.body()))
                    .toList();
            scratch.inTransaction(session -> ChunkTables.write(session, MEDIUM, shifted));
        }
        long bytes = 0;
        for (Row partition : scratch.ask(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'chunk_1m'::regclass",
                Tuple.tuple())) {
            scratch.define("VACUUM " + partition.getString(0));
            for (Row size :
                    scratch.ask("SELECT pg_total_relation_size('" + partition.getString(0) + "')", Tuple.tuple())) {
                bytes += size.getLong(0);
            }
        }
        return bytes;
    }
}
