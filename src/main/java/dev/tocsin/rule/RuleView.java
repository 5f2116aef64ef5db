package dev.tocsin.rule;

import java.util.List;

/** One rule as it stood after a judging. Immutable; readable from any thread. */
public sealed interface RuleView {
    Rule rule();

    RuleHealth health();

    /** @param alerts pending and firing ones, in order of labels */
    record Alerting(Rule.AlertRule rule, RuleHealth health, List<ActiveAlert> alerts) implements RuleView {
        /** That of its most urgent alert. */
        public AlertState state() {
            AlertState most = AlertState.INACTIVE;
            for (ActiveAlert alert : alerts) {
                most = alert.state().compareTo(most) > 0 ? alert.state() : most;
            }
            return most;
        }
    }

    record Recording(Rule.RecordRule rule, RuleHealth health) implements RuleView {}
}
