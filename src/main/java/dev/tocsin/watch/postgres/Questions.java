package dev.tocsin.watch.postgres;

import java.time.Duration;
import java.util.List;

/**
 * What a server is asked, over the views that a role with {@code pg_monitor} may read, in the words of PostgreSQL 12 to
 * 18. A column that not every version has is read by way of {@code to_jsonb}, which gives null where it is missing. No
 * question waits for a lock: sizes are not asked of what is locked exclusively.
 */
final class Questions {
    /** What the rest is read with; of one row. */
    static final String SERVER = "server";

    static final String VIEWS = "materialized_views";

    private static final int FIRST_WITH_CHECKPOINTER = 17;

    /** From when on it is worth a look. */
    record Thresholds(Duration idleInTransaction, Duration query, Duration transaction) {
        static final Thresholds DEFAULT =
                new Thresholds(Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    private static final String OURS = "pid <> pg_backend_pid() AND backend_type = 'client backend'";

    private static final String SESSION = """
            SELECT pid, datname AS database, usename AS role, application_name AS application,
                   host(client_addr) AS client, state,
                   extract(epoch FROM clock_timestamp() - xact_start)::float8 AS transaction_seconds,
                   extract(epoch FROM clock_timestamp() - state_change)::float8 AS in_state_seconds,
                   extract(epoch FROM clock_timestamp() - query_start)::float8 AS query_seconds,
                   wait_event_type, wait_event, left(query, 2000) AS query
            FROM pg_stat_activity WHERE %s ORDER BY %s LIMIT $1""";

    /** WAL up to here: written on a primary, received on a replica. */
    private static final String NEWEST_WAL =
            "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END";

    private Questions() {}

    /** @param major version of the server */
    static List<Question> of(int major, Thresholds thresholds) {
        String idle = "state LIKE 'idle in transaction%' AND state_change <= clock_timestamp() - "
                + interval(thresholds.idleInTransaction);
        String query = "state = 'active' AND query_start <= clock_timestamp() - " + interval(thresholds.query);
        String transaction = "xact_start <= clock_timestamp() - " + interval(thresholds.transaction);
        return List.of(
                server(),
                connections(),
                limits(),
                activity(idle, query, transaction),
                sessions("idle_in_transaction", idle, "state_change"),
                sessions("long_queries", query, "query_start"),
                sessions("long_transactions", transaction, "xact_start"),
                databases(),
                lockWaits(),
                waiting(),
                replication(),
                replica(),
                slots(),
                checkpoints(major),
                views(),
                databaseSizes(),
                tables(),
                deadRows(),
                indexes(),
                unused(),
                unusedIndexes());
    }

    private static String interval(Duration duration) {
        return "interval '" + duration.toMillis() + " milliseconds'";
    }

    private static Question server() {
        return new Question(SERVER, false, List.of(), "", List.of("start_time_seconds", "is_replica"), """
                SELECT current_setting('server_version') AS version, current_database() AS database,
                       current_user AS role, pg_has_role('pg_monitor', 'USAGE') AS has_pg_monitor,
                       current_setting('track_commit_timestamp') = 'on' AS tracks_commit_timestamp,
                       current_setting('track_activities') = 'on' AS tracks_activities,
                       pg_is_in_recovery()::int::float8 AS is_replica,
                       extract(epoch FROM pg_postmaster_start_time())::float8 AS start_time_seconds""");
    }

    /** The databases with most connections, one by one; a state in which none is counts 0. */
    private static Question connections() {
        return new Question("connections", false, List.of("database", "state"), "", List.of("connections"), """
                WITH client AS (
                  SELECT coalesce(datname, '') AS database, coalesce(state, 'unknown') AS state
                  FROM pg_stat_activity WHERE backend_type = 'client backend'),
                busiest AS (
                  SELECT database FROM client GROUP BY database ORDER BY count(*) DESC, database LIMIT $1),
                named AS (
                  SELECT coalesce(b.database, 'other') AS database, c.state
                  FROM client c LEFT JOIN busiest b USING (database)),
                states AS (
                  SELECT unnest(ARRAY['active', 'idle', 'idle in transaction']) AS state
                  UNION SELECT state FROM named)
                SELECT d.database, s.state, count(n.state)::float8 AS connections
                FROM (SELECT DISTINCT database FROM named) d CROSS JOIN states s
                LEFT JOIN named n ON n.database = d.database AND n.state = s.state
                GROUP BY d.database, s.state ORDER BY d.database, s.state""");
    }

    /** Against what is left for those who are nobody special. */
    private static Question limits() {
        return new Question(
                "connection_limit",
                false,
                List.of(),
                "connections_",
                List.of("max", "reserved", "used", "used_ratio"),
                """
                SELECT max, reserved, used, used / greatest(max - reserved, 1) AS used_ratio FROM (
                  SELECT current_setting('max_connections')::float8 AS max,
                         current_setting('superuser_reserved_connections')::float8
                           + coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::float8
                           AS reserved,
                         (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::float8
                           AS used) AS c""");
    }

    private static Question activity(String idle, String query, String transaction) {
        return new Question(
                "activity",
                false,
                List.of(),
                "",
                List.of(
                        "longest_transaction_seconds",
                        "longest_idle_in_transaction_seconds",
                        "longest_query_seconds",
                        "long_transactions",
                        "long_idle_in_transaction",
                        "long_queries"),
                """
                SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)::float8
                         AS longest_transaction_seconds,
                       coalesce(extract(epoch FROM clock_timestamp()
                         - min(state_change) FILTER (WHERE state LIKE 'idle in transaction%%')), 0)::float8
                         AS longest_idle_in_transaction_seconds,
                       coalesce(extract(epoch FROM clock_timestamp()
                         - min(query_start) FILTER (WHERE state = 'active')), 0)::float8
                         AS longest_query_seconds,
                       count(*) FILTER (WHERE %s)::float8 AS long_transactions,
                       count(*) FILTER (WHERE %s)::float8 AS long_idle_in_transaction,
                       count(*) FILTER (WHERE %s)::float8 AS long_queries
                FROM pg_stat_activity WHERE %s""".formatted(transaction, idle, query, OURS));
    }

    private static Question sessions(String part, String which, String order) {
        return new Question(part, false, List.of(), "", List.of(), SESSION.formatted(OURS + " AND " + which, order));
    }

    private static Question databases() {
        return new Question(
                "databases",
                false,
                List.of("database"),
                "database_",
                List.of(
                        "commits_total",
                        "rollbacks_total",
                        "deadlocks_total",
                        "conflicts_total",
                        "temp_files_total",
                        "temp_bytes_total",
                        "blocks_hit_total",
                        "blocks_read_total",
                        "cache_hit_ratio",
                        "transaction_id_age"),
                """
                SELECT s.datname AS database, numbackends AS connections,
                       xact_commit::float8 AS commits_total, xact_rollback::float8 AS rollbacks_total,
                       deadlocks::float8 AS deadlocks_total, conflicts::float8 AS conflicts_total,
                       temp_files::float8 AS temp_files_total, temp_bytes::float8 AS temp_bytes_total,
                       blks_hit::float8 AS blocks_hit_total, blks_read::float8 AS blocks_read_total,
                       blks_hit::float8 / nullif(blks_hit + blks_read, 0) AS cache_hit_ratio,
                       age(d.datfrozenxid)::float8 AS transaction_id_age
                FROM pg_stat_database s JOIN pg_database d ON d.oid = s.datid
                WHERE d.datallowconn AND NOT d.datistemplate
                ORDER BY blks_hit + blks_read + xact_commit DESC, 1 LIMIT $1""");
    }

    private static Question lockWaits() {
        return new Question(
                "lock_waits", false, List.of(), "", List.of("waiting_for_locks", "longest_lock_wait_seconds"), """
                SELECT count(*)::float8 AS waiting_for_locks, coalesce(max(extract(epoch FROM clock_timestamp()
                         - coalesce((to_jsonb(l)->>'waitstart')::timestamptz, a.query_start))), 0)::float8
                         AS longest_lock_wait_seconds
                FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted""");
    }

    /** Who waits for whom; the longest first. */
    private static Question waiting() {
        return new Question("waiting_for_locks", false, List.of(), "", List.of(), """
                WITH waits AS (
                  SELECT l.pid, a.datname AS database, a.usename AS role, a.application_name AS application,
                         extract(epoch FROM clock_timestamp()
                           - coalesce((to_jsonb(l)->>'waitstart')::timestamptz, a.query_start))::float8
                           AS wait_seconds,
                         l.locktype AS lock, l.mode,
                         (SELECT format('%s.%s', n.nspname, c.relname) FROM pg_class c
                            JOIN pg_namespace n ON n.oid = c.relnamespace
                            JOIN pg_database d ON d.datname = current_database()
                          WHERE c.oid = l.relation AND d.oid = l.database) AS relation,
                         left(a.query, 2000) AS query
                  FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted
                  ORDER BY wait_seconds DESC LIMIT $1),
                blocked AS (SELECT *, pg_blocking_pids(pid) AS blockers FROM waits)
                SELECT w.pid, w.database, w.role, w.application, w.wait_seconds, w.lock, w.mode, w.relation, w.query,
                       array_to_string(w.blockers, ', ') AS blocked_by, b.usename AS blocker_role,
                       b.application_name AS blocker_application, b.state AS blocker_state,
                       extract(epoch FROM clock_timestamp() - b.xact_start)::float8 AS blocker_transaction_seconds,
                       left(b.query, 2000) AS blocker_query
                FROM blocked w LEFT JOIN pg_stat_activity b ON b.pid = w.blockers[1]
                ORDER BY w.wait_seconds DESC""");
    }

    /** As the sender sees it. A replica that has everything has no lag, and one that was not heard of has none known. */
    private static Question replication() {
        return new Question(
                "replication",
                false,
                List.of("replica", "client"),
                "replication_",
                List.of("lag_seconds", "lag_bytes"),
                """
                SELECT application_name AS replica, coalesce(host(client_addr), '') AS client, state,
                       sync_state AS sync, lag_bytes,
                       CASE WHEN lag_bytes <= 0 THEN 0 ELSE extract(epoch FROM replay_lag) END::float8 AS lag_seconds
                FROM (SELECT *, pg_wal_lsn_diff(%s, replay_lsn)::float8 AS lag_bytes FROM pg_stat_replication) AS r
                ORDER BY lag_bytes DESC NULLS FIRST, 1, 2 LIMIT $1""".formatted(NEWEST_WAL));
    }

    /**
     * As the replica itself sees it: how old the newest transaction is that it has replayed; 0 while it is connected and
     * has replayed all that it was sent. Where it has replayed none since it was started, since then. No row on a primary.
     */
    private static Question replica() {
        return new Question(
                "replica", false, List.of(), "replica_", List.of("lag_seconds", "replay_bytes", "is_receiving"), """
                SELECT is_receiving::int::float8 AS is_receiving, replay_bytes,
                       CASE WHEN is_receiving AND replay_bytes <= 0 THEN 0
                            ELSE extract(epoch FROM clock_timestamp()
                              - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
                       END::float8 AS lag_seconds
                FROM (SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS is_receiving,
                             pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8
                               AS replay_bytes) AS r
                WHERE pg_is_in_recovery()""");
    }

    private static Question slots() {
        return new Question(
                "replication_slots",
                false,
                List.of("slot"),
                "replication_slot_",
                List.of("retained_bytes", "is_active"),
                """
                SELECT slot_name AS slot, slot_type AS type, database, active::int::float8 AS is_active,
                       to_jsonb(s)->>'wal_status' AS wal_status,
                       pg_wal_lsn_diff(%s, restart_lsn)::float8 AS retained_bytes
                FROM pg_replication_slots s ORDER BY retained_bytes DESC NULLS LAST, 1 LIMIT $1""".formatted(NEWEST_WAL));
    }

    /** These figures moved into a view of their own in PostgreSQL 17. */
    private static Question checkpoints(int major) {
        String sql = major >= FIRST_WITH_CHECKPOINTER ? """
                SELECT num_timed::float8 AS timed_total, num_requested::float8 AS requested_total,
                       write_time / 1000 AS write_seconds_total, sync_time / 1000 AS sync_seconds_total
                FROM pg_stat_checkpointer""" : """
                SELECT checkpoints_timed::float8 AS timed_total, checkpoints_req::float8 AS requested_total,
                       checkpoint_write_time / 1000 AS write_seconds_total,
                       checkpoint_sync_time / 1000 AS sync_seconds_total
                FROM pg_stat_bgwriter""";
        return new Question(
                "checkpoints",
                false,
                List.of(),
                "checkpoints_",
                List.of("timed_total", "requested_total", "write_seconds_total", "sync_seconds_total"),
                sql);
    }

    /**
     * PostgreSQL keeps no time of a refresh. Each one, concurrent or not, writes the view's row of pg_class, though: the
     * number of the transaction that did is another then, and has a time where commit timestamps are tracked.
     */
    private static Question views() {
        return new Question(
                VIEWS,
                false,
                List.of("schema", "view", ViewAges.METHOD),
                "materialized_view_",
                List.of(ViewAges.AGE),
                """
                SELECT n.nspname AS schema, c.relname AS view, c.relispopulated AS is_populated,
                       c.xmin::text AS changed_by,
                       CASE WHEN current_setting('track_commit_timestamp') = 'on'
                            THEN extract(epoch FROM clock_timestamp() - pg_xact_commit_timestamp(c.xmin))
                       END::float8 AS commit_age_seconds
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'm' ORDER BY c.relpages DESC, 1, 2 LIMIT $1""");
    }

    private static Question databaseSizes() {
        return new Question("database_sizes", true, List.of("database"), "database_", List.of("size_bytes"), """
                SELECT datname AS database, pg_database_size(oid)::float8 AS size_bytes FROM pg_database
                WHERE datallowconn AND NOT datistemplate ORDER BY size_bytes DESC, 1 LIMIT $1""");
    }

    /** Tables and materialised views, with their indexes and what is stored beside them. */
    private static Question tables() {
        return new Question(
                "tables", true, List.of("schema", "table"), "table_", List.of("size_bytes", "live_rows"), """
                SELECT n.nspname AS schema, c.relname AS table,
                       CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'table' END AS type,
                       pg_total_relation_size(c.oid)::float8 AS size_bytes,
                       pg_indexes_size(c.oid)::float8 AS indexes_bytes, s.n_live_tup::float8 AS live_rows
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
                WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                  AND n.nspname NOT LIKE 'pg_temp%%' AND %s
                ORDER BY size_bytes DESC, 1, 2 LIMIT $1""".formatted(
                                notLocked("c.oid")));
    }

    private static String notLocked(String oid) {
        return "NOT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'relation' AND l.relation = " + oid
                + " AND l.mode = 'AccessExclusiveLock')";
    }

    private static Question deadRows() {
        return new Question(
                "dead_rows", true, List.of("schema", "table"), "table_", List.of("dead_rows", "dead_row_ratio"), """
                SELECT schemaname AS schema, relname AS table, n_dead_tup::float8 AS dead_rows,
                       n_live_tup::float8 AS live_rows,
                       n_dead_tup::float8 / nullif(n_live_tup + n_dead_tup, 0) AS dead_row_ratio,
                       extract(epoch FROM clock_timestamp() - greatest(last_vacuum, last_autovacuum))::float8
                         AS since_vacuum_seconds
                FROM pg_stat_user_tables WHERE n_dead_tup > 0 ORDER BY n_dead_tup DESC, 1, 2 LIMIT $1""");
    }

    private static Question indexes() {
        return new Question(
                "indexes",
                true,
                List.of("schema", "table", "index"),
                "index_",
                List.of("size_bytes", "scans_total"),
                """
                SELECT schemaname AS schema, relname AS table, indexrelname AS index,
                       pg_relation_size(indexrelid)::float8 AS size_bytes, idx_scan::float8 AS scans_total
                FROM pg_stat_user_indexes WHERE %s AND %s
                ORDER BY size_bytes DESC, 1, 2, 3 LIMIT $1""".formatted(notLocked("relid"), notLocked("indexrelid")));
    }

    /** Never scanned since the statistics began, and not there to keep anything unique. */
    private static String neverUsed() {
        return "FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) WHERE s.idx_scan = 0"
                + " AND NOT i.indisunique AND NOT i.indisexclusion AND " + notLocked("s.relid") + " AND "
                + notLocked("s.indexrelid");
    }

    private static Question unused() {
        return new Question(
                "unused_index_totals",
                true,
                List.of(),
                "unused_",
                List.of("indexes", "indexes_bytes"),
                """
                SELECT count(*)::float8 AS indexes, coalesce(sum(pg_relation_size(indexrelid)), 0)::float8 AS indexes_bytes,
                       (SELECT extract(epoch FROM clock_timestamp()
                          - stats_reset)::float8
                        FROM pg_stat_database WHERE datname = current_database()) AS counted_for_seconds
                """ + neverUsed());
    }

    private static Question unusedIndexes() {
        return new Question(
                "unused_indexes",
                true,
                List.of("schema", "table", "index"),
                "unused_index_",
                List.of("size_bytes"),
                """
                SELECT s.schemaname AS schema, s.relname AS table, s.indexrelname AS index,
                       pg_relation_size(indexrelid)::float8 AS size_bytes
                """ + neverUsed() + " ORDER BY size_bytes DESC, 1, 2, 3 LIMIT $1");
    }
}
