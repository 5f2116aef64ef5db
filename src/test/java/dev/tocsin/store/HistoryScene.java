package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.KeptTicks;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.core.tick.TickReader;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.series.RecordingSettings;
import dev.tocsin.series.Restoration;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.series.TimelineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A series table with ticks of ten seconds on a clock that the test moves, everything it closed, and a history that
 * takes it to a real server when the test says so. Single-threaded.
 */
final class HistoryScene implements AutoCloseable {
    /** A whole day. */
    static final long START = 1_700_006_400_000L;

    private static final long LONG_BEFORE = START - 4 * 3_600_000;

    static final Duration TICK = Duration.ofSeconds(10);

    final ManualClock clock = new ManualClock(START);
    SeriesTable table;
    /** Of the last history that was made. */
    SimpleMeterRegistry meters = new SimpleMeterRegistry();

    final List<EncodedTick> ticks = Collections.synchronizedList(new ArrayList<>());
    private Shard shard;
    private final SampleBatch batch = SampleBatch.anyText(16, 1_024);
    private final Random random = new Random(5);
    final Vertx vertx = Vertx.vertx();
    private Supplier<@Nullable Pool> pools = () -> null;
    /** Whether the pool is given to those who ask. */
    boolean reachable = true;

    HistorySettings settings = HistorySettings.DEFAULT;
    /** Of what is read from now on. */
    PushedLife life = new PushedLife(
            TICK.toMillis(),
            TimelineSettings.defaults().gaugeStaleMillis(),
            TimelineSettings.defaults().forgetMillis());

    long acknowledged;
    /** What {@link #serve} has pushed in all. */
    long counted;

    long observed;

    HistoryScene() {
        table = table();
        table.startRecording(RecordingSettings.from(1, 1 << 24));
        shard = table.openShard("test");
    }

    private SeriesTable table() {
        TimelineSettings d = TimelineSettings.defaults();
        return new SeriesTable(
                SeriesLimits.defaults(),
                new TimelineSettings(
                        TICK.toMillis(),
                        d.fineMillis(),
                        d.mediumMillis(),
                        d.coarseMillis(),
                        d.gaugeStaleMillis(),
                        d.forgetMillis(),
                        d.percentileWindowMillis(),
                        d.precisionDigits(),
                        d.precisionByMetric(),
                        1L << 30),
                clock);
    }

    /** The next process, which has read back what this one closed; its clock may have been set. */
    void restart(Duration later) throws Exception {
        clock.advance(later);
        table = table();
        table.startRecording(RecordingSettings.from(ticks.getLast().position() + 1, 1 << 24));
        Restoration restoration = table.restore(new KeptTicks(List.copyOf(ticks)), table.recorded());
        boolean more = true;
        while (more) {
            more = restoration.next();
        }
        restoration.finish();
        shard = table.openShard("test");
    }

    /** From now on by the server's own schema, which is made where there is none. */
    void connect(ServerAddress server) {
        Migrations.run(server);
        connectAsItIs(server);
    }

    void connectAsItIs(ServerAddress server) {
        Pool pool = PgBuilder.pool()
                .connectingTo(Database.connectOptions(server))
                .using(vertx)
                .build();
        use(() -> pool);
    }

