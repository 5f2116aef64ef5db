package dev.tocsin.rule;

/** What one judging saw of an alert. */
enum Observation {
    /** The expression has a sample for it. */
    TRUE,
    /** The comparison was made and is false. */
    FALSE,
    /** The comparison could not be made: its left side has no sample for it. */
    MISSING
}
