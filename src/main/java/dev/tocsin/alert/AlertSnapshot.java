package dev.tocsin.alert;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where every alert, group and silence stands at one moment. Immutable, for any thread to read.
 *
 * @param alerts that fire, in no particular order
 * @param suppressed of those, the ones that are held back, by their labels
 * @param answers what people said
 * @param escalating what comes next for those that climb an escalation policy, by their labels
 * @param groups with at least one alert that fires or whose end is not told yet, in no particular order
 */
public record AlertSnapshot(
        Instant at,
        Routing routing,
        List<HeldAlert> alerts,
        Map<Labels, Suppression> suppressed,
        Answers answers,
        Map<Labels, EscalationStep> escalating,
        List<Group> groups,
        List<Silence> silences) {
    /** By what an alert is held back. */
    public Suppression suppressionOf(Labels alert) {
        return suppressed.getOrDefault(alert, Suppression.NONE);
    }

    /** The order of alerts in notifications and groups. */
    public static final Comparator<HeldAlert> ALERT_ORDER = Comparator.comparing(HeldAlert::alert, AlertOrder.INSTANCE);

    /** The order of groups in Alertmanager's API. */
    public static final Comparator<Group> GROUP_ORDER =
            Comparator.comparing(Group::labels, AlertOrder::compare).thenComparing(Group::receiver);

    /**
     * @param key Alertmanager's group key
     * @param nextFlush when the group is looked at next; it tells only what {@link Line#lastVerdict} calls for then
     */
    public record Group(
            String receiver,
            String key,
            Labels labels,
            RouteOptions options,
            Instant nextFlush,
            List<HeldAlert> alerts,
            List<Line> lines) {}

    /**
     * One integration of a group's receiver.
     *
     * @param toldAt when it last took a notification that called something firing
     * @param delivering whether a notification is on its way
     */
    public record Line(
            Integration integration,
            boolean sendResolved,
            @Nullable Instant toldAt,
            boolean delivering,
            @Nullable Verdict lastVerdict,
            @Nullable Instant lastDecidedAt,
            @Nullable DeliveryOutcome lastOutcome,
            @Nullable Instant lastOutcomeAt) {}

    static AlertSnapshot of(
            AlertBook book,
            Dispatcher dispatcher,
            NotificationLog log,
            Silences silences,
            Answers answers,
            Instant now) {
        List<HeldAlert> alerts = new ArrayList<>();
        Map<Labels, Suppression> suppressed = new HashMap<>();
        Map<Labels, EscalationStep> escalating = new HashMap<>();
        for (HeldAlert alert : book.all()) {
            if (!alert.isResolvedAt(now)) {
                alerts.add(alert);
                Suppression suppression = dispatcher.suppression(alert.labels(), now);
                if (suppression.isSuppressed()) {
                    suppressed.put(alert.labels(), suppression);
                }
                dispatcher.escalationOf(alert, now).ifPresent(step -> escalating.put(alert.labels(), step));
            }
        }
        List<Group> groups = new ArrayList<>();
        for (AlertGroup group : dispatcher.groups()) {
            if (!group.isEmpty()) {
                groups.add(view(group, dispatcher, log));
            }
        }
        return new AlertSnapshot(
                now,
                dispatcher.routing(),
                List.copyOf(alerts),
                Map.copyOf(suppressed),
                answers,
                Map.copyOf(escalating),
                List.copyOf(groups),
                silences.all());
    }

    private static Group view(AlertGroup group, Dispatcher dispatcher, NotificationLog log) {
        List<Line> lines = new ArrayList<>();
        for (AlertGroup.Line line : group.lines) {
            NotificationLog.Entry entry = log.get(line.logKey);
            lines.add(new Line(
                    line.subscription.integration(),
                    line.subscription.sendResolved(),
                    entry == null ? null : entry.timestamp(),
                    dispatcher.isInFlight(line.logKey),
                    line.lastVerdict,
                    line.lastDecidedAt,
                    line.lastOutcome,
                    line.lastOutcomeAt));
        }
        return new Group(
                group.route.options().receiver(),
                group.key,
                group.labels,
                group.route.options(),
                group.nextFlush,
                group.alerts(),
                List.copyOf(lines));
    }
}
