package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryScheduleTest {
    /** A source whose every number is the same. */
    private static java.util.random.RandomGenerator always(double value) {
        return new Random() {
            private static final long serialVersionUID = 1;

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }

    @Test
    void waitsHalfASecondAtFirstAndHalfAsMuchAgainEachTime() {
        RetrySchedule schedule = new RetrySchedule(1_000_000, always(0.5));

        assertThat(schedule.next(0, null)).hasValue(500);
        assertThat(schedule.next(0, null)).hasValue(750);
        assertThat(schedule.next(0, null)).hasValue(1125);
    }

    @Test
    void neverWaitsMuchLongerThanAMinute() {
        RetrySchedule schedule = new RetrySchedule(Long.MAX_VALUE, always(0.5));
        for (int i = 0; i < 100; i++) {
            assertThat(schedule.next(0, null)).isPresent();
        }

        assertThat(schedule.next(0, null)).hasValue(60_000);
    }

    @ParameterizedTest
    @CsvSource({"0.0, 250", "0.5, 500", "0.999999999, 750"})
    void jitterIsHalfTheIntervalEitherWay(double random, long millis) {
        assertThat(new RetrySchedule(1_000_000, always(random)).next(0, null)).hasValue(millis);
    }

    @Test
    void leavesTheReceiverAloneAsLongAsItAsks() {
        assertThat(new RetrySchedule(100_000, always(0.5)).next(1000, Duration.ofSeconds(7)))
                .hasValue(8000);
        assertThat(new RetrySchedule(100_000, always(0.5)).next(1000, Duration.ZERO))
                .hasValue(1500);
    }

    @Test
    void thereIsNoAttemptAtTheDeadlineOrLater() {
        assertThat(new RetrySchedule(501, always(0.5)).next(0, null)).hasValue(500);
        assertThat(new RetrySchedule(500, always(0.5)).next(0, null)).isEqualTo(OptionalLong.empty());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            delimiter = '|',
            value = {
                "120 | 120",
                "0 | 0",
                "86400 | 3600",
                "Sat, 21 Nov 2026 12:00:30 GMT | 30",
                "Sat, 21 Nov 2026 11:00:00 GMT | 0",
                "soon | null",
                "-5 | null",
                "99999999999999999999 | null",
                "null | null"
            })
    void readsRetryAfter(String header, Long seconds) {
        assertThat(RetryAfter.parse(header, Instant.parse("2026-11-21T12:00:00Z")))
                .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }
}
