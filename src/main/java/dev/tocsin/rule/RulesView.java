package dev.tocsin.rule;

import java.util.List;

/**
 * All rules as they stood after the newest judging. Immutable; readable from any thread.
 *
 * @param tickMillis of that judging; {@link ActiveAlert#NEVER} before the first
 * @param groups in order of file and name
 */
public record RulesView(long tickMillis, List<Group> groups) {
    public static final RulesView EMPTY = new RulesView(ActiveAlert.NEVER, List.of());

    /**
     * @param intervalMillis in force: the group's own, or the default
     * @param lastJudgedMillis {@link ActiveAlert#NEVER} before the first
     * @param durationNanos of the newest judging
     */
    public record Group(
            RuleGroup group, long intervalMillis, long lastJudgedMillis, long durationNanos, List<RuleView> rules) {}

    /** Every pending and firing alert. */
    public List<ActiveAlert> alerts() {
        return groups.stream()
                .flatMap(group -> group.rules().stream())
                .filter(RuleView.Alerting.class::isInstance)
                .flatMap(rule -> ((RuleView.Alerting) rule).alerts().stream())
                .toList();
    }
}
