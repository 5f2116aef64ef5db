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
import java.util.Set;

/**
 * Tells those who hold an incident open that somebody has acknowledged it here: once all that they were told to fire is
 * acknowledged. Pure.
 */
final class TakenOn {
    /** Kinds of integrations whose incidents can be acknowledged. */
    private static final Set<String> KINDS = Set.of("pagerduty");

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
                notices.add(new Notification(
                        NotificationKey.of(key.integration(), key.groupKey() + Verdict.TAKEN_ON, open, entry),
                        key.integration(),
                        key.groupKey(),
                        Labels.EMPTY,
                        open,
                        Verdict.TAKEN_ON,
                        now,
                        now.plus(DELIVERY_TIME)));
            }
        });
        return notices;
    }
}
