package dev.tocsin.store;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickFeed;
import dev.tocsin.core.tick.TickReader;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.series.RecordingSettings;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.series.TimelineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A series table with ticks of ten seconds on a clock that the test moves, everything it closed, and a history that
 * takes it to a real server when the test says so. Single-threaded.
 */
final class HistoryScene implements AutoCloseable {
    /** A whole day. */
    static final long START = 1_700_006_400_000L;

    static final Duration TICK = Duration.ofSeconds(10);

    final ManualClock clock = new ManualClock(START);
    final SeriesTable table;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<EncodedTick> ticks = Collections.synchronizedList(new ArrayList<>());
    private final Shard shard;
    private final SampleBatch batch = SampleBatch.anyText(16, 1_024);
    private final Vertx vertx = Vertx.vertx();
    private @Nullable Pool pool;
    /** Whether the pool is given to those who ask. */
    boolean reachable = true;

    long acknowledged;

    HistoryScene() {
        TimelineSettings d = TimelineSettings.defaults();
        table = new SeriesTable(
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
        table.startRecording(RecordingSettings.from(1, 1 << 24));
        shard = table.openShard("test");
    }

    void connect(ServerAddress server) {
        Migrations.run(server);
        pool = PgBuilder.pool()
                .connectingTo(server.connectOptions())
                .using(vertx)
                .build();
    }

    @Nullable
    Pool pool() {
        return reachable ? pool : null;
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

    /** A process's history: another one of the same journal is another process. */
    History history() {
        return new History(feed(), "journal", this::pool, HistorySettings.DEFAULT, clock, meters, new Random(1));
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
        return new HistorySource(table.source(), () -> sinceMillis, this::pool, HistorySettings.DEFAULT, clock);
    }

    /** PostgreSQL alone, as after a restart that forgot everything. */
    SeriesSource stored() {
        SeriesTable forgetful = new SeriesTable(SeriesLimits.defaults(), TimelineSettings.defaults(), clock);
        return new HistorySource(
                forgetful.source(), () -> clock.wallMillis() + 3_600_000, this::pool, HistorySettings.DEFAULT, clock);
    }

    static Value.MatrixValue range(SeriesSource source, String query, long start, long end, Duration step) {
        return (Value.MatrixValue) new Evaluator(source, QueryLimits.DEFAULT)
                .range(Promql.parse(query), start, end, step.toMillis(), QueryOptions.DEFAULT)
                .value();
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
