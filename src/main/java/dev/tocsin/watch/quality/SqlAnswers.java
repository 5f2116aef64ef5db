package dev.tocsin.watch.quality;

import dev.tocsin.postgres.PostgresServer;
import dev.tocsin.postgres.PostgresServers;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Answers from named servers of PostgreSQL. A time without a zone counts as UTC. Blocks until the answer is there; safe from
 * any thread but an event loop.
 */
public final class SqlAnswers {
    private final PostgresServers servers;

    public SqlAnswers(PostgresServers servers) {
        this.servers = servers;
    }

    /** @throws SourceException where there is no such server, it does not answer in time, or answers more rows */
    public List<List<@Nullable Cell>> rows(Source.Sql sql, int most, Duration timeout) throws SourceException {
        PostgresServer server = servers.find(sql.server());
        if (server == null) {
            throw new SourceException("there is no server " + sql.server() + "; postgres.yaml names them");
        }
        try {
            List<List<@Nullable Cell>> rows = new ArrayList<>();
            for (Row row : server.ask(sql.text(), most)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                rows.add(cells(row));
            }
            return rows;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new SourceException(
                    sql.server() + ": " + (cause == null || cause.getMessage() == null ? e : cause.getMessage()));
        } catch (TimeoutException | CancellationException e) {
            throw new SourceException(sql.server() + ": no answer within the time-out");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException("the server stops");
        }
    }

    private static List<@Nullable Cell> cells(Row row) {
        List<@Nullable Cell> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            cells.add(cell(row.getValue(i)));
        }
        return cells;
    }

    private static @Nullable Cell cell(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean truth -> new Cell(truth.toString(), truth ? 1 : 0, Cell.NO_TIME);
            case Number number -> numbered(number);
            case OffsetDateTime time -> timed(time.toString(), time.toInstant());
            case LocalDateTime time -> timed(time.toString(), time.toInstant(ZoneOffset.UTC));
            case LocalDate day ->
                timed(day.toString(), day.atStartOfDay(ZoneOffset.UTC).toInstant());
            default -> Cell.of(value.toString());
        };
    }

    /** A key is written as the server does: no exponent, no fraction where there is none. */
    private static Cell numbered(Number number) {
        Cell cell = Cell.of(number.doubleValue());
        return new Cell(number.toString(), cell.number(), cell.timeMillis());
    }

    private static Cell timed(String text, Instant time) {
        return Cell.ofTime(text, time.toEpochMilli());
    }
}
