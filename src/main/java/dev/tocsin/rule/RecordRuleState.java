package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value.VectorSample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A recording rule; it keeps nothing. Confined to the rule thread. */
final class RecordRuleState implements JudgedRule {
    private final Rule.RecordRule rule;

    RecordRuleState(Rule.RecordRule rule) {
        this.rule = rule;
    }

    @Override
    public Rule.RecordRule rule() {
        return rule;
    }

    @Override
    public List<VectorSample> judge(Judging judging) {
        List<VectorSample> samples = judging.samples(rule.expr());
        if (judging.limit() > 0 && samples.size() > judging.limit()) {
            throw new RuleFailure("exceeded limit of " + judging.limit() + " with " + samples.size() + " series");
        }
        List<VectorSample> recorded = new ArrayList<>(samples.size());
        Set<Labels> seen = new HashSet<>();
        for (VectorSample sample : samples) {
            Labels series = rule.seriesOf(sample.labels());
            if (!seen.add(series)) {
                throw new RuleFailure(
                        "vector contains metrics with the same labelset after applying rule labels: " + series);
            }
            recorded.add(new VectorSample(series, judging.queryMillis(), sample.value(), sample.distribution()));
        }
        return recorded;
    }

    @Override
    public void resume(JudgedRule before) {}

    @Override
    public RuleView view(RuleHealth health) {
        return new RuleView.Recording(rule, health);
    }
}
