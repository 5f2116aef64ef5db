package dev.tocsin.rule;

/**
 * What becomes of an alert when the left side of its rule's comparison has no sample for its labels: a rule's key
 * {@code missing}, which is ours; Prometheus knows only {@link #OK}.
 */
public enum MissingPolicy {
    /** It is held as it is, marked as without data, and closed as "series gone" after the hold. */
    HOLD,
    /** As if the comparison were false. */
    OK,
    /** As if the comparison were true: a series that was there and falls silent alerts by itself. */
    ALERT
}
