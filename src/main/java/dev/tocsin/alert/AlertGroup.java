package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The alerts of one route that share its group labels, and when they are told next. Confined to the thread of its
 * {@link Dispatcher}.
 *
 * <p>A resolved alert stays until every integration has been told of it, or did not need to be.
 */
final class AlertGroup {
    /** By {@link #wakeAt}, which must not change while the group is sorted by it. */
    static final Comparator<AlertGroup> BY_WAKE = Comparator.comparing(
                    (AlertGroup group) -> group.wakeAt == null ? Instant.MAX : group.wakeAt)
            .thenComparingLong(group -> group.number);

    /** Unique among the groups of a dispatcher. */
    private final long number;

    final Route route;
    final Labels labels;
    final String key;
    final List<Line> lines;
    private final Map<Labels, Member> members = new LinkedHashMap<>();

    /** When the group is flushed next. */
    Instant nextFlush;

    /** Whether it ever was: until then a late alert may cut the wait short. */
    boolean flushed;

    /** When the last alert left; null while there is one. */
    @Nullable
    Instant emptySince;

    /** When the dispatcher looks at the group next; null while it does. */
    @Nullable
    Instant wakeAt;

    /** Counts the flushes. */
    private long flush;

    AlertGroup(long number, Route route, Labels labels, Receiver receiver, Instant nextFlush) {
        this.number = number;
        this.route = route;
        this.labels = labels;
        this.key = route.key() + ":" + goSyntax(labels);
        this.nextFlush = nextFlush;
        List<Line> all = new ArrayList<>();
        for (Receiver.Subscription subscription : receiver.subscriptions()) {
            all.add(new Line(subscription, new NotificationLog.Key(subscription.integration(), key)));
        }
        this.lines = List.copyOf(all);
    }

    /** One integration of the group's receiver. */
    static final class Line {
        final Receiver.Subscription subscription;
        final NotificationLog.Key logKey;

        /** Must be decided anew as soon as what is in flight has settled. */
        boolean deferred;

        /** The latest flush that this integration was told of, or needed no telling of. */
        long settledFlush;

        @Nullable
        Verdict lastVerdict;

        @Nullable
        Instant lastDecidedAt;

        @Nullable
        DeliveryOutcome lastOutcome;

        @Nullable
        Instant lastOutcomeAt;

        Line(Receiver.Subscription subscription, NotificationLog.Key logKey) {
            this.subscription = subscription;
            this.logKey = logKey;
        }
    }

    /**
     * What a flush saw.
     *
     * @param number of the flush, from 1
     * @param alerts in the order of notifications; those that fire have no {@code endsAt}
     */
    record Snapshot(long number, List<Alert> alerts) {}

    private static final class Member {
        final HeldAlert alert;

        /** The first flush that saw it resolved; 0 for none. */
        long resolvedFlush;

        Member(HeldAlert alert) {
            this.alert = alert;
        }
    }

    void put(HeldAlert alert) {
        members.put(alert.labels(), new Member(alert));
        emptySince = null;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    List<HeldAlert> alerts() {
        return members.values().stream().map(member -> member.alert).toList();
    }

    Snapshot snapshot(Instant now) {
        flush++;
        List<Alert> alerts = new ArrayList<>(members.size());
        for (Member member : members.values()) {
            if (member.resolvedFlush == 0 && member.alert.isResolvedAt(now)) {
                member.resolvedFlush = flush;
            }
            alerts.add(member.alert.at(now));
        }
        alerts.sort(AlertOrder.INSTANCE);
        return new Snapshot(flush, alerts);
    }

    /** Lets go of the resolved alerts that nobody waits to hear of. */
    void forgetTold(Instant now) {
        long settled = flush;
        for (Line line : lines) {
            settled = Math.min(settled, line.settledFlush);
        }
        long settledFlush = settled;
        members.values().removeIf(m -> m.resolvedFlush > 0 && m.resolvedFlush <= settledFlush);
        if (members.isEmpty() && emptySince == null) {
            emptySince = now;
        }
    }

    /** As Go prints a label set: {@code {a="b", c="d"}}, the metric name among the others. */
    static String goSyntax(Labels labels) {
        StringBuilder out = new StringBuilder("{");
        labels.forEach((name, value) -> {
            if (out.length() > 1) {
                out.append(", ");
            }
            out.append(name).append("=\"");
            out.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
            out.append('"');
        });
        return out.append('}').toString();
    }
}
