package dev.tocsin.watch.scrape;

/** Nothing was taken from a target. The message says where and why, for people. */
final class ScrapeException extends Exception {
    private static final long serialVersionUID = 1;

    private final ScrapeOutcome outcome;

    ScrapeException(ScrapeOutcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    /** Under which it is counted. */
    ScrapeOutcome outcome() {
        return outcome;
    }
}
