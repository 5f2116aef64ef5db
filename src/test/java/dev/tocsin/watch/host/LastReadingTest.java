package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.check.HostFigures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastReadingTest {
    private final LastReading last = new LastReading();
    private final HostMetrics metrics = new HostMetrics();

    private HostFigures read(long nowMillis, HostPart... parts) {
        SampleBatch batch = SampleBatch.anyText(16, 1 << 10);
        metrics.append(List.of(parts), batch);
        last.take(batch, nowMillis);
        return last.figures();
    }

    @Test
    void whatIsTrueOfTheWholeMachineIsKeptUntilItIsReadAgain() {
        assertThat(read(1_000)).isEqualTo(HostFigures.NONE);

        HostFigures first = read(
                2_000,
                new HostPart.Load(1, 2, 3),
                new HostPart.Mount("/", "a", 100, 90, 90, 0, 0),
                new HostPart.Mount("/var", "b", 100, 10, 10, 0, 0),
                new HostPart.Temperature("cpu", "0", 50));
        HostFigures second = read(3_000, new HostPart.Load(4, 5, 6));

        assertThat(first)
                .isEqualTo(new HostFigures(
                        2_000, Map.of("load1", 1.0, "load5", 2.0, "load15", 3.0, "disk_usage_percent", 90.0)));
        assertThat(second.readMillis()).isEqualTo(3_000);
        assertThat(second.figures()).containsEntry("load1", 4.0).containsEntry("disk_usage_percent", 90.0);
    }
}
