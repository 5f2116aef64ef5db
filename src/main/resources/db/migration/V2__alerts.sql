-- What became of alerts, and whom it was told. Kept by time: every table is cut into partitions of 30 days, which are
-- dropped whole. What concerns an alert that somebody acknowledged is moved to the tables *_kept before that.

-- One firing of an alert.
CREATE TABLE alert_episode (
    fingerprint        bigint      NOT NULL,
    starts_at          timestamptz NOT NULL,
    labels             jsonb       NOT NULL,
    -- Null while it fires.
    ends_at            timestamptz,
    -- When it last began or ended; null where only something else of it is known. An older change changes nothing.
    changed_at         timestamptz,
    -- Null where nobody has it now.
    acknowledged_by    text,
    -- When it was last acknowledged, or the acknowledgement taken back.
    acknowledgement_at timestamptz,
    -- Whether anybody ever had it: such are kept longer.
    was_acknowledged   boolean     NOT NULL,
    state              text        GENERATED ALWAYS AS (CASE
        WHEN ends_at IS NOT NULL THEN 'resolved'
        WHEN acknowledged_by IS NOT NULL THEN 'acknowledged'
        ELSE 'firing' END) STORED,
    PRIMARY KEY (starts_at, fingerprint)
) PARTITION BY RANGE (starts_at);
CREATE INDEX alert_episode_fingerprint ON alert_episode (fingerprint);

-- Everything that happened to an alert, and every decision about it: the audit.
CREATE TABLE alert_event (
    id           text        NOT NULL,
    at           timestamptz NOT NULL,
    fingerprint  bigint      NOT NULL,
    -- When the firing began that it belongs to.
    episode      timestamptz NOT NULL,
    kind         text        NOT NULL,
    -- Who did or was told it; empty for Tocsin itself.
    actor        text        NOT NULL,
    detail       text        NOT NULL,
    -- Key of the notification that it is about; empty for none.
    notification text        NOT NULL,
    -- How often it happened without anything else in between, and when last.
    count        integer     NOT NULL,
    last_at      timestamptz NOT NULL,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX alert_event_fingerprint ON alert_event (fingerprint, at);
CREATE INDEX alert_event_notification ON alert_event (notification) WHERE notification <> '';

-- What was handed over for delivery, in the transaction of the change that it tells of.
CREATE TABLE notification (
    -- The same for every attempt at the same news.
    key          text        NOT NULL,
    handed_over  timestamptz NOT NULL,
    -- As in logs: team-x/webhook[0].
    integration  text        NOT NULL,
    group_key    text        NOT NULL,
    reason       text        NOT NULL,
    -- Fingerprints of the alerts that it tells of.
    alerts       bigint[]    NOT NULL,
    -- pending, accepted or given_up
    status       text        NOT NULL,
    attempts     integer     NOT NULL,
    -- The last answer, for people.
    answer       text        NOT NULL,
    PRIMARY KEY (handed_over, key)
) PARTITION BY RANGE (handed_over);
CREATE INDEX notification_key ON notification (key);

CREATE TABLE alert_episode_kept (LIKE alert_episode INCLUDING GENERATED, PRIMARY KEY (starts_at, fingerprint))
    PARTITION BY RANGE (starts_at);
CREATE INDEX alert_episode_kept_fingerprint ON alert_episode_kept (fingerprint);
CREATE TABLE alert_event_kept (LIKE alert_event, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE INDEX alert_event_kept_fingerprint ON alert_event_kept (fingerprint, at);
