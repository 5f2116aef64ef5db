package dev.tocsin.rule;

/**
 * How a rule's newest judging went. Immutable.
 *
 * @param lastError empty where it went well
 * @param lastJudgedMillis {@link ActiveAlert#NEVER} before the first judging
 * @param durationNanos of the newest judging
 * @param failures in all
 */
public record RuleHealth(String lastError, long lastJudgedMillis, long durationNanos, long failures) {
    static final RuleHealth UNKNOWN = new RuleHealth("", ActiveAlert.NEVER, 0, 0);

    /** In Prometheus' words: ok, err or unknown. */
    public String label() {
        return lastJudgedMillis == ActiveAlert.NEVER ? "unknown" : lastError.isEmpty() ? "ok" : "err";
    }

    RuleHealth good(long now, long nanos) {
        return new RuleHealth("", now, nanos, failures);
    }

    RuleHealth bad(long now, long nanos, String error) {
        return new RuleHealth(error, now, nanos, failures + 1);
    }
}
