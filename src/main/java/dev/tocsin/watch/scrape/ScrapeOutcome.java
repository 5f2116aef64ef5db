package dev.tocsin.watch.scrape;

import java.util.Locale;

/** What a scrape came to. The lower-case name is the {@code outcome} label of {@code tocsin_scrapes_total}. */
enum ScrapeOutcome {
    OK,
    /** No connection, or one that broke. */
    CONNECTION,
    /** Not all of the answer within the time-out. */
    TIMEOUT,
    /** A status other than 200. */
    STATUS,
    /** More bytes than {@code body_size_limit}, packed or unpacked. */
    BODY_SIZE,
    /** Said to be gzip and is not. */
    ENCODING,
    /** No exposition. */
    MALFORMED,
    /** More samples than {@code sample_limit}. */
    SAMPLE_LIMIT,
    /** A label beyond one of the limits of labels. */
    LABEL_LIMIT,
    /** More targets in the job than {@code target_limit}: none is asked. */
    TARGET_LIMIT,
    /** Credentials that can't be read, or no token for them. */
    CREDENTIALS;

    private final String word = name().toLowerCase(Locale.ROOT);

    String word() {
        return word;
    }
}
