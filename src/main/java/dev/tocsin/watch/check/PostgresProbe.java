package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.PromDuration;
import dev.tocsin.postgres.PostgresServer;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.postgres.ServerSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a PostgreSQL server a question and judges the answer: a value, the age of a time, or how many rows there are. A
 * server with a name is asked over the connections that it shares, one by URI over a new connection. Confined to the
 * checks' event loop.
 */
final class PostgresProbe implements Probe {
    private static final double MILLIS = 1_000;

    private final ProbeSpec.Postgres spec;
    private final PostgresServers servers;
    private final Vertx vertx;
    private final Clock clock;

    PostgresProbe(ProbeSpec.Postgres spec, PostgresServers servers, Vertx vertx, Clock clock) {
        this.spec = spec;
        this.servers = servers;
        this.vertx = vertx;
        this.clock = clock;
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        PostgresServer server = server(attempt);
        return server == null
                ? Future.succeededFuture(
                        ProbeResult.failed("there is no server \"" + spec.server() + "\" in postgres.yaml"))
                : server.ask(spec.query(), ProbeSpec.Postgres.MOST_ROWS).map(this::judge);
    }

    private @Nullable PostgresServer server(Attempt attempt) {
        ServerAddress address = spec.address();
        if (address == null) {
            return servers.find(spec.server());
        }
        Duration patience = attempt.timeout();
        ServerSettings once = new ServerSettings(
                "check", address, patience, patience, patience, ServerSettings.DEFAULT_TOP_N, Labels.EMPTY);
        PostgresServer opened = PostgresServer.single(once, address, vertx);
        attempt.onEnd(() -> opened.close().onFailure(e -> {}));
        return opened;
    }

    private ProbeResult judge(List<Row> rows) {
        List<ProbeResult.Reading> readings = new ArrayList<>();
        readings.add(ProbeResult.Reading.gauge("check_postgres_rows", rows.size()));
        return judge(rows, readings).with(readings);
    }

    private ProbeResult judge(List<Row> rows, List<ProbeResult.Reading> readings) {
        if (rows.size() < spec.minRows() || rows.size() > spec.maxRows()) {
            return ProbeResult.failed(rows.size() + " rows, expected " + spec.minRows() + " to " + spec.maxRows());
        }
        if (!spec.judgesValue()) {
            return ProbeResult.ok(spec.query().equals(ProbeSpec.Postgres.SIMPLEST) ? "answers" : rows.size() + " rows");
        }
        if (rows.isEmpty()) {
            return ProbeResult.failed("the query gives no row to judge");
        }
        Row row = rows.getFirst();
        int column = spec.column().isEmpty() ? 0 : row.getColumnIndex(spec.column());
        if (column < 0) {
            return ProbeResult.failed("the query gives no column \"" + spec.column() + "\"");
        }
        Object value = row.getValue(column);
        if (value == null) {
            return ProbeResult.failed(row.getColumnName(column) + " is null");
        }
        return spec.maxAge() == null ? value(value, readings) : age(value, spec.maxAge(), readings);
    }

    private ProbeResult value(Object value, List<ProbeResult.Reading> readings) {
        if (spec.equalTo() != null && !spec.equalTo().equals(value.toString())) {
            return ProbeResult.failed("\"" + value + "\", expected \"" + spec.equalTo() + "\"");
        }
        if (!spec.judgesNumber()) {
            return ProbeResult.ok(value.toString());
        }
        if (!(value instanceof Number number)) {
            return ProbeResult.failed("\"" + value + "\" is no number");
        }
        double found = number.doubleValue();
        readings.add(ProbeResult.Reading.gauge("check_postgres_value", found));
        if (!(found >= spec.min())) {
            return ProbeResult.failed(value + ", less than " + spec.min());
        }
        return found > spec.max()
                ? ProbeResult.failed(value + ", more than " + spec.max())
                : ProbeResult.ok(value.toString());
    }

    private ProbeResult age(Object value, Duration most, List<ProbeResult.Reading> readings) {
        Instant time = instant(value);
        if (time == null) {
            return ProbeResult.failed("\"" + value + "\" is no time");
        }
        long ageMillis = clock.wallMillis() - time.toEpochMilli();
        readings.add(ProbeResult.Reading.gauge("check_postgres_age_seconds", ageMillis / MILLIS));
        return ageMillis > most.toMillis()
                ? ProbeResult.failed(
                        PromDuration.format(ageMillis) + " old, more than " + PromDuration.format(most.toMillis()))
                : ProbeResult.ok(value.toString());
    }

    /** What says nothing of its time zone is UTC; null where it is no time. */
    private static @Nullable Instant instant(Object value) {
        return switch (value) {
            case OffsetDateTime time -> time.toInstant();
            case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
            case LocalDate day -> day.atStartOfDay().toInstant(ZoneOffset.UTC);
            case String text -> parsed(text);
            default -> null;
        };
    }

    private static @Nullable Instant parsed(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
