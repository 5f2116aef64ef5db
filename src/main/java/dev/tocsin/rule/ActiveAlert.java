package dev.tocsin.rule;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.template.GoFormat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One alert of a rule at one time. Immutable: each judging makes the next one. Times are wall milliseconds, or
 * {@link #NEVER}.
 *
 * @param labels with {@code alertname}; its identity
 * @param source the sample's own labels, without the metric name
 * @param value of the newest sample; NaN where it alerts for want of one
 * @param activeAt when the condition began to hold; moved forward by the time in which it was pending without data
 * @param firedAt when it began to fire
 * @param keepFiringSince since when it fires only because the rule keeps it firing
 * @param noDataSince since when its series has no sample
 * @param resolvedAt when it ceased to fire
 * @param seenAt when the condition was last seen to hold
 * @param watched which comparisons had data at {@code seenAt}, as bits; 0 where not asked yet
 * @param changedAt when anything changed that is worth saying
 * @param lastSent when it was last said
 * @param receipt of the tick that brought the last change
 */
public record ActiveAlert(
        Labels labels,
        Labels source,
        Map<String, String> annotations,
        double value,
        AlertState state,
        AlertReason reason,
        long activeAt,
        long firedAt,
        long keepFiringSince,
        long noDataSince,
        long resolvedAt,
        long seenAt,
        long watched,
        long changedAt,
        long lastSent,
        Alert.@Nullable Receipt receipt) {
    /** No time yet. */
    public static final long NEVER = Long.MIN_VALUE;

    /** On an alert that is held without data: since when. */
    public static final String NO_DATA_SINCE = "no_data_since";

    static ActiveAlert begin(Labels labels, Labels source, double value, long now) {
        return new ActiveAlert(
                labels,
                source,
                Map.of(),
                value,
                AlertState.PENDING,
                AlertReason.CONDITION_BEGAN,
                now,
                NEVER,
                NEVER,
                NEVER,
                NEVER,
                now,
                0,
                now,
                NEVER,
                null);
    }

    /** Pending or firing. */
    public boolean isActive() {
        return state != AlertState.INACTIVE;
    }

    public boolean isWithoutData() {
        return noDataSince != NEVER;
    }

    /** Whether it is to be said at this tick: it changed since it was last said, or that was long ago. */
    boolean isDue(long now, long resendDelayMillis) {
        if (state == AlertState.PENDING) {
            return false;
        }
        return lastSent == NEVER || changedAt > lastSent || now - lastSent >= resendDelayMillis;
    }

    /** The annotations, and what we say beside them. */
    public Map<String, String> annotationsTold() {
        boolean unseen = state == AlertState.INACTIVE && reason.endsUnseen();
        if (!unseen && !isWithoutData()) {
            return annotations;
        }
        Map<String, String> told = new LinkedHashMap<>(annotations);
        if (unseen) {
            told.put(Alert.RESOLVED_REASON, reason.words());
        } else {
            told.put(NO_DATA_SINCE, Instant.ofEpochMilli(noDataSince).toString());
        }
        return told;
    }

    /** The value as Prometheus' API tells it: {@code 9.1e+01}. */
    public String valueText() {
        return GoFormat.exponential(value);
    }

    /** As it leaves for the alerting side. */
    Alert toAlert(String generatorUrl, Alert.Receipt newest) {
        return new Alert(
                labels,
                annotationsTold(),
                Instant.ofEpochMilli(firedAt),
                state == AlertState.INACTIVE ? Instant.ofEpochMilli(resolvedAt) : null,
                generatorUrl,
                receipt == null ? newest : receipt);
    }

    ActiveAlert withSample(double newValue, Map<String, String> newAnnotations, long now) {
        return new ActiveAlert(
                labels,
                source,
                newAnnotations,
                newValue,
                state,
                reason,
                activeAt,
                firedAt,
                keepFiringSince,
                noDataSince,
                resolvedAt,
                now,
                0,
                changedAt,
                lastSent,
                receipt);
    }

    ActiveAlert withWatched(long bits) {
        return new ActiveAlert(
                labels,
                source,
                annotations,
                value,
                state,
                reason,
                activeAt,
                firedAt,
                keepFiringSince,
                noDataSince,
                resolvedAt,
                seenAt,
                bits,
                changedAt,
                lastSent,
                receipt);
    }

    ActiveAlert withActiveAt(long time) {
        return new ActiveAlert(
                labels,
                source,
                annotations,
                value,
                state,
                reason,
                time,
                firedAt,
                keepFiringSince,
                noDataSince,
                resolvedAt,
                seenAt,
                watched,
                changedAt,
                lastSent,
                receipt);
    }

    ActiveAlert withSpells(long newKeepFiringSince, long newNoDataSince) {
        return new ActiveAlert(
                labels,
                source,
                annotations,
                value,
                state,
                reason,
                activeAt,
                firedAt,
                newKeepFiringSince,
                newNoDataSince,
                resolvedAt,
                seenAt,
                watched,
                changedAt,
                lastSent,
                receipt);
    }

    /** Another state or reason, which is worth saying. The receipt is that of the tick, to be put on when it is sent. */
    ActiveAlert changed(AlertState newState, AlertReason newReason, long now) {
        boolean fires = newState == AlertState.FIRING && state != AlertState.FIRING;
        return new ActiveAlert(
                labels,
                source,
                annotations,
                value,
                newState,
                newReason,
                activeAt,
                fires ? now : firedAt,
                keepFiringSince,
                noDataSince,
                newState == AlertState.INACTIVE ? now : resolvedAt,
                seenAt,
                watched,
                now,
                lastSent,
                null);
    }

    ActiveAlert sent(long now, Alert.Receipt newest) {
        return new ActiveAlert(
                labels,
                source,
                annotations,
                value,
                state,
                reason,
                activeAt,
                firedAt,
                keepFiringSince,
                noDataSince,
                resolvedAt,
                seenAt,
                watched,
                changedAt,
                now,
                receipt == null ? newest : receipt);
    }
}
