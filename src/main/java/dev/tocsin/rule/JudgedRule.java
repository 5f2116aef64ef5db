package dev.tocsin.rule;

import dev.tocsin.promql.Value.VectorSample;
import java.util.List;

/** A rule and what it keeps from one judging to the next. Confined to the rule thread. */
sealed interface JudgedRule permits AlertRuleState, RecordRuleState {
    Rule rule();

    /**
     * Judges the rule and returns the series to write. Where it throws, nothing of its state has changed; but
     * an alert rule past its group's limit has closed its alerts.
     *
     * @throws RuleFailure where the result cannot be used
     * @throws dev.tocsin.promql.PromqlException where there is no result
     */
    List<VectorSample> judge(Judging judging);

    /** Takes over what the same rule kept before a reload. */
    void resume(JudgedRule before);

    RuleView view(RuleHealth health);
}
