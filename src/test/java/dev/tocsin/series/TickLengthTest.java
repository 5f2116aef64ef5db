package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Points;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows and lives are times, however many ticks they are. */
class TickLengthTest {
    @ParameterizedTest
    @ValueSource(longs = {100, 500, 1_000, 5_000, 10_000})
    void percentilesAndSetsLookBackOverTenSeconds(long tickMillis) {
        TableRig rig = TableRig.ofTicks(tickMillis);
        rig.push("lat:320|ms");
        rig.push("users:ann|s");
        rig.tick();
        int ticks = (int) (10_000 / tickMillis);
        rig.ticks(ticks - 1);
        assertThat(rig.value("lat_p99")).isEqualTo(320);
        assertThat(rig.value("users")).isEqualTo(1);

        rig.tick();

        assertThat(rig.valueAt(rig.now(), "users")).isZero();
        assertThat(TableRig.points(rig.series("lat_p99"), rig.now() - tickMillis, rig.now()).size)
                .isZero();
        assertThat(rig.value("lat_count")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1_000, 10_000})
    void aGaugeIsStaleAfterFiveMinutes(long tickMillis) {
        TableRig rig = TableRig.ofTicks(tickMillis);
        rig.push("temp:5|g");
        rig.tick();
        long sampled = rig.now();
        rig.idle(Duration.ofMinutes(5));

        assertThat(rig.valueAt(sampled + 300_000 - tickMillis, "temp")).isEqualTo(5);
        assertThat(rig.series("temp").newest(sampled, sampled + 300_000, new Points()))
                .isFalse();
    }

    @Test
    void aWindowThatIsNoWholeNumberOfTicksIsTakenUpToTheNext() {
        TableRig rig = new TableRig(SeriesLimits.defaults(), TableRig.settingsOfTicks(10_000, 15_000));
        rig.push("lat:320|ms");
        rig.ticks(2);
        assertThat(rig.value("lat_p99")).isEqualTo(320);

        rig.tick();

        assertThat(TableRig.points(rig.series("lat_p99"), rig.now() - 10_000, rig.now()).size)
                .isZero();
    }

    @Test
    void everyTenthOfASecondCanBeReadForAQuarterOfAnHourAndEveryTenSecondsBeforeThat() {
        TableRig rig = TableRig.ofTicks(100);
        for (int i = 0; i < 10 * 60 * 20; i++) {
            rig.push("n:" + i + "|g");
            rig.push("lat:" + i % 7 + "|ms");
            rig.tick();
        }
        long now = rig.now();

        Points fine = TableRig.points(rig.series("n"), now - 60_000, now);
        assertThat(fine.size).isEqualTo(600);
        assertThat(fine.value[599] - fine.value[0]).isEqualTo(599);
        long old = now - 18 * 60_000;
        Points coarse = TableRig.points(rig.series("n"), old - 60_000, old);
        assertThat(coarse.size).isEqualTo(6);
        assertThat(IntStream.range(0, 6).mapToLong(i -> coarse.timeMillis[i] % 10_000))
                .containsOnly(0L);
        assertThat(rig.series("lat").ends(now - 600_000, now).growth().count()).isEqualTo(5_999);
    }

    @Test
    void whereMemoryIsShortEveryTickIsKeptForTheLastSixtyOnly() {
        TimelineSettings d = TableRig.settingsOfTicks(100, 10_000);
        Timeline fast = new Timeline(d, new TableRig().clock);
        fast.setHalvings(8);
        assertThat(fast.fineMillis()).isEqualTo(10_000);
        Timeline usual = new Timeline(TableRig.settingsOfTicks(1_000, 10_000), new TableRig().clock);
        usual.setHalvings(8);
        assertThat(usual.fineMillis()).isEqualTo(60_000);
        Timeline slow = new Timeline(TableRig.settingsOfTicks(10_000, 10_000), new TableRig().clock);
        slow.setHalvings(8);
        assertThat(slow.fineMillis()).isEqualTo(60_000);
    }
}
