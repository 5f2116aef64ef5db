package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.RangeEnds;
import dev.tocsin.core.Series;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/** Readers beside the writer: whatever they catch must be a state that some closed tick had. */
class ReadersTest {
    private static final int SERIES = 20;
    private static final int TICKS = 6_000;

    private final TableRig rig = new TableRig();
    private final AtomicBoolean done = new AtomicBoolean();

    /** What each reader has checked; the writer goes on until both have come to it, however the machine shares its time. */
    private final AtomicIntegerArray seen = new AtomicIntegerArray(3);

    @Test
    void whatIsReadWhileTicksCloseIsWhatTheTickHad() throws Exception {
        try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> checks = List.of(readers.submit(check(1)), readers.submit(check(2)));
            for (int tick = 1; goesOn(tick) && checks.stream().noneMatch(Future::isDone); tick++) {
                for (int s = 0; s < SERIES; s++) {
                    if (tick % (s + 1) == 0) {
                        rig.push("hits:1|c|#s:" + s);
                        rig.push("lat:" + tick % 100 + "|ms|#s:" + s);
                    }
                }
                rig.tick();
            }
            done.set(true);
            for (Future<Integer> check : checks) {
                assertThat(check.get()).isPositive();
            }
        }
    }

    private boolean goesOn(int tick) {
        return tick <= TICKS || seen.get(1) == 0 || seen.get(2) == 0;
    }

    private Callable<Integer> check(int seed) {
        return () -> {
            int checked = 0;
            for (int round = seed; !done.get(); round++) {
                int s = round % SERIES;
                long closed = rig.table.closedTickMillis();
                try {
                    checked += check("hits", s, closed - round % 3 * 1_000L);
                    checked += check("lat", s, closed - round % 3 * 1_000L);
                } catch (AssertionError e) {
                    // Time flies here: a reader that was suspended for a simulated minute finds history thinned.
                    if (rig.table.closedTickMillis() - closed < 50_000) {
                        throw e;
                    }
                }
                seen.set(seed, checked);
            }
            return checked;
        };
    }

    private int check(String name, int s, long at) {
        int tick = (int) ((at - TableRig.START) / 1_000);
        List<Series> found = rig.table
                .source()
                .select(List.of(Matcher.equal(Labels.NAME, name), Matcher.equal("s", "" + s)), at - 300_000, at, 2);
        if (found.isEmpty()) {
            assertThat(tick).isLessThanOrEqualTo(s + 1);
            return 0;
        }
        Series series = found.getFirst();
        Points points = new Points();
        assertThat(series.newest(at - 300_000, at, points)).isTrue();
        double total = name.equals("hits") ? points.value[0] : points.distribution[0].count();
        assertThat(total).as("%s %s at tick %s", name, s, tick).isEqualTo(count(tick, s));
        int since = Math.max(tick - 200, 0);
        RangeEnds ends = series.ends(TableRig.START + since * 1_000L - 1, at);
        double growth = name.equals("hits")
                ? ends.lastValue() - ends.firstValue()
                : ends.growth().count();
        assertThat(growth).as("%s %s over (%s, %s]", name, s, since, tick).isEqualTo(count(tick, s) - count(since, s));
        return 1;
    }

    private static double count(int tick, int s) {
        return Math.floorDiv(tick, s + 1);
    }
}
