package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Clock;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.TimelineSettings;
import dev.tocsin.store.embedded.TestServer;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * What history takes in PostgreSQL, indexes and all, and how long seven days of a percentile take to read.
 *
 * <pre>
 *   HistoryBenchmark size     bytes per scalar point, and per histogram of 1,000 lognormal samples (sigma 0.8), at 1 min
 *   HistoryBenchmark read     p99 of a route over 7 days across 20 series, cold and warm
 * </pre>
 */
public final class HistoryBenchmark {
    private static final int SERIES = 1_000;
    private static final int SLOTS = 12;
    private static final int READ_SERIES = 20;
    private static final int READ_DAYS = 7;
    private static final int COLD_ROUNDS = 4;
    private static final int WARM_ROUNDS = 50;

    private final Chunk.Tools tools = new Chunk.Tools();
    private final Random random = new Random(1);
    private final Vertx vertx = Vertx.vertx();
    private final Pool pool;
    private final Database database;
    private final ChunkTables tables;

    private HistoryBenchmark(ServerAddress server) {
        Migrations.run(server);
        pool = PgBuilder.pool()
                .connectingTo(Database.connectOptions(server))
                .using(vertx)
                .build();
        database = new Database(() -> pool);
        tables = new ChunkTables(database);
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("tocsin-history");
        try (TestServer server = TestServer.start(Binaries.OURS, folder)) {
            HistoryBenchmark benchmark = new HistoryBenchmark(server.address());
            if (args.length > 0 && args[0].equals("read")) {
                benchmark.read(server);
            } else {
                benchmark.size();
            }
            benchmark.vertx.close();
        }
    }

    private void size() throws Exception {
        System.out.printf(
                "%d series, %d slots of two hours at 1 min; bytes of table and indexes after VACUUM, per interval%n",
                SERIES, SLOTS);
        scalar(
                "counter, 100/s, Poisson",
                Kind.COUNTER,
                series -> {
                    double[] sum = {random.nextInt(1_000_000)};
                    return minute ->
                            sum[0] += Math.max(0, Math.round(6_000 + Math.sqrt(6_000) * random.nextGaussian()));
                },
                1);
        scalar(
                "counter, 2/s, Poisson",
                Kind.COUNTER,
                series -> {
                    double[] sum = {0};
                    return minute -> sum[0] += Math.max(0, Math.round(120 + Math.sqrt(120) * random.nextGaussian()));
                },
                1);
        scalar(
                "gauge, whole, one value a minute, random walk",
                Kind.GAUGE,
                series -> {
                    double[] now = {random.nextInt(500)};
                    return minute -> now[0] += random.nextInt(7) - 3;
                },
                1);
        scalar(
                "gauge, percent with 2 decimals, one value a minute",
                Kind.GAUGE,
                series -> minute -> Math.round(4_000 + 300 * random.nextGaussian()) / 100.0,
                1);
        scalar(
                "gauge, whole, six values a minute, random walk",
                Kind.GAUGE,
                series -> {
                    double[] now = {random.nextInt(500)};
                    return minute -> now[0] += random.nextInt(7) - 3;
                },
                6);
        scalar(
                "gauge, percent with 2 decimals, six values a minute",
                Kind.GAUGE,
                series -> minute -> Math.round(4_000 + 300 * random.nextGaussian()) / 100.0,
                6);
        scalar(
                "counter of the load tests, 1 to 100 each second",
                Kind.COUNTER,
                series -> {
                    double[] sum = {0};
                    return minute -> sum[0] += 1 + random.nextInt(100);
                },
                60);
        scalar(
                "gauge of the load tests, 1 to 100, each second another",
                Kind.GAUGE,
                series -> minute -> 1 + random.nextInt(100),
                60);
        scalar("gauge, any double, one value a minute", Kind.GAUGE, series -> minute -> random.nextDouble(), 1);
        reset();
        for (int slot = 0; slot < SLOTS; slot++) {
            List<ChunkTables.Stored> rows = new ArrayList<>();
            for (int series = 0; series < SERIES / 10; series++) {
                rows.add(new ChunkTables.Stored(series, slotOf(slot), histograms(Resolutions.DEFAULT.medium(), 1_000)));
            }
            write(Resolutions.DEFAULT.medium(), slotOf(slot), rows);
        }
        report("histogram of 1,000 lognormal samples, sigma 0.8, 2 digits", SERIES / 10);
    }

