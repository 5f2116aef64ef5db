package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table against {@link ReferenceTable}, on random samples through several shards, over random stretches of time. */
class SeriesModelTest {
    private static final String[] TYPES = {"c", "g", "ms", "s"};

    private TableRig rig = new TableRig();
    private ReferenceTable reference = new ReferenceTable(rig.settings, rig.now());

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void answersWhatEverySampleKeptWouldAnswer(long seed) {
        answers(seed);
    }

    @ParameterizedTest(name = "ticks of {0} ms, seed {1}")
    @CsvSource({"100, 1", "100, 2", "200, 3", "500, 4", "250, 5", "10000, 6", "10000, 7"})
    void answersAlikeWhateverTheLengthOfATick(long tickMillis, long seed) {
        rig = TableRig.ofTicks(tickMillis);
        reference = new ReferenceTable(rig.settings, rig.now());
        answers(seed);
    }

    private void answers(long seed) {
        Random random = new Random(seed);
        rig.shards.add(rig.table.openShard("second"));
        rig.shards.add(rig.table.openShard("third"));
        for (int step = 0; step < 160; step++) {
            for (int shard = 0; shard < rig.shards.size(); shard++) {
                pushSome(random, shard);
            }
            if (random.nextInt(40) == 0) {
                long seconds = 2L + random.nextInt(random.nextBoolean() ? 700 : 5_000);
                long ticks = Math.ceilDiv(seconds * 1_000, rig.settings.tickMillis());
                rig.idle(Duration.ofMillis(Math.max(2, ticks) * rig.settings.tickMillis()));
            } else {
                rig.tick();
            }
            reference.close(rig.now(), rig.shards.size());
            if (step % 10 == 0) {
                compare(random, seed, step);
            }
        }
    }

    private void pushSome(Random random, int shard) {
        SampleBatch batch = SampleBatch.dogStatsd(16, 1_024);
        int rows = random.nextInt(12);
        for (int i = 0; i < rows; i++) {
            int type = random.nextInt(TYPES.length);
            String name = TYPES[type] + "_" + random.nextInt(3);
            List<String> tags = new ArrayList<>(List.of("k:" + random.nextInt(2), "z:" + random.nextInt(2)));
            Collections.shuffle(tags, random);
            Kind kind = Kind.values()[type];
            double value = random.nextInt(200);
            int rate = kind == Kind.DISTRIBUTION || kind == Kind.COUNTER ? 1 << random.nextInt(3) : 1;
            boolean relative = kind == Kind.GAUGE && random.nextInt(3) == 0;
            long time = (kind == Kind.COUNTER || kind == Kind.DISTRIBUTION) && random.nextInt(5) == 0
                    ? rig.now() - random.nextInt(-5_000, 899_000)
                    : -1;
            String shown = kind == Kind.SET ? "m" + random.nextInt(6) : Double.toString(value);
            TableRig.addLine(
                    batch,
                    name + ":" + shown + "|" + TYPES[type] + (relative ? "+" : "") + (rate > 1 ? "|@" + 1.0 / rate : "")
                            + "|#" + String.join(",", tags) + (time < 0 ? "" : "|T" + time));
            Labels labels = Labels.of(
                    "__name__",
                    name,
                    "k",
                    tags.get(tags.get(0).startsWith("k") ? 0 : 1).substring(2),
                    "z",
                    tags.get(tags.get(0).startsWith("z") ? 0 : 1).substring(2));
            reference.push(
                    shard, labels, kind, kind == Kind.COUNTER ? value * rate : value, rate, shown, relative, time);
        }
        rig.shards.get(shard).accept(batch, rig.now());
        for (int i = 0; i < rows; i++) {
            assertThat(batch.rejection(i)).isNull();
        }
    }

    private void compare(Random random, long seed, int step) {
        for (Labels labels : reference.series()) {
            long tick = rig.settings.tickMillis();
            long to = rig.now() - random.nextInt(200) * tick;
            long after = to - random.nextInt(400) * tick - random.nextInt(2) * (tick / 2);
            String what = "seed " + seed + " step " + step + " " + labels + " (" + after + ", " + to + "]";
            Points expected = reference.points(labels, after, to);
            Series series = find(labels);
            assertSame(what, TableRig.points(series, after, to), expected);
            RangeEnds ends = series.ends(after, to);
            RangeEnds byPoints = RangeEnds.of(expected);
            assertThat(ends.count()).as(what).isEqualTo(byPoints.count());
            if (ends.count() > 0 && byPoints.growth() != null) {
                assertThat(ends.growth())
                        .as(what)
                        .isEqualTo(reference.between(labels, ends.firstTimeMillis(), ends.lastTimeMillis()));
            } else {
                // Only where history grows coarser are points told to be further apart than on average.
                if (ends.apartMillis() != byPoints.apartMillis()) {
                    assertThat(ends.apartMillis())
                            .as(what)
                            .isGreaterThan(byPoints.apartMillis())
                            .isIn((double) tick, 10_000.0, 60_000.0);
                }
                assertThat(ends).as(what).isEqualTo(byPoints.apart(ends.apartMillis()));
            }
            Points newest = new Points();
            boolean has = series.newest(to - 300_000, to, newest);
            Points lastOnly = reference.points(labels, to - 1, to);
            assertThat(has).as(what).isEqualTo(lastOnly.size == 1);
            assertSame(what, newest, lastOnly);
        }
    }

    private Series find(Labels labels) {
        List<Matcher> matchers = new ArrayList<>();
        labels.forEach((name, value) -> matchers.add(Matcher.equal(name, value)));
        List<Series> found = rig.table.source().select(matchers, Long.MIN_VALUE, Long.MAX_VALUE, 10);
        assertThat(found).as(labels.toString()).hasSize(1);
        return found.getFirst();
    }

    private static void assertSame(String what, Points actual, Points expected) {
        assertThat(Arrays.copyOf(actual.timeMillis, actual.size))
                .as(what)
                .isEqualTo(Arrays.copyOf(expected.timeMillis, expected.size));
        assertThat(Arrays.copyOf(actual.value, actual.size))
                .as(what)
                .isEqualTo(Arrays.copyOf(expected.value, expected.size));
        assertThat(Arrays.copyOf(actual.distribution, actual.size))
                .as(what)
                .isEqualTo(Arrays.copyOf(expected.distribution, expected.size));
    }
}
