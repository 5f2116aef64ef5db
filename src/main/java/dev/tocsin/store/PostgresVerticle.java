package dev.tocsin.store;

import dev.tocsin.core.Clock;
import dev.tocsin.postgres.ServerAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The connection to PostgreSQL: a pool, whose server is asked every few seconds whether it answers. When it first does,
 * and whenever it answers again after it did not, the migrations run before anything else may use it. While it does not
 * answer it is tried again and again, at growing and random distances. On an event loop of its own; {@link #state} and
 * {@link #pool} from any thread.
 */
public final class PostgresVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(PostgresVerticle.class.getName());

    private static final long CHECK_MILLIS = 2_000;
    private static final long FIRST_RETRY_MILLIS = 250;
    private static final long LONGEST_RETRY_MILLIS = 30_000;
    private static final int CONNECTIONS = 6;
    private static final int LONGEST_QUEUE = 1_000;

    /** Three statements to and fro make a connection; a server may take two seconds for each. */
    private static final int CONNECT_SECONDS = 10;

    /** A check that takes longer counts as none. */
    private static final long CHECK_TIMEOUT_MILLIS = 10_000;

    private final Supplier<Server> server;
    private final Clock clock;
    private final Backoff backoff;
    private final Timer responses;
    private final Counter failures;
    private volatile DatabaseState state;
    private volatile @Nullable Pool pool;
    private volatile boolean everUp;
    private boolean migrated;
    private boolean stopped;
    private long timerId = -1;

    /**
     * Where the server is now.
     *
     * @param address null while there is none
     * @param problem why there is none; null where nothing is known yet
     */
    public record Server(
            @Nullable ServerAddress address, @Nullable String problem) {}

    /** @param server asked before every connection; answers at once */
    public PostgresVerticle(Supplier<Server> server, Clock clock, MeterRegistry meters, RandomGenerator random) {
        this.server = server;
        this.clock = clock;
        backoff = new Backoff(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS, random);
        state = new DatabaseState(clock.wallMillis(), null, "not connected yet");
        responses = Timer.builder("tocsin.database.response")
                .description("Time that PostgreSQL takes to answer the simplest question")
                .register(meters);
        failures = Counter.builder("tocsin.database.failures")
                .description("Checks that PostgreSQL did not answer")
                .register(meters);
        Gauge.builder("tocsin.database.up", this, verticle -> verticle.state.isUp() ? 1 : 0)
                .description("Whether PostgreSQL answers, and has this version's schema")
                .register(meters);
    }

    /** What the last check found. */
    public DatabaseState state() {
        return state;
    }

    /** Whether it could ever be used since this was started. */
    public boolean hasBeenUp() {
        return everUp;
    }

    /** The pool, or null while PostgreSQL can't be used. */
    public @Nullable Pool pool() {
        return state.isUp() ? pool : null;
    }

    @Override
    public Future<?> start() {
        pool = PgBuilder.pool()
                .connectingTo(this::connectOptions)
                .with(new PoolOptions()
                        .setMaxSize(CONNECTIONS)
                        .setMaxWaitQueueSize(LONGEST_QUEUE)
                        .setConnectionTimeout(CONNECT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .using(vertx)
                .build();
        check();
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timerId);
        Pool open = pool;
        state = new DatabaseState(clock.wallMillis(), null, "stopped");
        return open == null ? Future.succeededFuture() : open.close();
    }

    private Future<SqlConnectOptions> connectOptions() {
        ServerAddress address = server.get().address();
        return address == null
                ? Future.failedFuture("there is no server yet")
                : Future.succeededFuture(Database.connectOptions(address));
    }

    private void check() {
        Server now = server.get();
        ServerAddress address = now.address();
        if (address == null) {
            absent(now.problem() == null ? "PostgreSQL is starting" : now.problem());
            return;
        }
        long beganNanos = clock.monotonicNanos();
        ask().compose(up -> migrated ? Future.succeededFuture() : migrate(address))
                .timeout(migrated ? CHECK_TIMEOUT_MILLIS : 10 * CHECK_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .onSuccess(up -> answered(clock.monotonicNanos() - beganNanos))
                .onFailure(e -> failed(message(e)));
    }

    private Future<?> ask() {
        Pool open = java.util.Objects.requireNonNull(pool);
        return open.preparedQuery("SELECT 1").execute();
    }

    private Future<Void> migrate(ServerAddress address) {
        return vertx.executeBlocking(() -> {
                    Migrations.run(address);
                    return null;
                })
                .mapEmpty();
    }

    private void answered(long nanos) {
        if (stopped) {
            return;
        }
        backoff.reset();
        if (migrated) {
            responses.record(nanos, TimeUnit.NANOSECONDS);
        }
        if (!state.isUp()) {
            LOG.log(Level.INFO, "PostgreSQL answers");
        }
        state = new DatabaseState(clock.wallMillis(), migrated ? (Double) (nanos / 1e6) : null, null);
        migrated = true;
        everUp = true;
        again(CHECK_MILLIS);
    }

    /** Nothing was tried: whoever starts the server has a patience of its own. */
    private void absent(String problem) {
        if (!stopped) {
            down(problem);
            again(FIRST_RETRY_MILLIS);
        }
    }

    private void failed(String problem) {
        if (!stopped) {
            failures.increment();
            down(problem);
            again(backoff.next());
        }
    }

    private void down(String problem) {
        if (state.isUp()) {
            LOG.log(Level.WARNING, "PostgreSQL does not answer: " + problem);
        } else if (!problem.equals(state.problem())) {
            LOG.log(Level.DEBUG, "PostgreSQL: " + problem);
        }
        // It may be another one when it answers again.
        migrated = false;
        state = new DatabaseState(clock.wallMillis(), null, problem);
    }

    private void again(long millis) {
        timerId = vertx.setTimer(millis, id -> check());
    }

    private static String message(Throwable e) {
        String said = e.getMessage() == null ? e.toString() : e.getMessage();
        return said.lines().findFirst().orElse(said);
    }
}
