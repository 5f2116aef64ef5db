package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TickScheduleTest {
    private final TickSchedule schedule = new TickSchedule(1_000);

    @Test
    void goesOnAfterATickThatTheProcessBeforeHasClosed() {
        TickSchedule schedule = new TickSchedule(1_000);
        schedule.goOnAfter(5_000);

        assertThat(schedule.close(5_200)).isEqualTo(6_000);
        schedule.goOnAfter(1_000);
        assertThat(schedule.close(7_000)).isEqualTo(7_000);
    }

    @Test
    void waitsUntilTheWallSecondIsOver() {
        assertThat(schedule.delayMillis(5_300)).isEqualTo(700);
        assertThat(schedule.delayMillis(5_999)).isEqualTo(1);
        assertThat(schedule.delayMillis(6_000)).isEqualTo(1_000);
    }

    @Test
    void aTickBearsTheEndOfItsInterval() {
        assertThat(schedule.close(6_004)).isEqualTo(6_000);
        assertThat(schedule.close(7_000)).isEqualTo(7_000);
    }

    @Test
    void aLateTickSkipsTheIntervalsThatItCovers() {
        schedule.close(6_000);

        assertThat(schedule.close(9_500)).isEqualTo(9_000);
    }

    @Test
    void aTimerThatFiresAMillisecondEarlyIsOnTime() {
        schedule.close(6_000);

        assertThat(schedule.close(6_999)).isEqualTo(7_000);
        assertThat(schedule.delayMillis(6_999)).isEqualTo(1_001);
        assertThat(schedule.close(8_000)).isEqualTo(8_000);
    }

    @Test
    void afterTheClockWasSetBackTimesGoOnAtHalfThePaceUntilItHasCaughtUp() {
        schedule.close(20_000);
        long wallMillis = 10_000;
        int ticks = 0;
        long borne = 20_000;
        while (borne > wallMillis) {
            wallMillis += schedule.delayMillis(wallMillis);
            long next = schedule.close(wallMillis);
            assertThat(next).isEqualTo(borne + 1_000);
            borne = next;
            ticks++;
        }

        assertThat(ticks).isEqualTo(10);
        assertThat(borne).isEqualTo(wallMillis).isEqualTo(30_000);
    }

    @Test
    void timesFollowWhenTheClockIsSetForward() {
        schedule.close(6_000);

        assertThat(schedule.close(3_606_000)).isEqualTo(3_606_000);
    }
}
