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
     * @param arrivals when the samples of that tick's interval came in
     */
    public record Receipt(long tickMillis, long tickClosedMillis, long judgedMillis, Arrivals arrivals) {
        /** Of an alert whose samples came in at unknown times, or not to this process. */
        public Receipt(long tickMillis, long tickClosedMillis, long judgedMillis) {
            this(tickMillis, tickClosedMillis, judgedMillis, Arrivals.NONE);
        }

        /** From the last sample of the interval to its end: the sample that decided came so long before, at least. */
        public long sampleMillisAtLeast() {
            return tickMillis - arrivals.lastMillis();
        }

        /** From the first sample of the interval to its end: the sample that decided came so long before, at most. */
        public long sampleMillisAtMost() {
            return tickMillis - arrivals.firstMillis();
        }
    }
}
