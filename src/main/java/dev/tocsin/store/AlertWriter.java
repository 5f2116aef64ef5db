package dev.tocsin.store;

import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.Labels;
import dev.tocsin.store.Database.Session;
import dev.tocsin.store.Database.UnavailableException;
import dev.tocsin.store.TrailCodec.HandedOver;
import dev.tocsin.store.TrailCodec.StoredStep;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was decided in one step, all of it in one transaction. A step that is written again changes nothing; of two
 * that were written in the wrong order, what the later one says holds. Confined to one thread.
 */
final class AlertWriter {
    private static final String WRITE_EVENTS = """
            INSERT INTO alert_event (id, at, fingerprint, episode, kind, actor, detail, notification, count, last_at)
            SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::timestamptz[], $5::text[],
                $6::text[], $7::text[], $8::text[], $9::int[], $10::timestamptz[])
            ON CONFLICT (at, id) DO UPDATE SET
                count = greatest(alert_event.count, excluded.count),
                last_at = greatest(alert_event.last_at, excluded.last_at)""";

    private static final String WRITE_EPISODES = """
            INSERT INTO alert_episode (fingerprint, starts_at, labels, ends_at, changed_at, acknowledged_by,
                acknowledgement_at, was_acknowledged)
            SELECT fingerprint, starts_at, labels::jsonb, ends_at, changed_at, acknowledged_by, acknowledgement_at, was
            FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                $6::text[], $7::timestamptz[], $8::boolean[]) AS told (fingerprint, starts_at, labels, ends_at,
                changed_at, acknowledged_by, acknowledgement_at, was)
            ON CONFLICT (starts_at, fingerprint) DO UPDATE SET
                ends_at = CASE WHEN excluded.changed_at >= coalesce(alert_episode.changed_at, '-infinity')
                    THEN excluded.ends_at ELSE alert_episode.ends_at END,
                changed_at = greatest(alert_episode.changed_at, excluded.changed_at),
                acknowledged_by = CASE
                    WHEN excluded.acknowledgement_at >= coalesce(alert_episode.acknowledgement_at, '-infinity')
                    THEN excluded.acknowledged_by ELSE alert_episode.acknowledged_by END,
                acknowledgement_at = greatest(alert_episode.acknowledgement_at, excluded.acknowledgement_at),
                was_acknowledged = alert_episode.was_acknowledged OR excluded.was_acknowledged""";

    private static final String WRITE_NOTIFICATION = """
            INSERT INTO notification (key, handed_over, integration, group_key, reason, alerts, status, attempts, answer)
            VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, '') ON CONFLICT DO NOTHING""";

    /** Each alert of a notification has events of its own for the same attempts. */
    private static final String WRITE_OUTCOME = """
            UPDATE notification SET answer = $2, status = CASE WHEN $3 = 'pending' THEN status ELSE $3 END,
                attempts = greatest(attempts, (SELECT max(made) FROM (
                    SELECT sum(count) AS made FROM alert_event
                    WHERE notification = $1 AND kind IN ('attempt_failed', 'accepted') GROUP BY fingerprint) AS each))
            WHERE key = $1""";

    private final Database database;
    private final AlertTables tables;

    AlertWriter(Database database, AlertTables tables) {
        this.database = database;
        this.tables = tables;
    }

    void write(StoredStep step) throws UnavailableException {
        for (AlertEvent event : step.events()) {
            tables.ensurePartition(AlertTables.EVENTS, event.at());
            tables.ensurePartition(AlertTables.EPISODES, event.episode());
        }
        for (HandedOver each : step.handedOver()) {
            tables.ensurePartition(AlertTables.NOTIFICATIONS, each.at());
        }
        database.inTransaction(session -> {
            if (!step.events().isEmpty()) {
                writeEvents(session, step.events());
                writeEpisodes(session, step.events());
            }
            for (HandedOver each : step.handedOver()) {
                session.ask(
                        WRITE_NOTIFICATION,
                        Tuple.tuple()
                                .addValue(text(each.key()))
                                .addValue(time(each.at()))
                                .addValue(text(each.integration()))
                                .addValue(text(each.groupKey()))
                                .addValue(each.reason())
                                .addValue(each.fingerprints().toArray(Long[]::new)));
            }
            writeOutcomes(session, step.events());
        });
    }

