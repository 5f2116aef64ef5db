package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Points;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScalarHistoryTest {
    private static final int HOLD = 200;

    private final Timeline timeline = new Timeline(TimelineSettings.defaults(), new ManualClock(TableRig.START));

    /** Whole numbers, then fractions, then whole ones past what four bytes hold. */
    private static double delta(Random random, int step) {
        return switch (step / 400 % 3) {
            case 0 -> random.nextInt(3);
            case 1 -> random.nextInt(5) == 0 ? 0.25 : 1;
            default -> random.nextInt(50) == 0 ? 3e9 : 2;
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void twoColumnsAreTwoHistories(long seed) {
        Random random = new Random(seed);
        ScalarHistory both = new ScalarHistory(2, true, HOLD);
        ScalarHistory first = new ScalarHistory(1, true, HOLD);
        ScalarHistory second = new ScalarHistory(1, true, HOLD);
        int start = timeline.horizon().closed();
        int tick = start;
        for (int step = 0; step < 2_400; step++) {
            tick += random.nextInt(40) == 0 ? HOLD + random.nextInt(100) : 1 + random.nextInt(3);
            Horizon h = timeline.horizonAt(tick);
            double a = delta(random, step);
            double b = delta(random, step + 200);
            if (step > 0 && random.nextInt(10) == 0) {
                int late = tick - random.nextInt(60);
                both.addAt(late, a, b, h);
                first.addAt(late, a, h);
                second.addAt(late, b, h);
            } else {
                both.set(tick, both.current(0) + a, both.current(1) + b, h);
                first.set(tick, first.current() + a, h);
                second.set(tick, second.current() + b, h);
            }
            if (random.nextInt(50) == 0) {
                both.trim(h);
            }
            assertThat(both.current(0)).isEqualTo(first.current());
            assertThat(both.current(1)).isEqualTo(second.current());
            if (step % 100 == 0) {
                assertSame(both, 0, first, h, start, tick);
                assertSame(both, 1, second, h, start, tick);
            }
        }
    }

    private void assertSame(ScalarHistory both, int column, ScalarHistory one, Horizon h, int start, int tick) {
        Points actual = new Points();
        both.reader(column, h).read(start - 10, tick, timeline.scale(), actual);
        Points expected = new Points();
        one.reader(h).read(start - 10, tick, timeline.scale(), expected);
        assertThat(actual.size).isEqualTo(expected.size);
        for (int i = 0; i < expected.size; i++) {
            assertThat(actual.timeMillis[i]).isEqualTo(expected.timeMillis[i]);
            assertThat(actual.value[i]).isEqualTo(expected.value[i]);
        }
        assertThat(both.reader(column, h).ends(tick - 300, tick, timeline.scale()))
                .isEqualTo(one.reader(h).ends(tick - 300, tick, timeline.scale()));
    }

    @Test
    void everyValueComesBackBitForBit() {
        double[] values = {
            0,
            -0.0,
            1,
            -1,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Integer.MIN_VALUE + 1,
            2_147_483_648.0,
            0.5,
            1e300,
            7,
            -0.0,
            3
        };
        ScalarHistory history = new ScalarHistory(1, false, 10);
        int start = timeline.horizon().closed();
        for (int i = 0; i < values.length; i++) {
            history.set(start + 1 + i, values[i], timeline.horizonAt(start + 1 + i));
            for (int j = 0; j <= i; j++) {
                double read = history.reader(timeline.horizonAt(start + 1 + i)).at(start + 1 + j);
                assertThat(Double.doubleToRawLongBits(read)).isEqualTo(Double.doubleToRawLongBits(values[j]));
            }
        }
    }

    @Test
    void whatIsAllSmallAgainTakesFourBytesEachAgain() {
        ScalarHistory history = new ScalarHistory(1, false, 1_000_000);
        int start = timeline.horizon().closed();
        history.set(start, 0.5, timeline.horizonAt(start));
        history.set(start + 1, 1, timeline.horizonAt(start + 1));
        assertThat(history.acquireChanges().isWide()).isTrue();
        int later = start + timeline.scale().ticks(TimelineSettings.defaults().coarseMillis()) + 1_000;
        history.set(later, 2, timeline.horizonAt(later));
        history.set(later + 1, 3, timeline.horizonAt(later + 1));
        history.trim(timeline.horizonAt(later + 1));

        assertThat(history.acquireChanges().isWide()).isFalse();
        assertThat(history.reader(timeline.horizonAt(later + 1)).at(later)).isEqualTo(2);
    }
}
