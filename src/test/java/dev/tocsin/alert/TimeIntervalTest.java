package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.TimeInterval.Range;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeIntervalTest {
    private static TimeInterval days(int begin, int end) {
        return new TimeInterval(
                List.of(), List.of(), List.of(new Range(begin, end)), List.of(), List.of(), ZoneOffset.UTC);
    }

    @Test
    void minutesIncludeTheirStartAndNotTheirEnd() {
        TimeInterval interval = new TimeInterval(
                List.of(new Range(9 * 60, 17 * 60)), List.of(), List.of(), List.of(), List.of(), ZoneOffset.UTC);

        assertThat(interval.contains(Instant.parse("2026-11-21T08:59:59Z"))).isFalse();
        assertThat(interval.contains(Instant.parse("2026-11-21T09:00:00Z"))).isTrue();
        assertThat(interval.contains(Instant.parse("2026-11-21T16:59:59Z"))).isTrue();
        assertThat(interval.contains(Instant.parse("2026-11-21T17:00:00Z"))).isFalse();
    }

    @Test
    void weekdaysBeginWithSundayAndAreMeantInTheZone() {
        TimeInterval sunday = new TimeInterval(
                List.of(), List.of(new Range(0, 0)), List.of(), List.of(), List.of(), ZoneId.of("Asia/Tokyo"));

        assertThat(sunday.contains(Instant.parse("2026-11-21T14:59:00Z"))).isFalse();
        assertThat(sunday.contains(Instant.parse("2026-11-21T15:00:00Z"))).isTrue();
        assertThat(sunday.contains(Instant.parse("2026-11-22T15:00:00Z"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 5, 2026-11-05, true",
        "1, 5, 2026-11-06, false",
        "-1, -1, 2026-11-30, true",
        "-1, -1, 2026-11-29, false",
        "-3, -1, 2028-02-27, true",
        "-3, -1, 2028-02-26, false",
        "31, 31, 2026-11-30, false",
        "29, 31, 2026-02-28, false",
        "28, -1, 2026-02-28, true",
        "30, 31, 2026-11-30, true"
    })
    void daysOfTheMonth(int begin, int end, String date, boolean inside) {
        assertThat(days(begin, end).contains(Instant.parse(date + "T12:00:00Z")))
                .isEqualTo(inside);
    }

    @Test
    void everyConditionMustHold() {
        TimeInterval interval = new TimeInterval(
                List.of(),
                List.of(new Range(1, 5)),
                List.of(),
                List.of(new Range(11, 12)),
                List.of(new Range(2026, 2026)),
                ZoneOffset.UTC);

        assertThat(interval.contains(Instant.parse("2026-11-20T12:00:00Z"))).isTrue();
        assertThat(interval.contains(Instant.parse("2026-11-21T12:00:00Z"))).isFalse();
        assertThat(interval.contains(Instant.parse("2026-10-20T12:00:00Z"))).isFalse();
        assertThat(interval.contains(Instant.parse("2027-11-19T12:00:00Z"))).isFalse();
    }
}
