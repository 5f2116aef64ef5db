package dev.tocsin.store;

import dev.tocsin.store.Database.UnavailableException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tables of alerts and their partitions, each told by the day since 1970 that it begins with. Confined to one thread. */
final class AlertTables {
    static final String EPISODES = "alert_episode";
    static final String EVENTS = "alert_event";
    static final String NOTIFICATIONS = "notification";

    private static final String KEPT = "_kept";
    private static final int PARTITION_DAYS = 30;
    private static final long DAY_SECONDS = 86_400;

    private final Database database;
    private final Set<String> partitions = new HashSet<>();

    AlertTables(Database database) {
        this.database = database;
    }

    /** Another database may answer now. */
    void forget() {
        partitions.clear();
    }

    private static long beginOf(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), PARTITION_DAYS * DAY_SECONDS) * PARTITION_DAYS;
    }

    /** Makes the partition of a table that a moment belongs to, where it is not there. */
    void ensurePartition(String table, Instant at) throws UnavailableException {
        ensurePartition(table, beginOf(at));
    }

    private void ensurePartition(String table, long begin) throws UnavailableException {
        String name = table + "_" + begin;
        if (!partitions.contains(name)) {
            database.define("CREATE TABLE IF NOT EXISTS " + name + " PARTITION OF " + table + " FOR VALUES FROM ('"
                    + Instant.ofEpochSecond(begin * DAY_SECONDS) + "') TO ('"
                    + Instant.ofEpochSecond((begin + PARTITION_DAYS) * DAY_SECONDS) + "')");
            partitions.add(name);
        }
    }

    /**
     * Drops what is too old; of acknowledged alerts only what is older still.
     *
     * @param keep of everything
     * @param keepAcknowledged what concerns alerts that were acknowledged; not shorter
     */
    void dropOld(Instant now, Duration keep, Duration keepAcknowledged) throws UnavailableException {
        // Events first: which episode was acknowledged is looked up for them.
        for (long begin : endedBefore(EVENTS, now.minus(keep))) {
            keepThenDrop(EVENTS, begin, """
                    INSERT INTO alert_event_kept SELECT event.* FROM %s event WHERE EXISTS (
                        SELECT FROM alert_episode WHERE starts_at = event.episode
                            AND fingerprint = event.fingerprint AND was_acknowledged
                        UNION ALL SELECT FROM alert_episode_kept WHERE starts_at = event.episode
                            AND fingerprint = event.fingerprint)
                    ON CONFLICT DO NOTHING""");
        }
        for (long begin : endedBefore(EPISODES, now.minus(keep))) {
            keepThenDrop(EPISODES, begin, """
                    INSERT INTO alert_episode_kept (fingerprint, starts_at, labels, ends_at, changed_at,
                        acknowledged_by, acknowledgement_at, was_acknowledged)
                    SELECT fingerprint, starts_at, labels, ends_at, changed_at,
                        acknowledged_by, acknowledgement_at, was_acknowledged
                    FROM %s WHERE was_acknowledged ON CONFLICT DO NOTHING""");
        }
        drop(NOTIFICATIONS, now.minus(keep));
        drop(EVENTS + KEPT, now.minus(keepAcknowledged));
        drop(EPISODES + KEPT, now.minus(keepAcknowledged));
    }

    private void keepThenDrop(String table, long begin, String copy) throws UnavailableException {
        String name = table + "_" + begin;
        ensurePartition(table + KEPT, begin);
        database.inTransaction(session -> {
            session.define(copy.formatted(name));
            session.define("DROP TABLE " + name);
        });
        partitions.remove(name);
    }

    private void drop(String table, Instant before) throws UnavailableException {
        for (long begin : endedBefore(table, before)) {
            database.define("DROP TABLE IF EXISTS " + table + "_" + begin);
            partitions.remove(table + "_" + begin);
        }
    }

    /** The partitions that hold nothing after a time. */
    private List<Long> endedBefore(String table, Instant time) throws UnavailableException {
        List<Long> begins = new ArrayList<>();
        for (Row row : database.ask(
                "SELECT child.relname::text FROM pg_inherits"
                        + " JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = to_regclass($1)",
                Tuple.of(Migrations.SCHEMA + "." + table))) {
            long begin = Long.parseLong(row.getString(0).substring(table.length() + 1));
            if ((begin + PARTITION_DAYS) * DAY_SECONDS <= time.getEpochSecond()) {
                begins.add(begin);
            }
        }
        return begins;
    }
}
