-- Which series a number stands for. A name that changes its kind is another series.
CREATE TABLE series (
    id     integer  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The first 128 bits of the SHA-256 of kind, digits and labels: labels may be longer than an index takes.
    key    uuid     NOT NULL UNIQUE,
    metric text     NOT NULL,
    -- name, value, name, value, …, by name, without __name__
    labels text[]   NOT NULL,
    -- 0 counter, 1 gauge, 2 distribution, 3 set
    kind   smallint NOT NULL,
    -- significant digits of a distribution, else 0
    digits smallint NOT NULL
);
CREATE INDEX series_metric ON series (metric);

-- One row is one series over one slot of time; slots are told by the minute (since 1970) that they begin with. The
-- bodies are packed by the program, which packs tighter than the server: so they are stored as they come.
CREATE TABLE chunk_10s (
    series integer NOT NULL,
    slot   integer NOT NULL,
    body   bytea   NOT NULL,
    PRIMARY KEY (slot, series)
) PARTITION BY RANGE (slot);
ALTER TABLE chunk_10s ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE chunk_1m (LIKE chunk_10s INCLUDING STORAGE, PRIMARY KEY (slot, series)) PARTITION BY RANGE (slot);
CREATE TABLE chunk_1h (LIKE chunk_10s INCLUDING STORAGE, PRIMARY KEY (slot, series)) PARTITION BY RANGE (slot);

-- Slots of chunk_1m whose 10 s chunks have changed since they were rolled up. Grows by one with each change, so that
-- what changes while it is rolled up is rolled up again.
CREATE TABLE unrolled (
    slot    integer NOT NULL PRIMARY KEY,
    changes bigint  NOT NULL
);

-- Up to which tick of the journal everything is in here; written together with what it tells of.
CREATE TABLE progress (
    journal  text   NOT NULL PRIMARY KEY,
    position bigint NOT NULL
);
