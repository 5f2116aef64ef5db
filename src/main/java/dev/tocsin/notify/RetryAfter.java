package dev.tocsin.notify;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The HTTP header {@code Retry-After}: seconds or a date (RFC 9110, 10.2.3). */
final class RetryAfter {
    /** A receiver that asks for more gets this: a day of silence would be a lost page. */
    static final Duration MOST = Duration.ofHours(1);

    private RetryAfter() {}

    /** @return null where there is none, or none that can be read */
    static @Nullable Duration parse(@Nullable String header, Instant now) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        Duration wait;
        try {
            wait = text.chars().allMatch(c -> c >= '0' && c <= '9')
                    ? Duration.ofSeconds(Long.parseLong(text))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
            return null;
        }
        return bounded(wait);
    }

    /** What is asked for, at least nothing and at most {@link #MOST}. */
    static Duration bounded(Duration asked) {
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(MOST) > 0 ? MOST : asked;
    }
}
