package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells those who hold an incident open that somebody has acknowledged it here: once all that they were told to fire is
 * acknowledged. Pure.
 */
final class TakenOn {
    /** Kinds of integrations whose incidents can be acknowledged. */
    private static final Set<String> KINDS = Set.of("opsgenie", "pagerduty");

    private static final Duration DELIVERY_TIME = Duration.ofMinutes(5);

    private TakenOn() {}

    /** @param alert that was acknowledged just now */
    static List<Notification> tell(
            HeldAlert alert, AlertBook book, NotificationLog log, Acknowledgements acknowledgements, Instant now) {
        List<Notification> notices = new ArrayList<>();
        Map<Long, HeldAlert> firing = new HashMap<>();
        log.entries().forEach((key, entry) -> {
            if (!KINDS.contains(key.integration().kind())
                    || !entry.firing().contains(alert.labels().fingerprint())) {
                return;
            }
            if (firing.isEmpty()) {
                book.all().stream()
                        .filter(held -> !held.isResolvedAt(now))
                        .forEach(held -> firing.put(held.labels().fingerprint(), held));
            }
            List<Alert> open = entry.firing().stream()
                    .filter(firing::containsKey)
                    .map(firing::get)
                    .map(held -> held.at(now))
                    .sorted(AlertOrder.INSTANCE)
                    .toList();
            if (open.stream().allMatch(each -> acknowledgements.isAcknowledged(each.labels(), now))) {
                notices.add(notice(key, entry, open, now));
            }
        });
        return notices;
    }

    /**
     * The same for news that all was acknowledged of while it was on its way: whoever holds the incident open knew
     * nothing of it then.
     *
     * @param told was taken in just now
     */
    static Optional<Notification> arrived(
            Notification told, AlertBook book, NotificationLog log, Acknowledgements acknowledgements, Instant now) {
        NotificationLog.Key key = new NotificationLog.Key(told.integration(), told.groupKey());
        NotificationLog.Entry entry = log.get(key);
        if (entry == null
                || told.reason() == Verdict.TAKEN_ON
                || !KINDS.contains(key.integration().kind())) {
            return Optional.empty();
        }
        List<Alert> open = new ArrayList<>();
        boolean sinceItLeft = false;
        for (Alert alert : told.alerts()) {
            HeldAlert held = book.get(alert.labels()).orElse(null);
            if (held == null || held.isResolvedAt(now)) {
                continue;
            }
            Acknowledgement given = acknowledgements.of(alert.labels(), now).orElse(null);
            if (given == null) {
                return Optional.empty();
            }
            sinceItLeft |= !given.at().isBefore(told.flushedAt());
            open.add(held.at(now));
        }
        return sinceItLeft ? Optional.of(notice(key, entry, open, now)) : Optional.empty();
    }

    private static Notification notice(
            NotificationLog.Key key, NotificationLog.Entry entry, List<Alert> open, Instant now) {
        return new Notification(
                NotificationKey.of(key.integration(), key.groupKey() + Verdict.TAKEN_ON, open, entry),
                key.integration(),
                key.groupKey(),
                Labels.EMPTY,
                open,
                Verdict.TAKEN_ON,
                now,
                now.plus(DELIVERY_TIME));
    }
}
