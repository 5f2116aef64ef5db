package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.Series;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedSeriesTest {
    private static final Labels RATE = Labels.of("__name__", "job:rate", "job", "a");

    private final TableRig rig = new TableRig();
    private final RecordedSeries recorded = rig.table.recorded();

    private double value(long at) {
        return rig.valueAt(at, "job:rate");
    }

    @Test
    void isReadableAtOnceAndForFiveMinutes() {
        recorded.append(RATE, 10_000, 1.5);

        assertThat(value(10_000)).isEqualTo(1.5);
        assertThat(value(9_999)).isNaN();
        assertThat(value(309_999)).isEqualTo(1.5);
        assertThat(value(310_000)).isNaN();
    }

    @Test
    void endsAtItsStaleMarker() {
        recorded.append(RATE, 10_000, 1.5);
        recorded.markStale(RATE, 11_000);
        assertThat(value(10_999)).isEqualTo(1.5);
        assertThat(value(11_000)).isNaN();
        recorded.append(RATE, 12_000, 2.5);

        assertThat(value(12_000)).isEqualTo(2.5);
        Points points = TableRig.points(rig.series("job:rate"), 0, 20_000);
        assertThat(Arrays.copyOf(points.value, points.size)).containsExactly(1.5, 2.5);
    }

    @Test
    void anOlderSampleIsDroppedAndCountedAndOneOfTheSameTimeReplaces() {
        recorded.append(RATE, 10_000, 1);
        recorded.append(RATE, 9_000, 2);
        assertThat(rig.table.statistics().recordedDropped()).isEqualTo(1);
        recorded.append(RATE, 10_000, 3);

        assertThat(value(10_000)).isEqualTo(3);
    }

    @Test
    void keepsDistributions() {
        Distribution d = Distribution.ofValues(BucketLayout.TWO_DIGITS, 1, 2, 3);
        recorded.append(RATE, 10_000, d);
        Points points = new Points();

        assertThat(rig.series("job:rate").newest(0, 10_000, points)).isTrue();
        assertThat(points.distribution[0]).isEqualTo(d);
    }

    @Test
    void isBoundedInTimeAndThinnedLikePushedHistory() {
        for (int i = 0; i < 30 * 3_600; i++) {
            recorded.append(RATE, i * 1_000L, i);
        }
        Points points = TableRig.points(rig.series("job:rate"), 0, 30L * 3_600_000);

        assertThat(points.size).isBetween(900 + 630 + 1_300, 2 * (900 + 630 + 1_320));
        assertThat(points.timeMillis[0]).isGreaterThan(2 * 3_600_000L);
        assertThat(points.value[points.size - 1]).isEqualTo(30 * 3_600 - 1);
    }

    @Test
    void pastTheLimitEndedSeriesMakeRoomAndLiveOnesDoNot() {
        SeriesLimits limits = new SeriesLimits(100, 100, 64, 200, 200, 1_024, 100, 3, 1_000);
        TableRig small = new TableRig(limits, TimelineSettings.defaults());
        RecordedSeries few = small.table.recorded();
        for (int i = 0; i < 4; i++) {
            few.append(Labels.of("__name__", "r", "i", "" + i), 1_000, i);
        }
        assertThat(small.table.statistics().recorded()).isEqualTo(3);
        assertThat(small.table.statistics().recordedDropped()).isEqualTo(1);
        few.markStale(Labels.of("__name__", "r", "i", "0"), 2_000);
        few.append(Labels.of("__name__", "r", "i", "9"), 303_000, 9);

        assertThat(small.select(0, 400_000, "r").stream()
                        .map(s -> s.labels().get("i"))
                        .toList())
                .containsExactlyInAnyOrder("1", "2", "9");
    }

    @Test
    void aPushedSeriesWithTheSameLabelsWins() {
        recorded.append(Labels.of("__name__", "x"), rig.now(), 5);
        rig.push("x:1|g");
        rig.tick();

        assertThat(rig.value("x")).isEqualTo(1);
    }

    @Test
    void isSelectedWithAndWithoutItsName() {
        recorded.append(RATE, 10_000, 1);
        List<Series> found = rig.table.source().select(List.of(Matcher.equal("job", "a")), 0, Long.MAX_VALUE, 10);

        assertThat(found).hasSize(1);
        assertThat(rig.table.source().labelValues("__name__", List.of(), 0, Long.MAX_VALUE))
                .containsExactly("job:rate");
    }
}
