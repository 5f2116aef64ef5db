package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent.Kind;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Puts what is decided about alerts into words, and these into their history. Confined to the thread of its owner. */
final class Decisions {
    private final AlertHistory history;
    /** The moment last put into words: many alerts begin at the same one. */
    private Instant spelled = Instant.EPOCH;

    private String spelling = Instant.EPOCH.toString();

    Decisions(AlertHistory history) {
        this.history = history;
    }

    void noRoom(Labels alert, int held, Instant now) {
        history.repeat(alert, Kind.REFUSED, "", "as many alerts as allowed are held already: " + held, now);
    }

    void fired(HeldAlert alert, Instant now) {
        history.fired(alert, source(alert), "fires since " + spell(alert.alert().startsAt()), now);
    }

    private String spell(Instant moment) {
        if (!moment.equals(spelled)) {
            spelled = moment;
            spelling = moment.toString();
        }
        return spelling;
    }

    /** @param kind that it flaps, or is calm again */
    void flapping(HeldAlert alert, Kind kind, Instant now) {
        String detail = alert.alert().annotations().getOrDefault(Flapping.ANNOTATION, "and over");
        history.record(alert.labels(), kind, "", detail, "", now);
    }

    /** The source's own word that it is over. */
    void resolved(HeldAlert alert, Instant now) {
        String reason = alert.alert().annotations().get(Alert.RESOLVED_REASON);
        if (history.isFiring(alert.labels())) {
            history.resolved(
                    alert.labels(), source(alert), reason == null ? "the condition ceased to hold" : reason, now);
        }
    }

    /** A posted alert was not posted again in its time. */
    void ranOut(Labels alert, Instant now) {
        history.resolved(alert, "", "not posted again in its time", now);
    }

    private static String source(HeldAlert alert) {
        return alert.alert().generatorUrl().isEmpty()
                ? "posted"
                : "rule " + alert.labels().get("alertname");
    }

    /** @param kind of what the person did */
    void answered(Labels alert, Kind kind, Answer answer, Instant now) {
        String until = answer.expiresAt() == null ? "" : " until " + answer.expiresAt();
        String detail = (answer.comment() + until).strip();
        if (kind == Kind.RESOLVED) {
            history.resolved(alert, answer.by(), "by hand" + (detail.isEmpty() ? "" : ": " + detail), now);
        } else {
            history.record(alert, kind, answer.by(), detail, "", now);
        }
    }

    void expired(Acknowledgement acknowledgement, Instant now) {
        history.record(
                acknowledgement.alert(),
                Kind.ACKNOWLEDGEMENT_EXPIRED,
                acknowledgement.answer().by(),
                "",
                "",
                now);
    }

    /** A route took an alert whose state is new. */
    void routed(Labels alert, AlertGroup group, Instant now) {
        String receiver = group.route.options().receiver();
        history.record(
                alert,
                Kind.ROUTED,
                receiver,
                group.key + (group.lines.isEmpty() ? "; the receiver has no integration and tells nobody" : ""),
                "",
                now);
        if (group.nextFlush.isAfter(now)) {
            history.record(
                    alert,
                    Kind.WAITING,
                    receiver,
                    (group.flushed ? "for the group's interval, until " : "for others of its group, until ")
                            + spell(group.nextFlush),
                    "",
                    now);
        }
    }

    void noRoomForGroup(Labels alert, String receiver, int limit, Instant now) {
        history.repeat(alert, Kind.REFUSED, receiver, "there are " + limit + " groups already", now);
    }

    void inhibited(Labels alert, String receiver, Labels by, Instant now) {
        history.repeat(alert, Kind.INHIBITED, receiver, "by " + by.fingerprintHex() + " " + by, now);
    }

    void muted(List<Alert> alerts, String receiver, Verdict verdict, Instant now) {
        String detail = verdict == Verdict.IN_MUTE_TIME ? "the route's mute time" : "outside the route's active times";
        alerts.forEach(alert -> history.repeat(alert.labels(), Kind.MUTED, receiver, detail, now));
    }

