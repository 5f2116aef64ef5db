package dev.tocsin.rule;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Alerts whose rule is no more: closed, said so, and said again for a while like every resolved alert. Bounded by what
 * fired before the reload. Confined to the rule thread.
 */
final class DepartedAlerts {
    private record Departed(ActiveAlert alert, String generatorUrl) {}

    private List<Departed> departed = new ArrayList<>();

    boolean isEmpty() {
        return departed.isEmpty();
    }

    /** Takes the alerts of a rule that is no more; those that fire are closed at the next tick. */
    void take(Collection<ActiveAlert> alerts, String generatorUrl) {
        for (ActiveAlert alert : alerts) {
            if (alert.state() != AlertState.PENDING) {
                departed.add(new Departed(alert, generatorUrl));
            }
        }
    }

    /** @param firing labels that fire under another rule: those are not over */
    void send(long now, Set<Labels> firing, RuleSettings settings, Alert.Receipt receipt, List<Alert> into) {
        List<Departed> kept = new ArrayList<>();
        for (Departed d : departed) {
            ActiveAlert alert =
                    d.alert.isActive() ? d.alert.changed(AlertState.INACTIVE, AlertReason.RULE_REMOVED, now) : d.alert;
            boolean old = now - alert.resolvedAt() > AlertTransitions.RESOLVED_RETENTION_MILLIS;
            if (old || firing.contains(alert.labels())) {
                continue;
            }
            if (alert.isDue(now, settings.resendDelayMillis())) {
                alert = alert.sent(now, receipt);
                into.add(alert.toAlert(d.generatorUrl, receipt));
            }
            kept.add(new Departed(alert, d.generatorUrl));
        }
        departed = kept;
    }
}