    void disconnect() throws Exception {
        Pool pool = pools.get();
        if (pool != null) {
            pool.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    void use(Supplier<@Nullable Pool> connection) {
        pools = connection;
    }

    @Nullable
    Pool pool() {
        return reachable ? pools.get() : null;
    }

    /** Nothing is stored any more. */
    void empty() throws Exception {
        database()
                .define(
                        "TRUNCATE series, chunk_10s, chunk_1m, chunk_1h, unrolled, progress, alert_episode, alert_event,"
                                + " alert_episode_kept, alert_event_kept, notification");
    }

    Database database() {
        return new Database(this::pool);
    }

    void push(Kind kind, double value, String... labels) {
        batch.reset();
        batch.add(kind, Labels.of(labels), value);
        shard.accept(batch, clock.wallMillis());
    }

    void pushLate(Kind kind, double value, Duration ago, String... labels) {
        batch.reset();
        int row = batch.add(kind, Labels.of(labels), value);
        batch.setTimeMillis(row, clock.wallMillis() - ago.toMillis());
        shard.accept(batch, clock.wallMillis());
    }

    /** Ends the interval. */
    void tick() {
        clock.advance(TICK);
        table.close(clock.wallMillis(), List.of(shard.flip(clock.wallMillis())));
        EncodedTick tick = table.record(false);
        if (tick != null) {
            ticks.add(tick);
        }
    }

    /** One interval of a service under steady load. */
    void serve() {
        int hits = 20 + random.nextInt(3);
        counted += hits;
        push(Kind.COUNTER, hits, "__name__", "hits", "route", "/a");
        push(Kind.GAUGE, 40 + random.nextInt(5), "__name__", "temperature");
        for (int i = 0; i < 10; i++) {
            double millis = Math.round(100 * Math.exp(0.5 * random.nextGaussian()));
            observed++;
            push(Kind.DISTRIBUTION, millis, "__name__", "took", "route", "/a");
        }
        tick();
    }

    void serve(int ticks) {
        for (int i = 0; i < ticks; i++) {
            serve();
        }
    }

    /** The one value that PostgreSQL alone gives for a query, now. */
    double stored(String query) {
        Value.VectorValue value = instant(stored(), query, clock.wallMillis());
        assertThat(value.samples()).as(query).hasSize(1);
        return value.samples().getFirst().value();
    }

    void assertAllIsStoredOnce() {
        assertThat(stored("hits")).isEqualTo(counted);
        assertThat(countStored()).isEqualTo(observed);
    }

    /** Observations of the distribution, over all time. */
    double countStored() {
        Points points = new Points();
        storedSeries("took").newest(LONG_BEFORE, clock.wallMillis(), points);
        return points.distribution[0].count();
    }

    /** By how much the counter has grown, over all time. */
    double increaseStored() {
        RangeEnds ends = storedSeries("hits").ends(LONG_BEFORE, clock.wallMillis());
        return ends.lastValue() - ends.firstValue() + ends.resetCorrection();
    }

    private Series storedSeries(String name) {
        return stored().select(List.of(Matcher.equal(Labels.NAME, name)), LONG_BEFORE, clock.wallMillis(), 10)
                .getFirst();
    }

    long rows(String table) throws Exception {
        for (Row row : database().ask("SELECT count(*) FROM " + table, Tuple.tuple())) {
            return row.getLong(0);
        }
        return -1;
    }

    /** A process's history: another one of the same journal is another process. */
    History history() {
        meters = new SimpleMeterRegistry();
        return new History(feed(), "journal", this::pool, settings, clock, meters, new Random(1));
    }

    /** What a journal does, with all ticks in memory. */
    private TickFeed feed() {
        return new TickFeed() {
            @Override
            public Cursor follow(String consumer) {
                return follow(consumer, acknowledged);
            }

            @Override
            public Cursor follow(String consumer, long position) {
                return new Reading(position);
            }
        };
    }

    private final class Reading implements TickFeed.Cursor {
        private final TickReader reader = new TickReader();
        private final long after;
        private int next;

        Reading(long after) {
            this.after = after;
        }

        @Override
        public @Nullable TickColumns next() {
            while (next < ticks.size()) {
                EncodedTick tick = ticks.get(next++);
                if (tick.names().length > 0) {
                    reader.names(tick.position(), tick.tickMillis(), tick.names(), 0, tick.names().length);
                }
                TickColumns columns =
                        reader.columns(tick.position(), tick.tickMillis(), tick.columns(), 0, tick.columns().length);
                if (tick.position() > after) {
                    return columns;
                }
            }
            return null;
        }

        @Override
        public void acknowledge(long position) {
            acknowledged = position;
        }

        @Override
        public void close() {}
    }

    /** Memory after {@code sinceMillis}, PostgreSQL before. */
    SeriesSource joined(long sinceMillis) {
        return new HistorySource(table.source(), () -> sinceMillis, life, this::pool, () -> false, settings, clock);
    }

    /** Memory, beside a PostgreSQL that was never up. */
    SeriesSource beginning(LongSupplier since) {
        return new HistorySource(table.source(), since, life, () -> null, () -> true, settings, clock);
    }

    /** PostgreSQL alone, as after a restart that forgot everything. */
    SeriesSource stored() {
        SeriesTable forgetful = new SeriesTable(SeriesLimits.defaults(), TimelineSettings.defaults(), clock);
        return new HistorySource(
                forgetful.source(),
                () -> clock.wallMillis() + 3_600_000,
                life,
                this::pool,
                () -> false,
                settings,
                clock);
    }

    static Value.MatrixValue range(SeriesSource source, String query, long start, long end, Duration step) {
        return (Value.MatrixValue) new Evaluator(source, QueryLimits.DEFAULT)
                .range(Promql.parse(query), start, end, step.toMillis(), QueryOptions.DEFAULT)
                .value();
    }

    /** The points of the only series. */
    static Points only(Value.MatrixValue value) {
        assertThat(value.series()).hasSize(1);
        return value.series().getFirst().points();
    }

    static Value.VectorValue instant(SeriesSource source, String query, long time) {
        return (Value.VectorValue) new Evaluator(source, QueryLimits.DEFAULT)
                .instant(Promql.parse(query), time, QueryOptions.DEFAULT)
                .value();
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }
}
