package dev.tocsin.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnectOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few connections to one server, opened when they are needed. Their sessions only read, and the server ends a statement
 * that takes too long; a server that does not answer at all, not even with that, is hung up on. Safe from any thread:
 * answers come on the context of the caller.
 *
 * <p>Bounded: {@value #CONNECTIONS} connections, {@value #LONGEST_QUEUE} that wait for one.
 */
public final class PostgresServer {
    static final int CONNECTIONS = 3;
    static final int LONGEST_QUEUE = 100;

    /** After the server's own time-out of a statement: its answer is on its way. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** A connection that nobody uses is kept for the next look, where that is not longer away. */
    private static final Duration LONGEST_KEPT = Duration.ofMinutes(1);

    private static final String NO_SERVER = "there is no server yet";

    private final ServerSettings settings;
    private final Supplier<@Nullable ServerAddress> address;
    private final Knock knock;
    private final Pool pool;

    private PostgresServer(
            ServerSettings settings, Supplier<@Nullable ServerAddress> address, int connections, Vertx vertx) {
        this.settings = settings;
        this.address = address;
        knock = new Knock(vertx, settings.connectTimeout());
        pool = PgBuilder.pool()
                .with(new NetClientOptions()
                        .setConnectTimeout((int) settings.connectTimeout().toMillis())
                        .setTcpKeepAlive(true)
                        .setReadIdleTimeout((int) silence(settings).toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new PoolOptions()
                        .setMaxSize(connections)
                        .setMaxWaitQueueSize(LONGEST_QUEUE)
                        // Twice: to knock, and to enter.
                        .setConnectionTimeout(
                                2 * (int) settings.connectTimeout().toMillis())
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .connectingTo(this::connectOptions)
                .using(vertx)
                .build();
    }

    /** @param address asked before every connection; null while there is no server */
    static PostgresServer shared(ServerSettings settings, Supplier<@Nullable ServerAddress> address, Vertx vertx) {
        return new PostgresServer(settings, address, CONNECTIONS, vertx);
    }

    /** One connection, for one who closes it soon. */
    public static PostgresServer single(ServerSettings settings, ServerAddress address, Vertx vertx) {
        return new PostgresServer(settings, () -> address, 1, vertx);
    }

    /** After so long without a byte from the server a connection is closed, whatever it waits for. */
    private static Duration silence(ServerSettings settings) {
        Duration kept = settings.interval().plus(GRACE);
        Duration statement = settings.statementTimeout().plus(GRACE);
        return longer(statement, kept.compareTo(LONGEST_KEPT) < 0 ? kept : LONGEST_KEPT);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private Future<SqlConnectOptions> connectOptions() {
        ServerAddress now = address.get();
        if (now == null) {
            return Future.failedFuture(NO_SERVER);
        }
        PgConnectOptions options = now.connectOptions()
                .addProperty("default_transaction_read_only", "on")
                .addProperty(
                        "statement_timeout",
                        Long.toString(settings.statementTimeout().toMillis()))
                .addProperty("idle_in_transaction_session_timeout", Long.toString(LONGEST_KEPT.toMillis()));
        return knock.at(options).map(SqlConnectOptions.class::cast);
    }

    public ServerSettings settings() {
        return settings;
    }

    /** Whether it is known where: our own takes a moment to start. */
    public boolean isThere() {
        return address.get() != null;
    }

    /** Where it is, without the password; why that is not known otherwise. */
    public String place() {
        ServerAddress now = address.get();
        return now == null ? NO_SERVER : now.toString();
    }

    /**
     * Does some work on a connection.
     *
     * @param patience for all of it; a connection on which it takes longer comes back when the server lets go of it
     */
    public <T> Future<T> use(Function<SqlConnection, Future<T>> work, Duration patience) {
        return pool.getConnection()
                .compose(connection -> work.apply(connection).eventually(connection::close))
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * The rows that one statement gives. No more than so many are sent by the server.
     *
     * @param sql one statement, which reads; it ends within the server's statement time-out
     * @return fails with what the server says, or where there are more rows
     */
    public Future<List<Row>> ask(String sql, int mostRows) {
        Duration patience = settings.connectTimeout()
                .multipliedBy(2)
                .plus(settings.statementTimeout().multipliedBy(2))
                .plus(GRACE);
        return use(connection -> read(connection, sql, mostRows), patience);
    }

    private static Future<List<Row>> read(SqlConnection connection, String sql, int mostRows) {
        return connection
                .begin()
                .compose(transaction -> connection
                        .prepare(sql)
                        .compose(statement -> first(statement, mostRows))
                        // One that failed is rolled back already.
                        .eventually(() -> transaction.rollback().otherwiseEmpty()));
    }

    private static Future<List<Row>> first(PreparedStatement statement, int mostRows) {
        Cursor cursor = statement.cursor();
        return cursor.read(mostRows + 1)
                .compose(read -> {
                    List<Row> rows = new ArrayList<>();
                    read.forEach(rows::add);
                    return rows.size() > mostRows
                            ? Future.failedFuture("more than " + mostRows + " rows, which is the most allowed")
                            : Future.succeededFuture(rows);
                })
                .eventually(() -> cursor.close().otherwiseEmpty())
                .eventually(() -> statement.close().otherwiseEmpty());
    }

    /** Lets go of all connections; what is asked for then fails. */
    public Future<Void> close() {
        knock.close();
        return pool.close();
    }
}
