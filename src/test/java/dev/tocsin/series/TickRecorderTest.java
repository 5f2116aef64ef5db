package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.DistributionBuilder;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.TickColumns;
import dev.tocsin.core.tick.TickReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickRecorderTest {
    private final TableRig rig = new TableRig();
    private final TickReader reader = new TickReader();

    private EncodedTick recorded() {
        EncodedTick tick = rig.table.record(false);
        assertThat(tick).isNotNull();
        return tick;
    }

    private static TickColumns read(TickReader reader, EncodedTick tick) {
        if (tick.names().length > 0) {
            reader.names(tick.position(), tick.tickMillis(), tick.names(), 0, tick.names().length);
        }
        return reader.columns(tick.position(), tick.tickMillis(), tick.columns(), 0, tick.columns().length);
    }

    private TickColumns tick() {
        rig.tick();
        return read(reader, recorded());
    }

    @Test
    void tellsASeriesOnceAndOnlyWhatWasTouched() {
        rig.table.startRecording(RecordingSettings.from(1, 1 << 20));
        rig.push("hits:2|c|#k:v");
        TickColumns first = tick();
        assertThat(first.position).isEqualTo(1);
        assertThat(first.tickMillis).isEqualTo(rig.now());
        assertThat(first.names.labels(first.counters.series[0])).isEqualTo(Labels.of("__name__", "hits", "k", "v"));

        rig.push("hits:3|c|#k:v");
        rig.tick();
        EncodedTick second = recorded();

        assertThat(second.names()).isEmpty();
        TickColumns columns = read(reader, second);
        assertThat(columns.counters.delta[0]).isEqualTo(3);
        assertThat(columns.counters.total[0]).isEqualTo(5);
        assertThat(tick().counters.size).isZero();
        assertThat(rig.table.record(false)).as("once a tick").isNull();
    }

    @Test
    void aNewSegmentTellsEverySeriesAnewTheIdleOnesWithinAMinute() {
        rig.table.startRecording(new RecordingSettings(1, 10_000, 1 << 20));
        rig.push("hits:2|c");
        rig.push("took:5|ms");
        for (int i = 0; i < 10; i++) {
            tick();
        }
        TickReader late = new TickReader();
        rig.tick();
        EncodedTick begins = recorded();
        assertThat(begins.beginsSegment()).isTrue();
        read(late, begins);
        for (int i = 0; i < 9; i++) {
            rig.tick();
            read(late, recorded());
        }

        assertThat(late.columns().names.end()).isEqualTo(2);
        rig.push("hits:1|c");
        rig.tick();
        assertThat(read(late, recorded()).counters.total[0]).isEqualTo(3);
    }

    @Test
    void samplesOfRulesComeWithTheirTimesAndEnds() {
        rig.table.startRecording(RecordingSettings.from(1, 1 << 20));
        Labels rate = Labels.of("__name__", "job:rate");
        rig.table.recorded().append(rate, rig.now(), 1.5);
        rig.table.recorded().markStale(rate, rig.now() + 1_000);

        TickColumns columns = tick();

        assertThat(columns.recorded.size).isEqualTo(2);
        assertThat(columns.recorded.timeMillis[0]).isEqualTo(rig.now() - 1_000);
        assertThat(columns.recorded.value[0]).isEqualTo(1.5);
        assertThat(Points.isStale(columns.recorded.value[1])).isTrue();
        assertThat(tick().recorded.size).isZero();
    }

    /** From the columns alone, and from any segment on, one comes to the totals that queries see. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void totalsAreThoseThatQueriesSee(long seed) {
        Random random = new Random(seed);
        rig.table.startRecording(new RecordingSettings(1, 15_000, 1 << 20));
        List<TickReader> readers = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            for (int i = random.nextInt(20); i > 0; i--) {
                rig.push(line(random));
            }
            rig.tick();
            EncodedTick tick = recorded();
            if (tick.beginsSegment()) {
                readers.add(new TickReader());
            }
            for (TickReader each : readers) {
                compare("seed " + seed + " step " + step, read(each, tick));
            }
        }
        assertThat(readers.size()).isGreaterThan(10);
    }

    private String line(Random random) {
        String late = random.nextInt(6) == 0 ? "|T" + (rig.now() - random.nextInt(60_000)) : "";
        int series = random.nextInt(5);
        return switch (random.nextInt(4)) {
            case 0 -> "hits_" + series + ":" + random.nextInt(9) + "|c" + late;
            case 1 -> "load_" + series + ":" + random.nextDouble() + (random.nextBoolean() ? "|g" : "|g+");
            case 2 -> "took_" + series + ":" + random.nextInt(500) + "|ms" + late;
            default -> "users_" + series + ":" + random.nextInt(9) + "|s";
        };
    }

    private void compare(String what, TickColumns columns) {
        for (int i = 0; i < columns.counters.size; i++) {
            assertThat(columns.counters.total[i]).as(what).isEqualTo(value(columns, columns.counters.series[i]));
        }
        for (int i = 0; i < columns.gauges.size; i++) {
            assertThat(columns.gauges.value[i]).as(what).isEqualTo(value(columns, columns.gauges.series[i]));
        }
        for (int i = 0; i < columns.sets.size; i++) {
            assertThat(columns.sets.distinct[i]).as(what).isEqualTo(value(columns, columns.sets.series[i]));
        }
        for (int i = 0; i < columns.distributions.size; i++) {
            Distribution all = histogram(columns, columns.distributions.series[i]);
            assertThat(columns.distributions.totalCount[i]).as(what).isEqualTo(all.count());
            assertThat(columns.distributions.totalSum[i]).as(what).isEqualTo(all.sum());
            DistributionBuilder observed = new DistributionBuilder(all.layout());
            columns.distributions.addTo(observed, i);
            assertThat(observed.build().count()).as(what).isLessThanOrEqualTo(all.count());
        }
    }

    private double value(TickColumns columns, int series) {
        return rig.value(
                java.util.Objects.requireNonNull(columns.names.labels(series)).metricName());
    }

    private Distribution histogram(TickColumns columns, int series) {
        Points points = new Points();
        rig.series(java.util.Objects.requireNonNull(columns.names.labels(series))
                        .metricName())
                .newest(rig.now() - 300_000, rig.now(), points);
        return java.util.Objects.requireNonNull(points.distribution[0]);
    }
}
