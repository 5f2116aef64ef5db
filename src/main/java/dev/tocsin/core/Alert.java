package dev.tocsin.core;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it leaves a rule for the alerting side: what Prometheus would post to Alertmanager.
 *
 * @param labels with {@code alertname}; their fingerprint is the alert's identity
 * @param startsAt when it began to fire
 * @param endsAt when it was resolved; null while it fires
 * @param generatorUrl link to the expression
 * @param receipt where its milliseconds went
 */
public record Alert(
        Labels labels,
        Map<String, String> annotations,
        Instant startsAt,
        @Nullable Instant endsAt,
        String generatorUrl,
        Receipt receipt) {
    /** The annotation of an alert that did not end by its condition being seen to end: why it did. */
    public static final String RESOLVED_REASON = "resolved_reason";

    public boolean isFiring() {
        return endsAt == null;
    }

    /**
     * @param tickMillis wall time of the tick that decided
     * @param tickClosedMillis wall time at which that tick's interval was readable
     * @param judgedMillis wall time at which the rule had been judged
     */
    public record Receipt(long tickMillis, long tickClosedMillis, long judgedMillis) {}
}
