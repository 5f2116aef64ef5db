package dev.tocsin.rule;

import dev.tocsin.core.Labels;

/**
 * What holds for all rules.
 *
 * @param evaluationIntervalMillis of groups that name no interval
 * @param resendDelayMillis after which an alert that fires is said again
 * @param missingHoldMillis how long an alert without data is held before it is closed
 * @param maxAlertsPerRule most alerts of one rule; those beyond are not taken and counted, those known go on
 * @param externalUrl of this server as people reach it, without a slash at the end
 * @param externalLabels for templates
 */
public record RuleSettings(
        long evaluationIntervalMillis,
        long resendDelayMillis,
        long missingHoldMillis,
        int maxAlertsPerRule,
        String externalUrl,
        Labels externalLabels) {
    /** One second, one minute, 15 minutes, 10,000 alerts, the default address, no labels. */
    public static final RuleSettings DEFAULT =
            new RuleSettings(1_000, 60_000, 900_000, 10_000, "http://127.0.0.1:8080", Labels.EMPTY);

    public RuleSettings {
        if (evaluationIntervalMillis < 1 || resendDelayMillis < 1 || missingHoldMillis < 0 || maxAlertsPerRule < 1) {
            throw new IllegalArgumentException("rule settings out of range: evaluation interval "
                    + evaluationIntervalMillis + " ms, resend delay " + resendDelayMillis + " ms, missing hold "
                    + missingHoldMillis + " ms, alerts per rule " + maxAlertsPerRule);
        }
    }
}