    private interface Values {
        IntToDoubleFunction of(int series);
    }

    private void scalar(String what, Kind kind, Values values, int valuesAMinute) throws Exception {
        reset();
        List<IntToDoubleFunction> all = new ArrayList<>();
        for (int i = 0; i < SERIES; i++) {
            all.add(values.of(i));
        }
        double[] before = new double[SERIES];
        for (int slot = 0; slot < SLOTS; slot++) {
            List<ChunkTables.Stored> rows = new ArrayList<>();
            for (int series = 0; series < SERIES; series++) {
                Chunk chunk = Chunk.empty(new SeriesKey(Labels.EMPTY, kind, null, false), 120);
                for (int minute = 0; minute < Resolutions.DEFAULT.medium().intervals(); minute++) {
                    for (int i = 0; i < valuesAMinute; i++) {
                        double value = all.get(series).applyAsDouble(minute);
                        if (kind == Kind.COUNTER) {
                            chunk.scalars.setTotal(minute, value, before[series]);
                        } else {
                            chunk.scalars.add(minute, value);
                        }
                        before[series] = value;
                    }
                }
                rows.add(new ChunkTables.Stored(series, slotOf(slot), chunk.encode(tools)));
            }
            write(Resolutions.DEFAULT.medium(), slotOf(slot), rows);
        }
        report(what, SERIES);
    }

    private static int slotOf(int i) {
        return i * Resolutions.DEFAULT.medium().slotMinutes();
    }

    private void write(Resolution resolution, int slot, List<ChunkTables.Stored> rows) throws Exception {
        tables.ensurePartition(resolution, slot);
        for (int from = 0; from < rows.size(); from += 500) {
            List<ChunkTables.Stored> part = rows.subList(from, Math.min(rows.size(), from + 500));
            database.inTransaction(session -> ChunkTables.write(session, resolution, part));
        }
    }

    private byte[] histograms(Resolution resolution, int samples) {
        Chunk chunk = Chunk.empty(
                new SeriesKey(Labels.EMPTY, Kind.DISTRIBUTION, BucketLayout.TWO_DIGITS, false), resolution.intervals());
        DistributionBuilder builder = new DistributionBuilder(BucketLayout.TWO_DIGITS);
        for (int interval = 0; interval < resolution.intervals(); interval++) {
            builder.reset(BucketLayout.TWO_DIGITS);
            for (int i = 0; i < samples; i++) {
                builder.record(100 * Math.exp(0.8 * random.nextGaussian()), 1);
            }
            chunk.distributions.append(interval, tools.distributions.encode(builder.build()));
        }
        return chunk.encode(tools);
    }

    private void reset() throws Exception {
        database.define("TRUNCATE chunk_1m");
    }

    private void report(String what, int series) throws Exception {
        long bytes = 0;
        long toast = 0;
        for (Row row : database.ask(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'chunk_1m'::regclass",
                Tuple.tuple())) {
            String partition = row.getString(0);
            database.define("VACUUM " + partition);
            for (Row size : database.ask(
                    "SELECT pg_total_relation_size('" + partition + "'), pg_indexes_size('" + partition + "')",
                    Tuple.tuple())) {
                bytes += size.getLong(0);
                toast += size.getLong(1);
            }
        }
        double points = (double) series * SLOTS * Resolutions.DEFAULT.medium().intervals();
        System.out.printf(Locale.ROOT, "%8.2f  (index %.2f)  %s%n", bytes / points, toast / points, what);
    }