    private static void writeEvents(Session session, List<AlertEvent> events) throws UnavailableException {
        // Told twice in one step, an event has come to be counted once more.
        Map<String, AlertEvent> newest = new LinkedHashMap<>();
        events.forEach(event -> newest.put(event.id(), event));
        List<AlertEvent> each = new ArrayList<>(newest.values());
        session.ask(
                WRITE_EVENTS,
                Tuple.tuple()
                        .addValue(texts(each, AlertEvent::id))
                        .addValue(times(each, AlertEvent::at))
                        .addValue(fingerprints(each, AlertEvent::alert))
                        .addValue(times(each, AlertEvent::episode))
                        .addValue(texts(each, event -> event.kind().label()))
                        .addValue(texts(each, AlertEvent::actor))
                        .addValue(texts(each, AlertEvent::detail))
                        .addValue(texts(each, AlertEvent::notification))
                        .addValue(each.stream().map(AlertEvent::count).toArray(Integer[]::new))
                        .addValue(times(each, AlertEvent::lastAt)));
    }

    /** What a step's events say of one firing of one alert. */
    private static final class Episode {
        private final Labels alert;
        private final Instant startsAt;
        private @Nullable Instant endsAt;
        private @Nullable Instant changedAt;
        private @Nullable String acknowledgedBy;
        private @Nullable Instant acknowledgementAt;
        private boolean wasAcknowledged;

        Episode(AlertEvent first) {
            alert = first.alert();
            startsAt = first.episode();
        }

        void add(AlertEvent event) {
            switch (event.kind()) {
                case FIRED -> {
                    endsAt = null;
                    changedAt = event.lastAt();
                }
                case RESOLVED -> {
                    endsAt = event.at();
                    changedAt = event.lastAt();
                }
                case ACKNOWLEDGED -> {
                    acknowledgedBy = event.actor();
                    acknowledgementAt = event.lastAt();
                    wasAcknowledged = true;
                }
                case UNACKNOWLEDGED, ACKNOWLEDGEMENT_EXPIRED -> {
                    acknowledgedBy = null;
                    acknowledgementAt = event.lastAt();
                    wasAcknowledged = true;
                }
                default -> {}
            }
        }
    }

    private record EpisodeKey(Labels alert, Instant startsAt) {}

    private static void writeEpisodes(Session session, List<AlertEvent> events) throws UnavailableException {
        Map<EpisodeKey, Episode> byKey = new LinkedHashMap<>();
        for (AlertEvent event : events) {
            byKey.computeIfAbsent(new EpisodeKey(event.alert(), event.episode()), key -> new Episode(event))
                    .add(event);
        }
        List<Episode> each = new ArrayList<>(byKey.values());
        session.ask(
                WRITE_EPISODES,
                Tuple.tuple()
                        .addValue(fingerprints(each, episode -> episode.alert))
                        .addValue(times(each, episode -> episode.startsAt))
                        .addValue(texts(each, episode -> json(episode.alert)))
                        .addValue(times(each, episode -> episode.endsAt))
                        .addValue(times(each, episode -> episode.changedAt))
                        .addValue(texts(each, episode -> episode.acknowledgedBy))
                        .addValue(times(each, episode -> episode.acknowledgementAt))
                        .addValue(each.stream()
                                .map(episode -> episode.wasAcknowledged)
                                .toArray(Boolean[]::new)));
    }

    private static void writeOutcomes(Session session, List<AlertEvent> events) throws UnavailableException {
        Map<String, AlertEvent> newest = new LinkedHashMap<>();
        for (AlertEvent event : events) {
            if (isOutcome(event)) {
                newest.put(event.notification(), event);
            }
        }
        for (AlertEvent event : newest.values()) {
            session.ask(
                    WRITE_OUTCOME,
                    Tuple.tuple()
                            .addValue(text(event.notification()))
                            .addValue(text(event.detail()))
                            .addValue(
                                    event.kind() == AlertEvent.Kind.ATTEMPT_FAILED
                                            ? "pending"
                                            : event.kind().label()));
        }
    }

    private static boolean isOutcome(AlertEvent event) {
        return !event.notification().isEmpty()
                && switch (event.kind()) {
                    case ATTEMPT_FAILED, ACCEPTED, GIVEN_UP -> true;
                    default -> false;
                };
    }

    private static String json(Labels labels) {
        JsonObject json = new JsonObject();
        labels.forEach((name, value) -> json.put(text(name), text(value)));
        return json.encode();
    }

    /** PostgreSQL has no place for the character 0 in a text. */
    private static String text(String text) {
        return text.replace('\0', '\ufffd');
    }

    private static <T> String[] texts(List<T> of, Function<T, @Nullable String> each) {
        return of.stream()
                .map(each)
                .map(text -> text == null ? null : text(text))
                .toArray(String[]::new);
    }

    private static <T> Long[] fingerprints(List<T> of, Function<T, Labels> each) {
        return of.stream().map(one -> each.apply(one).fingerprint()).toArray(Long[]::new);
    }

    private static <T> OffsetDateTime[] times(List<T> of, Function<T, @Nullable Instant> each) {
        return of.stream().map(each).map(at -> at == null ? null : time(at)).toArray(OffsetDateTime[]::new);
    }

    private static OffsetDateTime time(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
