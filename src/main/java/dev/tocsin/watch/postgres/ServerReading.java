package dev.tocsin.watch.postgres;

import dev.tocsin.core.Clock;
import dev.tocsin.core.postgres.ServerPicture.Part;
import dev.tocsin.postgres.PostgresServer;
import dev.tocsin.watch.postgres.Questions.Thresholds;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks one server all that there is to ask, one question after the other on one connection. On the caller's context. */
final class ServerReading {
    /** Of a whole reading; a server so slow has more questions open than that it needs another. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    /** After the server's own time-out of a statement. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** Of PostgreSQL's error codes: operator intervention, but for a statement that was cancelled. */
    private static final String INTERVENTION = "57P";

    private static final double NANOS_PER_MILLI = 1e6;

    private final PostgresServer server;
    private final Thresholds thresholds;
    private final Clock clock;

    ServerReading(PostgresServer server, Thresholds thresholds, Clock clock) {
        this.server = server;
        this.thresholds = thresholds;
        this.clock = clock;
    }

    /**
     * What a server answered.
     *
     * @param responseMillis of the simplest question, on an open connection
     * @param answers in the order of the questions
     */
    record Outcome(double responseMillis, List<Answer> answers) {}

    /** A part, and what its columns mean. */
    record Answer(Question question, Part part) {}

    /** @return fails where the server did not answer, or went away meanwhile */
    Future<Outcome> read(boolean dearToo) {
        return server.use(connection -> read(connection, dearToo), LONGEST);
    }

    private Future<Outcome> read(SqlConnection connection, boolean dearToo) {
        long beganNanos = clock.monotonicNanos();
        return inTime(connection.query("SELECT 1").execute()).compose(one -> {
            double responseMillis = millisSince(beganNanos);
            int major = connection.databaseMetadata().majorVersion();
            List<Question> questions = Questions.of(major, thresholds).stream()
                    .filter(question -> dearToo || !question.isDear())
                    .toList();
            List<Answer> answers = new ArrayList<>();
            return askAll(connection, questions.iterator(), answers).map(done -> new Outcome(responseMillis, answers));
        });
    }

    private Future<Integer> askAll(SqlConnection connection, Iterator<Question> rest, List<Answer> answers) {
        if (!rest.hasNext()) {
            return Future.succeededFuture(answers.size());
        }
        Question question = rest.next();
        long beganNanos = clock.monotonicNanos();
        Tuple parameters = question.isLimited() ? Tuple.of(server.settings().topN()) : Tuple.tuple();
        return inTime(connection.preparedQuery(question.sql()).execute(parameters))
                .map(ServerReading::rows)
                .map(rows -> new Part(question.part(), clock.wallMillis(), millisSince(beganNanos), null, rows))
                .recover(e -> isRefusal(e)
                        ? Future.succeededFuture(new Part(
                                question.part(),
                                clock.wallMillis(),
                                millisSince(beganNanos),
                                String.valueOf(e.getMessage()),
                                List.of()))
                        : Future.failedFuture(e))
                .compose(part -> {
                    answers.add(new Answer(question, part));
                    return askAll(connection, rest, answers);
                });
    }

    /** Whether the server refused one question, and would answer others. */
    private static boolean isRefusal(Throwable e) {
        return e instanceof PgException said
                && !String.valueOf(said.getSqlState()).startsWith(INTERVENTION);
    }

    private <T> Future<T> inTime(Future<T> asked) {
        Duration patience = server.settings().statementTimeout().plus(GRACE);
        return asked.timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private double millisSince(long beganNanos) {
        return (clock.monotonicNanos() - beganNanos) / NANOS_PER_MILLI;
    }

    private static List<Map<String, @Nullable Object>> rows(RowSet<Row> set) {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Row row : set) {
            Map<String, @Nullable Object> columns = new LinkedHashMap<>();
            for (int i = 0; i < row.size(); i++) {
                columns.put(row.getColumnName(i), shown(row.getColumnName(i), row.getValue(i)));
            }
            rows.add(columns);
        }
        return rows;
    }

    private static @Nullable Object shown(String column, @Nullable Object value) {
        return value instanceof String sql && Question.STATEMENTS.contains(column) ? Statements.masked(sql) : value;
    }
}
