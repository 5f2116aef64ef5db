package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.StateInMemory;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeartbeatProbeTest {
    private static final long START = 1_732_165_200_000L;

    private final ManualClock clock = new ManualClock(START);
    private final StateInMemory state = new StateInMemory();
    private final ProbeSpec.Heartbeat hourly = new ProbeSpec.Heartbeat(Duration.ofHours(1), Duration.ofMinutes(5));
    private Heartbeats beats = new Heartbeats(state);
    private HeartbeatProbe probe = new HeartbeatProbe("backup", hourly, beats, clock);

    private ProbeResult after(Duration time) {
        clock.advance(time);
        return probe.look(clock.wallMillis());
    }

    @Test
    void nothingIsKnownUntilTheFirstOrUntilItsTimeIsOver() {
        assertThat(after(Duration.ofMinutes(65)).isConclusive()).isFalse();

        ProbeResult late = after(Duration.ofMillis(1));

        assertThat(late.ok()).isFalse();
        assertThat(late.message()).isEqualTo("never heard of; expected every 1h, with 5m of grace");
    }

    @Test
    void isWellForItsIntervalAndGraceAndNoLonger() {
        beats.beat("backup", true, "12 GB", clock.wallMillis());

        assertThat(after(Duration.ofMinutes(65)).message()).isEqualTo("heard of 1h5m ago: 12 GB");
        assertThat(after(Duration.ofMillis(1)).ok()).isFalse();
        beats.beat("backup", true, "", clock.wallMillis());
        assertThat(after(Duration.ZERO).ok()).isTrue();
    }

    @Test
    void aJobThatSaysThatItFailedHasFailed() {
        beats.beat("backup", false, "disk full", clock.wallMillis());

        ProbeResult result = after(Duration.ofMinutes(1));

        assertThat(result.ok()).isFalse();
        assertThat(result.message()).isEqualTo("it said that it failed, 1m ago: disk full");
    }

    @Test
    void theLastOneOutlivesTheProcess() {
        beats.beat("backup", true, "12 GB", clock.wallMillis());
        beats = new Heartbeats(state);
        clock.advance(Duration.ofMinutes(30));
        probe = new HeartbeatProbe("backup", hourly, beats, clock);

        assertThat(after(Duration.ofMinutes(1)).message()).isEqualTo("heard of 31m ago: 12 GB");
        assertThat(after(Duration.ofHours(1)).ok()).isFalse();
        beats.keepOnly(Set.of());
        assertThat(beats.last("backup")).isNull();
    }
}
