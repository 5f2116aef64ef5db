package dev.tocsin.alert;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person says to an alert.
 *
 * @param by who; 1 to {@value #MAX_NAME} characters
 * @param comment up to {@value #MAX_COMMENT} characters, often none
 * @param expiresAt when it holds no longer; null for as long as what it answers lasts
 */
public record Answer(String by, String comment, @Nullable Instant expiresAt) {
    public static final int MAX_NAME = 200;
    public static final int MAX_COMMENT = 2_000;

    /** @throws IllegalArgumentException saying what is allowed */
    public Answer {
        by = by.strip();
        comment = comment.strip();
        if (by.isEmpty() || by.length() > MAX_NAME) {
            throw new IllegalArgumentException("by: who says so? 1 to " + MAX_NAME + " characters are needed");
        }
        if (comment.length() > MAX_COMMENT) {
            throw new IllegalArgumentException(
                    "comment: up to " + MAX_COMMENT + " characters are taken, these are " + comment.length());
        }
    }

    boolean holdsAt(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }
}
