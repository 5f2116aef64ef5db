package dev.tocsin.ingest.wire;

import dev.tocsin.core.Rejection;

/** Why a line of line protocol cannot be read, in InfluxDB's own words where it has any. */
public enum InfluxProblem {
    MISSING_MEASUREMENT(Rejection.EMPTY_NAME, "missing measurement"),
    MISSING_TAG_KEY(Rejection.MALFORMED, "missing tag key"),
    MISSING_TAG_VALUE(Rejection.MALFORMED, "missing tag value"),
    INVALID_TAG(Rejection.MALFORMED, "invalid tag format"),
    MISSING_FIELDS(Rejection.MALFORMED, "missing fields"),
    MISSING_FIELD_KEY(Rejection.MALFORMED, "missing field key"),
    MISSING_FIELD_VALUE(Rejection.MALFORMED, "missing field value"),
    INVALID_FIELD(Rejection.MALFORMED, "invalid field format"),
    UNBALANCED_QUOTES(Rejection.MALFORMED, "unbalanced quotes"),
    INVALID_NUMBER(Rejection.BAD_VALUE, "invalid number"),
    INVALID_BOOLEAN(Rejection.BAD_VALUE, "invalid boolean"),
    BAD_TIMESTAMP(Rejection.BAD_TIMESTAMP, "bad timestamp"),
    NAMES_TOO_LARGE(Rejection.TOO_LARGE, "its fields make more than 256 KiB of metric names"),
    LINE_TOO_LONG(Rejection.TOO_LARGE, "a line may have 65536 bytes");

    private final Rejection reason;
    private final String words;

    InfluxProblem(Rejection reason, String words) {
        this.reason = reason;
        this.words = words;
    }

    public Rejection reason() {
        return reason;
    }

    /** What stands in InfluxDB's answer after {@code unable to parse '…': }. */
    public String words() {
        return words;
    }
}
