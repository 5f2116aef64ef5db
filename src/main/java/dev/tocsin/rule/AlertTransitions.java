package dev.tocsin.rule;

import static dev.tocsin.rule.ActiveAlert.NEVER;

import org.jspecify.annotations.Nullable;

/**
 * The life of an alert as a pure function of what it was, what was seen, and the time:
 *
 * <pre>
 *   condition holds                held for `for`              condition false (kept for `keep_firing_for`)
 *   ───────────────► pending ──────────────────► firing ─────────────────────────────────► inactive (resolved)
 *                       │                         │  ▲
 *                       │ condition false   no data│  │data again, condition holds
 *                       ▼                          ▼  │
 *                    forgotten                  firing, without data ── missing hold over ─► inactive ("series gone")
 * </pre>
 *
 * An alert is held without data only where the condition was last seen to hold: one that {@code keep_firing_for} keeps
 * firing goes on counting down. Time without data does not count towards {@code for}.
 *
 * @param forMillis 0 to fire at once
 * @param keepFiringForMillis 0 to resolve at once
 * @param missingHoldMillis how long an alert without data is held
 */
record AlertTransitions(long forMillis, long keepFiringForMillis, MissingPolicy missing, long missingHoldMillis) {
    /** How long a resolved alert is remembered, to be said again. (Prometheus, {@code resolvedRetention}.) */
    static final long RESOLVED_RETENTION_MILLIS = 15 * 60_000;

    /** After which a rule that alerts on missing data takes a series as gone for good. */
    static final long ALERT_ON_MISSING_MILLIS = 24 * 3_600_000;

    /** The alert after one judging; null where it is to be forgotten. */
    @Nullable
    ActiveAlert next(ActiveAlert alert, Observation seen, long now) {
        if (!alert.isActive()) {
            return now - alert.resolvedAt() > RESOLVED_RETENTION_MILLIS ? null : alert;
        }
        return switch (seen) {
            case TRUE -> holding(alert, now);
            case FALSE -> ceased(alert, now);
            case MISSING ->
                switch (missing) {
                    case OK -> ceased(alert, now);
                    case HOLD -> held(alert, now);
                    case ALERT -> alertsWithoutData(alert, now);
                };
        };
    }

    /** The alert, pending or firing, after the condition was seen to hold. */
    ActiveAlert holding(ActiveAlert alert, long now) {
        ActiveAlert next = alert;
        if (alert.isWithoutData() && alert.state() == AlertState.PENDING && missing == MissingPolicy.HOLD) {
            next = next.withActiveAt(alert.activeAt() + now - alert.noDataSince());
        }
        next = next.withSpells(NEVER, NEVER);
        if (alert.isWithoutData() || alert.keepFiringSince() != NEVER) {
            AlertReason reason = alert.isWithoutData() ? AlertReason.DATA_CAME_BACK : AlertReason.CONDITION_HELD;
            next = next.changed(next.state(), reason, now);
        }
        return firesIfLongEnough(next, AlertReason.CONDITION_HELD, now);
    }

    private ActiveAlert firesIfLongEnough(ActiveAlert alert, AlertReason reason, long now) {
        boolean fires = alert.state() == AlertState.PENDING && now - alert.activeAt() >= forMillis;
        return fires ? alert.changed(AlertState.FIRING, reason, now) : alert;
    }

    private @Nullable ActiveAlert ceased(ActiveAlert alert, long now) {
        if (alert.state() == AlertState.PENDING) {
            return null;
        }
        boolean first = alert.keepFiringSince() == NEVER;
        long since = first ? now : alert.keepFiringSince();
        if (now - since < keepFiringForMillis) {
            ActiveAlert kept = alert.withSpells(since, NEVER);
            return first ? kept.changed(AlertState.FIRING, AlertReason.KEPT_FIRING, now) : kept;
        }
        return alert.withSpells(NEVER, NEVER).changed(AlertState.INACTIVE, AlertReason.CONDITION_ENDED, now);
    }

    private @Nullable ActiveAlert held(ActiveAlert alert, long now) {
        if (alert.keepFiringSince() != NEVER) {
            return ceased(alert, now);
        }
        return withoutData(alert, now, Math.max(missingHoldMillis, keepFiringForMillis));
    }

    private @Nullable ActiveAlert alertsWithoutData(ActiveAlert alert, long now) {
        ActiveAlert next = withoutData(alert.withSpells(NEVER, alert.noDataSince()), now, ALERT_ON_MISSING_MILLIS);
        return next == null ? null : firesIfLongEnough(next, AlertReason.NO_DATA, now);
    }

    private static @Nullable ActiveAlert withoutData(ActiveAlert alert, long now, long holdMillis) {
        boolean first = !alert.isWithoutData();
        long since = first ? now : alert.noDataSince();
        if (now - since >= holdMillis) {
            return alert.state() == AlertState.PENDING
                    ? null
                    : alert.withSpells(NEVER, NEVER).changed(AlertState.INACTIVE, AlertReason.SERIES_GONE, now);
        }
        ActiveAlert without = alert.withSpells(NEVER, since);
        return first ? without.changed(without.state(), AlertReason.NO_DATA, now) : without;
    }
}
