package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import dev.tocsin.core.tick.EncodedTick;
import dev.tocsin.core.tick.KeptTicks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One process' ticks read back by the next. */
class RestorationTest {
    private static final RecordingSettings SEGMENTS = new RecordingSettings(1, 20_000, 1 << 30);

    private final TableRig first = new TableRig();
    private TableRig second = first;
    private final List<EncodedTick> stored = new ArrayList<>();

    RestorationTest() {
        first.table.startRecording(SEGMENTS);
    }

    private void tick() {
        first.tick();
        stored.add(first.table.record(false));
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    /** The next process begins this long after the last tick, by its clock. */
    private Restoration begin(Duration later, List<EncodedTick> ticks) {
        second = TableRig.at(first.now() + later.toMillis());
        long position = stored.getLast().position() + 1;
        second.table.startRecording(new RecordingSettings(position, 20_000, 1 << 30));
        return second.table.restore(new KeptTicks(ticks), second.table.recorded());
    }

    private static void finish(Restoration restoration) throws Exception {
        boolean more = true;
        while (more) {
            more = restoration.next();
        }
        restoration.finish();
    }

    private void restart(Duration later) throws Exception {
        finish(begin(later, stored));
    }

    private static String line(Random random, long now) {
        String late = random.nextInt(6) == 0 ? "|T" + (now - random.nextInt(30_000)) : "";
        int series = random.nextInt(5);
        return switch (random.nextInt(4)) {
            case 0 -> "hits_" + series + ":" + random.nextInt(9) + "|c" + late;
            case 1 -> "load_" + series + ":" + random.nextInt(50) + (random.nextBoolean() ? "|g" : "|g+");
            case 2 -> "took_" + series + ":" + random.nextInt(500) + "|ms" + late;
            default -> "users_" + series + ":" + random.nextInt(9) + "|s";
        };
    }

    private static List<Series> all(TableRig rig) {
        List<Series> all = new ArrayList<>(rig.table
                .source()
                .select(
                        List.of(new Matcher(Labels.NAME, Matcher.Op.MATCHES, "(hits|load|took|users)_[0-9]")),
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        10_000));
        all.sort(java.util.Comparator.comparing(Series::labels));
        return all;
    }

    private static void assertSame(String what, Series actual, Series expected, long after, long to) {
        assertThat(actual.labels()).as(what).isEqualTo(expected.labels());
        Points a = TableRig.points(actual, after, to);
        Points e = TableRig.points(expected, after, to);
        String where = what + " " + expected.labels();
        assertThat(Arrays.copyOf(a.timeMillis, a.size)).as(where).isEqualTo(Arrays.copyOf(e.timeMillis, e.size));
        assertThat(Arrays.copyOf(a.value, a.size)).as(where).isEqualTo(Arrays.copyOf(e.value, e.size));
        assertThat(Arrays.copyOf(a.distribution, a.size)).as(where).isEqualTo(Arrays.copyOf(e.distribution, e.size));
    }

    /**
     * While the second reads back, the first goes on; both take the same samples, and answer the same at the end. Left out
     * meanwhile is what is told to behave otherwise: client timestamps, and adjustments of gauges.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theNextProcessAnswersAsIfThereHadBeenNone(long seed) throws Exception {
        Random random = new Random(seed);
        int before = 100 + random.nextInt(200);
        for (int step = 0; step < before; step++) {
            for (int i = random.nextInt(10); i > 0; i--) {
                first.push(line(random, first.now()));
            }
            tick();
        }
        Restoration restoration = begin(Duration.ZERO, List.copyOf(stored));
        boolean more = true;
        for (int step = 0; step < 60; step++) {
            for (int i = random.nextInt(10); i > 0; i--) {
                String line = line(random, first.now());
                if (more && (line.contains("|T") || line.contains("g+"))) {
                    continue;
                }
                assertThat(second.push(line)).isEqualTo(first.push(line));
            }
            tick();
            if (more) {
                second.clock.advance(Duration.ofSeconds(1));
                second.table.defer(
                        second.now(), List.of(second.shards.getFirst().flip(second.now())));
                for (int i = random.nextInt(20); more && i > 0; i--) {
                    more = restoration.next();
                }
                if (!more) {
                    restoration.finish();
                }
            } else {
                second.tick();
                second.table.record(false);
            }
        }
        if (more) {
            finish(restoration);
        }
        second.tick();
        tick();

        String what = "seed " + seed;
        List<Series> expected = all(first);
        List<Series> actual = all(second);
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertSame(what, actual.get(i), expected.get(i), 0, first.now());
        }
    }

    /**
     * Enough series for both threads that write, over all three resolutions and through ticks that were never
     * closed: what is read back is what it was, to the last bit of every sum.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14})
    void whatIsReadBackIsWhatWasThereThroughPausesAndAllResolutions(long seed) throws Exception {
        Random random = new Random(seed);
        for (int step = 0; step < 600; step++) {
            for (int i = random.nextInt(60); i > 0; i--) {
                String line =
                        List.of("hits_", "load_", "took_", "users_").get(random.nextInt(4)) + random.nextInt(8) + ":";
                // Sums of observations are added up in the order of merging: whole ones are the same in any.
                boolean whole = line.startsWith("took") || random.nextBoolean();
                String value = whole ? "" + random.nextInt(900) : "" + 300 * random.nextDouble();
                String type =
                        Map.of('h', "|c", 'l', "|g", 't', "|ms", 'u', "|s").get(line.charAt(0));
                String late = random.nextInt(9) == 0 ? "|T" + (first.now() - random.nextInt(100_000)) : "";
                String rate = random.nextInt(4) == 0 ? "|@0.3" : "";
                first.push(line + value + type + rate + "|#host:" + random.nextInt(40) + late);
            }
            if (random.nextInt(40) == 0) {
                first.idle(Duration.ofSeconds(1 + random.nextInt(random.nextBoolean() ? 20 : 1_500)));
                stored.add(first.table.record(false));
            } else {
                tick();
            }
        }
        restart(Duration.ZERO);
        second.tick();
        tick();

        List<Series> expected = all(first);
        List<Series> actual = all(second);
        assertThat(actual).hasSameSizeAs(expected).hasSizeGreaterThan(1_000);
        for (int i = 0; i < expected.size(); i++) {
            assertSame("seed " + seed, actual.get(i), expected.get(i), 0, first.now());
            long after = first.now() - random.nextInt(20_000_000);
            assertThat(actual.get(i).ends(after, first.now()))
                    .as("seed " + seed + " " + expected.get(i).labels())
                    .isEqualTo(expected.get(i).ends(after, first.now()));
        }
    }

    @Test
    void aTotalGoesOnAndThatIsNoIncrease() throws Exception {
        first.push("hits:1000|c");
        first.push("took:7|ms");
        ticks(60);
        first.push("hits:5|c");
        first.push("took:9|ms");
        ticks(30);
        List<EncodedTick> kept = List.copyOf(
                stored.stream().dropWhile(tick -> tick.position() < 41).toList());
        assertThat(kept.getFirst().beginsSegment()).isTrue();
        finish(begin(Duration.ofSeconds(10), kept));
        assertThat(second.table.readableSinceMillis()).isEqualTo(kept.getFirst().tickMillis());
        second.push("hits:2|c");
        second.push("took:8|ms");
        second.tick();

        assertThat(second.value("hits")).isEqualTo(1_007);
        RangeEnds hits = second.series("hits").ends(0, second.now());
        assertThat(hits.lastValue() - hits.firstValue())
                .as("what is stored, and what came")
                .isEqualTo(7);
        Points points = new Points();
        second.series("took").newest(0, second.now(), points);
        Distribution all = points.distribution[0];
        assertThat(all.count()).isEqualTo(3);
        assertThat(all.sum()).isEqualTo(24);
        assertThat(all.min()).isEqualTo(7);
        assertThat(second.series("took").ends(0, second.now()).growth().count()).isEqualTo(2);
    }

    @Test
    void whatADamagedTickTookComesWithTheNextSegment() throws Exception {
        first.push("hits:1|c");
        ticks(5);
        first.push("hits:10|c");
        tick();
        int damaged = stored.size() - 1;
        first.push("hits:100|c");
        ticks(30);
        stored.remove(damaged);
        restart(Duration.ofSeconds(1));
        second.tick();

        assertThat(second.value("hits")).isEqualTo(111);
    }

    @Test
    void aClockSetBackByAnHourMovesWhatWasBeforeBack() throws Exception {
        first.push("hits:1|c");
        ticks(100);
        first.push("hits:10|c");
        ticks(100);
        restart(Duration.ofHours(-1));
        long begun = second.now();
        second.push("hits:2|c");
        second.ticks(3);

        assertThat(second.value("hits")).isEqualTo(13);
        assertThat(second.valueAt(begun - 50_000, "hits")).isEqualTo(11);
        assertThat(second.valueAt(begun - 150_000, "hits")).isEqualTo(1);
        assertThat(second.table.closedTickMillis()).isEqualTo(second.now());
    }

    @Test
    void aClockSetForwardByAnHourLeavesAGap() throws Exception {
        first.push("hits:1|c");
        first.push("load:3|g");
        ticks(100);
        restart(Duration.ofHours(1));
        second.push("hits:2|c");
        second.ticks(2);

        assertThat(second.value("hits")).isEqualTo(3);
        assertThat(second.value("load")).isNaN();
        assertThat(second.series("hits").ends(0, second.now()).lastValue()).isEqualTo(3);
        RangeEnds last = second.series("hits").ends(second.now() - 10_000, second.now());
        assertThat(last.lastValue() - last.firstValue()).isEqualTo(2);
    }

    @Test
    void samplesOfRulesComeBackWithTheirEnds() throws Exception {
        Labels rate = Labels.of("__name__", "job:rate");
        Labels ended = Labels.of("__name__", "job:ended");
        first.table.recorded().append(rate, first.now(), 1.5);
        first.table.recorded().append(ended, first.now(), 2.5);
        tick();
        first.table.recorded().markStale(ended, first.now());
        tick();
        restart(Duration.ofSeconds(5));

        assertThat(second.value("job:rate")).isEqualTo(1.5);
        assertThat(second.value("job:ended")).isNaN();
        assertThat(second.valueAt(first.now() - 2_000, "job:ended")).isEqualTo(2.5);
    }

    @Test
    void threeRunsWithTheClockSetBackBetweenAreStillInOrder() {
        long[] positions = {1, 2, 3, 4, 5, 6};
        long[] ticks = {9_000, 10_000, 4_000, 5_000, 4_500, 6_000};

        Retiming retiming = new Retiming(positions, ticks, 5_999, 1_000);

        long[] moved = new long[6];
        Arrays.setAll(moved, i -> ticks[i] - retiming.shiftAt(positions[i]));
        assertThat(moved).isSorted().doesNotHaveDuplicates();
        assertThat(moved[5]).isEqualTo(5_000);
        assertThat(moved[1] - moved[0]).isEqualTo(1_000);
        assertThat(retiming.newestShift()).isEqualTo(1_000);
    }
}
