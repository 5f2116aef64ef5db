package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Points;
import dev.tocsin.store.embedded.TestServer.Binaries;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** From closed ticks to what a real server keeps of them. */
@ParameterizedClass
@EnumSource(Binaries.class)
class HistoryTest extends OverServer {
    @Test
    void whatIsWrittenAgainIsThereOnce() throws Exception {
        scene.serve(100);
        History first = scene.history();
        first.step();
        first.finish();
        // The acknowledgement was lost: the next process has what PostgreSQL knows, and goes on in the middle of a
        // slot.
        scene.acknowledged = 0;
        scene.serve(100);
        History second = scene.history();
        second.step();
        second.finish();

        scene.assertAllIsStoredOnce();
    }

    @Test
    void lateSamplesAreMergedIntoTheIntervalOfTheirTime() throws Exception {
        History history = scene.history();
        scene.serve(100);
        history.step();
        for (int i = 0; i < 20; i++) {
            scene.pushLate(Kind.DISTRIBUTION, 100, Duration.ofMinutes(7), "__name__", "took", "route", "/a");
        }
        long lateMillis = scene.clock.wallMillis() - 420_000;
        scene.observed += 20;
        scene.tick();
        history.step();
        history.finish();

        assertThat(scene.countStored()).isEqualTo(scene.observed);
        double around = HistoryScene.instant(
                        scene.stored(),
                        "histogram_count(increase(took[30s]))",
                        Math.ceilDiv(lateMillis, 10_000) * 10_000)
                .samples()
                .getFirst()
                .value();
        assertThat(around).as("30 s at ten each, and the late ones").isCloseTo(50, within(3.0));
    }

    @Test
    void twoHoursAreRolledUpOnceTheyAreOverAndAgainWhenSomethingChanged() throws Exception {
        scene.serve(2 * TICKS_AN_HOUR + 60);
        History history = scene.history();
        history.step();
        assertThat(scene.rows("chunk_1m")).isEqualTo(3);
        assertThat(scene.rows("chunk_1h")).isEqualTo(3);
        double before = scene.stored("sum(histogram_count(increase(took[2h])))");

        scene.pushLate(Kind.DISTRIBUTION, 100, Duration.ofMinutes(12), "__name__", "took", "route", "/a");
        scene.observed++;
        scene.serve(30);
        history.step();
        history.finish();

        assertThat(scene.rows("chunk_1m")).isEqualTo(3);
        assertThat(scene.countStored()).isEqualTo(scene.observed);
        assertThat(before).isPositive();
    }

    @Test
    void partitionsAreDroppedWhenTheirTimeIsOver() throws Exception {
        scene.serve(60);
        History history = scene.history();
        history.step();
        history.finish();
        assertThat(scene.rows("chunk_10s")).isPositive();
        scene.clock.advance(Duration.ofHours(27));
        scene.history().step();

        assertThat(scene.rows("chunk_10s")).isZero();
        assertThat(scene.rows("chunk_1m")).isEqualTo(3);
    }

    @Test
    void seriesGoWhenNothingIsKeptOfThemAndComeBackWhenTheyDo() throws Exception {
        scene.serve(60);
        History history = scene.history();
        history.step();
        scene.clock.advance(Duration.ofDays(300));
        scene.push(Kind.GAUGE, 1, "__name__", "kept");
        scene.tick();
        history.step();
        scene.serve(40);
        history.step();
        assertThat(scene.rows("series")).isEqualTo(4);
        scene.clock.advance(Duration.ofDays(420));
        history.step();
        assertThat(scene.rows("series"))
                .as("written to at some time in the last 400 days")
                .isZero();

        scene.serve(60);
        history.step();
        history.finish();

        assertThat(scene.rows("series")).isEqualTo(3);
        assertThat(scene.stored("hits")).isPositive();
    }

    /** Intervals that begin in one slot of the finest resolution and end in the next among them. */
    @Test
    void otherResolutionsKeepEverythingAndOldOnesAreReadWhenTheyAreBack() throws Exception {
        scene.serve(4 * TICKS_AN_HOUR);
        History before = scene.history();
        before.step();
        before.finish();
        HistorySettings d = scene.settings;
        scene.settings = new HistorySettings(
                Resolutions.of(Duration.ofSeconds(30), Duration.ofMinutes(8), Duration.ofMinutes(24)),
                d.keepFine(),
                d.keepMedium(),
                d.keepCoarse(),
                d.keepAlerts(),
                d.keepAcknowledged());
        double observedBefore = scene.observed;
        scene.serve(8 * TICKS_AN_HOUR);
        History after = scene.history();
        after.step();
        after.finish();

        assertThat(scene.countStored()).isEqualTo(scene.observed - observedBefore);
        assertThat(scene.stored("hits")).isEqualTo(scene.counted);
        long end = HistoryScene.START + 12 * 3_600_000L;
        for (Duration step : List.of(Duration.ofSeconds(30), Duration.ofMinutes(8), Duration.ofMinutes(24))) {
            Points points = HistoryScene.only(HistoryScene.range(
                    scene.joined(end), "rate(took_count[2h])", end - 6 * 3_600_000L, end - 600_000, step));
            for (int i = 0; i < points.size; i++) {
                assertThat(points.value[i]).as("every %s, point %d", step, i).isCloseTo(1, within(0.02));
            }
        }
        scene.settings = d;
        assertThat(scene.countStored()).isEqualTo(observedBefore);
    }
}
