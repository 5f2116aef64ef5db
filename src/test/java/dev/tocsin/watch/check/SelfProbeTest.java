package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.ComponentHealth.Status;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelfProbeTest {
    private static final ProbeSpec.Self SPEC =
            new ProbeSpec.Self(Map.of("event_bus", Duration.ofMillis(100), "ticks", Duration.ofSeconds(1)));

    private static ComponentHealth took(double millis) {
        return new ComponentHealth(Status.HEALTHY, 0, millis, null);
    }

    private static ProbeResult look(Map<String, ComponentHealth> parts) {
        return new SelfProbe(SPEC, () -> parts)
                .run(new Attempt(Duration.ofSeconds(1)))
                .result();
    }

    @Test
    void wellIsWhatAnswersInTime() {
        ProbeResult result =
                look(Map.of("event_bus", took(100), "ticks", took(12.34), "notifications", ComponentHealth.healthy(0)));

        assertThat(result.ok()).isTrue();
        assertThat(result.message()).isEqualTo("event_bus 100.0 ms, notifications, ticks 12.3 ms");
        assertThat(result.readings())
                .extracting(reading -> reading.metric() + reading.labels() + " " + reading.value())
                .containsExactly(
                        "check_self_up{part=\"event_bus\"} 1.0",
                        "check_phase_duration{phase=\"event_bus\"} 100.0",
                        "check_self_up{part=\"notifications\"} 1.0",
                        "check_self_up{part=\"ticks\"} 1.0",
                        "check_phase_duration{phase=\"ticks\"} 12.34");
    }

    @Test
    void eachPartThatIsNotWellIsTold() {
        ProbeResult result = look(Map.of(
                "event_bus",
                took(100.5),
                "ticks",
                took(1),
                "database",
                ComponentHealth.degraded(0, "connection refused")));

        assertThat(result.ok()).isFalse();
        assertThat(result.message()).isEqualTo("database: connection refused; event_bus 100.5 ms, more than 100ms");
        assertThat(result.readings())
                .extracting(reading -> reading.metric() + reading.labels() + " " + reading.value())
                .contains("check_self_up{part=\"database\"} 0.0", "check_self_up{part=\"event_bus\"} 0.0");
    }
}
