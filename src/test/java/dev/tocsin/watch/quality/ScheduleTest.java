package dev.tocsin.watch.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static String next(Schedule schedule, String after) {
        return Instant.ofEpochMilli(schedule.next(Instant.parse(after).toEpochMilli()))
                .toString();
    }

    private static Schedule at(String... times) {
        return new Schedule.At(
                List.of(times).stream().map(Schedule.TimeOfDay::parse).toList());
    }

    @Test
    void everySoLong() {
        assertThat(next(new Schedule.Every(Duration.ofMinutes(5)), "2026-11-22T00:00:00Z"))
                .isEqualTo("2026-11-22T00:05:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "06:30,                  2026-11-22T06:29:59Z, 2026-11-22T06:30:00Z",
        "06:30,                  2026-11-22T06:30:00Z, 2026-11-23T06:30:00Z",
        "6:30 UTC,               2026-12-31T07:00:00Z, 2027-01-01T06:30:00Z",
        "06:30 America/New_York, 2026-11-22T00:00:00Z, 2026-11-22T11:30:00Z",
        "06:30 America/New_York, 2026-07-22T00:00:00Z, 2026-07-22T10:30:00Z",
        "00:30 Pacific/Auckland, 2026-11-22T12:00:00Z, 2026-11-23T11:30:00Z",
        "00:30 +02:00,           2026-11-22T12:00:00Z, 2026-11-22T22:30:00Z",
        // Clocks go from 02:00 to 03:00 on 29 March, and from 03:00 to 02:00 on 25 October.
        "02:30 Europe/Berlin,    2026-03-28T12:00:00Z, 2026-03-29T01:30:00Z",
        "02:30 Europe/Berlin,    2026-10-24T12:00:00Z, 2026-10-25T00:30:00Z",
        "02:30 Europe/Berlin,    2026-10-25T00:30:00Z, 2026-10-26T01:30:00Z",
    })
    void everyDayAtATimeSomewhere(String time, String after, String next) {
        assertThat(next(at(time), after)).isEqualTo(next);
    }

    @Test
    void theFirstOfSeveralTimes() {
        Schedule schedule = at("18:00 UTC", "06:30 America/New_York");

        assertThat(next(schedule, "2026-11-22T10:00:00Z")).isEqualTo("2026-11-22T11:30:00Z");
        assertThat(next(schedule, "2026-11-22T11:30:00Z")).isEqualTo("2026-11-22T18:00:00Z");
        assertThat(schedule).hasToString("at 18:00 UTC, 06:30 America/New_York");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "24:00", "06:60", "06:30 PM", "06:30 America/Nowhere", "06:30 UTC x", "-1:30"})
    void whatIsNoTimeOfDayIsRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> Schedule.TimeOfDay.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }
}