    void silenced(Labels alert, String receiver, Collection<Silence> by, Instant now) {
        StringBuilder detail = new StringBuilder();
        for (Silence silence : by) {
            detail.append(detail.isEmpty() ? "by " : ", ").append(silence.id());
            detail.append(" of ").append(silence.createdBy().isEmpty() ? "somebody" : silence.createdBy());
            detail.append(silence.comment().isEmpty() ? "" : " (" + silence.comment() + ")");
        }
        history.repeat(alert, Kind.SILENCED, receiver, detail.toString(), now);
    }

    /** A flush that tells an integration nothing. */
    void untold(AlertGroup.Line line, Verdict verdict, List<Alert> alerts, Instant now) {
        String actor = line.logKey.integration().toString();
        Kind kind = verdict == Verdict.ACKNOWLEDGED ? Kind.NOT_REPEATED : Kind.DEDUPLICATED;
        String detail = switch (verdict) {
            case ACKNOWLEDGED -> "somebody has acknowledged it";
            case UNCHANGED -> "nothing new since it was told, and not yet time to repeat it";
            case NEVER_TOLD -> "over before anything was told of it";
            case RESOLVED_UNWANTED -> "does not want to hear of ends";
            case IN_FLIGHT -> "the group's last notification is still on its way";
            default -> verdict.label();
        };
        alerts.forEach(alert -> history.repeat(alert.labels(), kind, actor, detail, now));
    }

    void handedOver(Notification notification, Instant now) {
        String actor = notification.integration().toString();
        String detail = notification.reason().label().replace('_', ' ');
        for (Alert alert : notification.alerts()) {
            beyond(alert, notification, now);
            history.record(alert.labels(), Kind.HANDED_OVER, actor, detail, notification.key(), now);
        }
    }

    /** What marks an alert as told by something that Alertmanager does not have. */
    private void beyond(Alert alert, Notification notification, Instant now) {
        String receiver = notification.integration().receiver();
        String level = alert.annotations().get(Escalations.ANNOTATION);
        if (level != null && notification.reason() == Verdict.ESCALATED) {
            history.record(alert.labels(), Kind.ESCALATED, receiver, level, notification.key(), now);
        }
        String whose = alert.annotations().get(Fallbacks.ANNOTATION);
        if (whose != null) {
            history.record(alert.labels(), Kind.FELL_BACK, receiver, "stands in for " + whose, notification.key(), now);
        }
    }

    /** Whether there is something to say of the way since the tick: a repeat, or that somebody took it on, began later. */
    private static boolean isNews(Verdict reason) {
        return reason != Verdict.REPEAT && reason != Verdict.TAKEN_ON;
    }

    void settled(Notification notification, DeliveryOutcome outcome, Instant now) {
        String actor = notification.integration().toString();
        DeliveryOutcome.Attempt last =
                outcome.log().isEmpty() ? null : outcome.log().getLast();
        for (Alert alert : notification.alerts()) {
            Labels labels = alert.labels();
            for (DeliveryOutcome.Attempt attempt : outcome.log()) {
                if (!outcome.isAccepted() || !attempt.equals(last)) {
                    history.record(
                            labels,
                            Kind.ATTEMPT_FAILED,
                            actor,
                            attempt.answer() + ", after " + attempt.millis() + " ms",
                            notification.key(),
                            attempt.at().isAfter(now) ? now : attempt.at());
                }
            }
            Kind kind = outcome.isAccepted() ? Kind.ACCEPTED : Kind.GIVEN_UP;
            history.record(
                    labels,
                    kind,
                    actor,
                    outcome.isAccepted() ? outcome.detail() : outcome.result().label() + ": " + outcome.detail(),
                    notification.key(),
                    now);
            if (outcome.isAccepted() && isNews(notification.reason())) {
                history.accepted(
                        labels,
                        new AlertRecord.Receipt(
                                notification.integration(),
                                notification.reason(),
                                alert.isFiring(),
                                alert.receipt(),
                                notification.flushedAt(),
                                last == null ? notification.flushedAt() : last.at(),
                                last == null ? now : last.at().plusMillis(last.millis())),
                        now);
            }
        }
    }
}
