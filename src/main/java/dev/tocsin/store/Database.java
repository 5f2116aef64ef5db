package dev.tocsin.store;

import dev.tocsin.postgres.ServerAddress;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks PostgreSQL and waits for the answer: for threads that may wait, never for an event loop. Statements are prepared.
 * Safe from any thread.
 */
final class Database {
    private static final long PATIENCE_SECONDS = 60;

    /** Of PostgreSQL's error codes (appendix A of its manual): the class of data exceptions. */
    private static final String DATA_EXCEPTION = "22";

    /** data_corrupted and index_corrupted. */
    private static final Set<String> DAMAGE = Set.of("XX001", "XX002");

    private final Supplier<@Nullable Pool> pool;

    /** @param pool null while PostgreSQL can't be used */
    Database(Supplier<@Nullable Pool> pool) {
        this.pool = pool;
    }

    /** Of a connection to our own tables. */
    static PgConnectOptions connectOptions(ServerAddress server) {
        return server.connectOptions().setCachePreparedStatements(true).addProperty("search_path", Migrations.SCHEMA);
    }

    /** PostgreSQL can't be used now, or did not do what it was asked. */
    static class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        UnavailableException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        /** Whether it is the values that the server does not take: asking again changes nothing. */
        boolean isRefusal() {
            return getCause() instanceof PgException said
                    && String.valueOf(said.getSqlState()).startsWith(DATA_EXCEPTION);
        }

        /** Whether a table or an index can't be read as it lies on the disk: asking again changes nothing. */
        boolean isDamage() {
            return getCause() instanceof PgException said && DAMAGE.contains(said.getSqlState());
        }
    }

    boolean isUp() {
        return pool.get() != null;
    }

    private Pool pool() throws UnavailableException {
        Pool now = pool.get();
        if (now == null) {
            throw new UnavailableException("PostgreSQL does not answer", null);
        }
        return now;
    }

    RowSet<Row> ask(String statement, Tuple parameters) throws UnavailableException {
        return await(pool().preparedQuery(statement).execute(parameters));
    }

    /** For what can't be prepared: making and dropping tables. */
    void define(String statement) throws UnavailableException {
        await(pool().query(statement).execute());
    }

    /** What is done on one connection. */
    interface Work {
        void run(Session session) throws UnavailableException;
    }

    /** One connection, in a transaction. */
    static final class Session {
        private final SqlConnection connection;

        private Session(SqlConnection connection) {
            this.connection = connection;
        }

        RowSet<Row> ask(String statement, Tuple parameters) throws UnavailableException {
            return await(connection.preparedQuery(statement).execute(parameters));
        }

        /** For what can't be prepared: making and changing tables. */
        void define(String statement) throws UnavailableException {
            await(connection.query(statement).execute());
        }
    }

    /** All of it is committed, or nothing; where an exception is thrown from the commit itself, nobody knows which. */
    void inTransaction(Work work) throws UnavailableException {
        SqlConnection connection = await(pool().getConnection());
        try {
            Transaction transaction = await(connection.begin());
            work.run(new Session(connection));
            await(transaction.commit());
        } finally {
            // Where the transaction was not committed this rolls it back.
            connection.close().onFailure(e -> {});
        }
    }

    private static <T> T await(Future<T> future) throws UnavailableException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UnavailableException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new UnavailableException("no answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted", e);
        }
    }
}
