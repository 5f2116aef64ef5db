package dev.tocsin.core;

import java.util.Locale;

/**
 * Why the flush of a group told an integration something, or did not. The lower-case name is the log line, the metric
 * label and the answer to "why was I (not) paged?".
 */
public enum Verdict {
    /** Something fires, and this integration has never been told of the group. */
    FIRST(true),
    /** An alert fires that was not in the last notification. */
    NEW_FIRING(true),
    /** An alert was resolved that the last notification did not say so of, and others still fire. */
    NEW_RESOLVED(true),
    /** All that the last notification called firing is resolved. */
    ALL_RESOLVED(true),
    /** Nothing changed, and the repeat interval has passed. */
    REPEAT(true),
    /** Nothing fires, and what began and ended since the last notification is collected for this one. */
    DIGEST(true),
    /** An alert that nobody answers has reached a level of its escalation policy, or its last level's repeat. */
    ESCALATED(true),
    /** Somebody has acknowledged all that the integration was told to fire; sent where incidents can be acknowledged. */
    TAKEN_ON(true),
    /** Nothing changed since the last notification, and the repeat interval has not passed. */
    UNCHANGED(false),
    /** Nothing changed, and somebody has acknowledged all that fires: what the repeat interval calls for is not sent. */
    ACKNOWLEDGED(false),
    /** What is resolved was never told as firing. */
    NEVER_TOLD(false),
    /** All is resolved, and the integration does not want to hear of it. */
    RESOLVED_UNWANTED(false),
    /** Every alert is held back by another one that fires. */
    INHIBITED(false),
    /** Every alert is silenced, or inhibited. */
    SILENCED(false),
    /** The route's mute time. */
    IN_MUTE_TIME(false),
    /** None of the route's active times. */
    OUTSIDE_ACTIVE_TIME(false),
    /** The last notification of the group is still being delivered; decided anew when that ends. */
    IN_FLIGHT(false);

    private final boolean tells;
    private final String label = name().toLowerCase(Locale.ROOT);

    Verdict(boolean tells) {
        this.tells = tells;
    }

    /** Whether a notification leaves. */
    public boolean tells() {
        return tells;
    }

    public String label() {
        return label;
    }
}