    private void read(TestServer server) throws Exception {
        long now = Clock.system().wallMillis();
        long end = now / 86_400_000 * 86_400_000;
        SeriesIds ids = new SeriesIds(database);
        List<SeriesKey> keys = new ArrayList<>();
        for (int i = 0; i < READ_SERIES; i++) {
            keys.add(new SeriesKey(
                    Labels.of(Labels.NAME, "latency", "route", "/login", "host", "h" + i),
                    Kind.DISTRIBUTION,
                    BucketLayout.TWO_DIGITS,
                    false));
        }
        ids.learn(keys, Resolutions.DEFAULT.coarse().slotOf(end));
        for (int day = 1; day <= READ_DAYS + 1; day++) {
            int slot = Resolutions.DEFAULT.coarse().slotOf(end - day * 86_400_000L + 1);
            List<ChunkTables.Stored> rows = new ArrayList<>();
            for (SeriesKey key : keys) {
                // 10 samples a second.
                rows.add(new ChunkTables.Stored(ids.of(key), slot, histograms(Resolutions.DEFAULT.coarse(), 36_000)));
            }
            write(Resolutions.DEFAULT.coarse(), slot, rows);
        }
        SeriesTable empty = new SeriesTable(SeriesLimits.defaults(), TimelineSettings.defaults(), Clock.system());
        HistorySource source = new HistorySource(
                empty.source(),
                () -> end,
                new PushedLife(1_000, 300_000, 3_600_000),
                () -> pool,
                () -> false,
                HistorySettings.DEFAULT,
                Clock.system());
        Evaluator evaluator = new Evaluator(source, QueryLimits.DEFAULT);
        for (String query : List.of(
                "histogram_quantile(0.99, sum by (route) (increase(latency{route=\"/login\"}[7d])))", "chart")) {
            double cold = 0;
            for (int i = 0; i < COLD_ROUNDS; i++) {
                // The first round also warms the code up.
                double each = cold(server, evaluator, query, end);
                cold = i == 0 ? 0 : Math.max(cold, each);
            }
            double[] warm = new double[WARM_ROUNDS];
            long beganCpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < WARM_ROUNDS; i++) {
                warm[i] = time(evaluator, query, end);
            }
            double cpu = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - beganCpu) / 1e6 / WARM_ROUNDS;
            Arrays.sort(warm);
            System.out.printf(
                    Locale.ROOT,
                    "%-90s cold (worst of 3) %.0f ms, warm median %.0f ms, best %.0f ms, worst %.0f ms, CPU of the asking thread %.1f ms%n",
                    query,
                    cold,
                    warm[WARM_ROUNDS / 2],
                    warm[0],
                    warm[WARM_ROUNDS - 1],
                    cpu);
        }
    }

    private double cold(TestServer server, Evaluator evaluator, String query, long end) throws Exception {
        server.crash();
        server.start();
        dropCaches();
        Eventually.holds("connected", () -> {
            database.ask("SELECT 1", Tuple.tuple());
            return true;
        });
        return time(evaluator, query, end);
    }

    private static void dropCaches() {
        try {
            Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
        } catch (IOException e) {
            System.out.println("the machine's cache of files could not be dropped: cold is the server's cache only");
        }
    }

    private static double time(Evaluator evaluator, String query, long end) {
        long began = System.nanoTime();
        Value value;
        if (query.equals("chart")) {
            value = evaluator
                    .range(
                            Promql.parse("histogram_quantile(0.99, sum by (route) (rate(latency[1h])))"),
                            end - READ_DAYS * 86_400_000L,
                            end,
                            3_600_000,
                            QueryOptions.DEFAULT)
                    .value();
        } else {
            value = evaluator
                    .instant(Promql.parse(query), end, QueryOptions.DEFAULT)
                    .value();
        }
        double millis = (System.nanoTime() - began) / 1e6;
        boolean empty = switch (value) {
            case Value.VectorValue vector -> vector.samples().isEmpty();
            case Value.MatrixValue matrix -> matrix.series().isEmpty();
            default -> true;
        };
        if (empty) {
            throw new IllegalStateException("no answer to " + query);
        }
        return millis;
    }
}
