package dev.tocsin.store;

import dev.tocsin.core.AlertArchive;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.Labels;
import dev.tocsin.store.Database.UnavailableException;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL has of alerts. */
public final class StoredArchive implements AlertArchive {
    private static final String EVENTS = """
            SELECT id, labels, episode, at, kind, actor, detail, notification, count, last_at
            FROM (SELECT * FROM alert_event WHERE fingerprint = $1 AND at < $2
                UNION ALL SELECT * FROM alert_event_kept WHERE fingerprint = $1 AND at < $2) AS event
            JOIN (SELECT starts_at, labels FROM alert_episode WHERE fingerprint = $1
                UNION ALL SELECT starts_at, labels FROM alert_episode_kept WHERE fingerprint = $1) AS episodes
                ON starts_at = episode
            ORDER BY at DESC, id DESC LIMIT $3""";

    private final Database database;

    /** @param pool null while PostgreSQL can't be used */
    public StoredArchive(Supplier<@Nullable Pool> pool) {
        database = new Database(pool);
    }

    @Override
    public List<AlertEvent> events(long fingerprint, Instant before, int limit) throws AwayException {
        List<AlertEvent> events = new ArrayList<>();
        try {
            for (Row row : database.ask(
                    EVENTS,
                    Tuple.tuple()
                            .addValue(fingerprint)
                            .addValue(before.atOffset(ZoneOffset.UTC))
                            .addValue(limit))) {
                events.add(new AlertEvent(
                        row.getString(0),
                        labels(row.getJsonObject(1)),
                        row.getOffsetDateTime(2).toInstant(),
                        row.getOffsetDateTime(3).toInstant(),
                        AlertEvent.Kind.valueOf(row.getString(4).toUpperCase(Locale.ROOT)),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getInteger(8),
                        row.getOffsetDateTime(9).toInstant()));
            }
        } catch (UnavailableException e) {
            throw new AwayException(String.valueOf(e.getMessage()), e);
        }
        return events;
    }

    private static Labels labels(JsonObject json) {
        Map<String, String> labels = new HashMap<>();
        json.forEach(each -> labels.put(each.getKey(), String.valueOf(each.getValue())));
        return Labels.of(labels);
    }
}
