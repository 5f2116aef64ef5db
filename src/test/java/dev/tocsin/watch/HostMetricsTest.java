package dev.tocsin.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.SampleBatch;
import dev.tocsin.watch.HostSnapshot.Cpu;
import dev.tocsin.watch.HostSnapshot.CpuTime;
import dev.tocsin.watch.HostSnapshot.Disk;
import dev.tocsin.watch.HostSnapshot.Load;
import dev.tocsin.watch.HostSnapshot.Memory;
import dev.tocsin.watch.HostSnapshot.Mount;
import dev.tocsin.watch.HostSnapshot.Network;
import dev.tocsin.watch.HostSnapshot.Swap;
import dev.tocsin.watch.HostSnapshot.Uptime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostMetricsTest {
    private static final HostSnapshot NOTHING =
            new HostSnapshot(null, null, null, null, List.of(), List.of(), List.of(), null);

    private final HostMetrics metrics = new HostMetrics();

    private Map<String, String> samplesOf(HostSnapshot snapshot) {
        SampleBatch batch = SampleBatch.anyText(4, 64);
        metrics.append(snapshot, batch);
        return BatchText.of(batch);
    }

    private static HostSnapshot cpu(CpuTime all, CpuTime... cores) {
        return new HostSnapshot(new Cpu(all, List.of(cores)), null, null, null, List.of(), List.of(), List.of(), null);
    }

    private static HostSnapshot disk(Disk... disks) {
        return new HostSnapshot(null, null, null, null, List.of(), List.of(disks), List.of(), null);
    }

    @Test
    void aHostThatSaysNothingGivesNothing() {
        assertThat(samplesOf(NOTHING)).isEmpty();
    }

    @Test
    void theFirstReadingHasNoUsage() {
        assertThat(samplesOf(cpu(new CpuTime(1, 2, 3, 4, 5, 6, 7, 8), new CpuTime(1, 2, 3, 4, 5, 6, 7, 8))))
                .isEmpty();
    }

    @Test
    void usageIsTheBusyShareOfTheTimeBetweenTwoReadings() {
        CpuTime idleCore = new CpuTime(100, 0, 0, 1_000, 0, 0, 0, 0);
        samplesOf(cpu(new CpuTime(200, 0, 0, 2_000, 0, 0, 0, 0), idleCore, idleCore));

        Map<String, String> samples = samplesOf(cpu(
                new CpuTime(600, 100, 200, 3_000, 150, 20, 30, 100),
                new CpuTime(100, 0, 0, 1_500, 500, 0, 0, 0),
                new CpuTime(850, 0, 0, 1_250, 0, 0, 0, 0)));

        assertThat(samples)
                .containsEntry("host_cpu_usage_percent", "42.5")
                .containsEntry("host_cpu_core_usage_percent{core=\"0\"}", "0.0")
                .containsEntry("host_cpu_core_usage_percent{core=\"1\"}", "75.0")
                .containsEntry("host_cpu_seconds_total{mode=\"user\"}", "+0.4")
                .containsEntry("host_cpu_seconds_total{mode=\"nice\"}", "+0.1")
                .containsEntry("host_cpu_seconds_total{mode=\"system\"}", "+0.2")
                .containsEntry("host_cpu_seconds_total{mode=\"idle\"}", "+1.0")
                .containsEntry("host_cpu_seconds_total{mode=\"iowait\"}", "+0.15")
                .containsEntry("host_cpu_seconds_total{mode=\"irq\"}", "+0.02")
                .containsEntry("host_cpu_seconds_total{mode=\"softirq\"}", "+0.03")
                .containsEntry("host_cpu_seconds_total{mode=\"steal\"}", "+0.1")
                .hasSize(11);
    }

    @Test
    void aCoreThatComesOrGoesGivesNoUsageOnce() {
        CpuTime core = new CpuTime(0, 0, 0, 1_000, 0, 0, 0, 0);
        samplesOf(cpu(core, core));

        assertThat(samplesOf(cpu(new CpuTime(0, 0, 0, 4_000, 0, 0, 0, 0), core, core)))
                .doesNotContainKey("host_cpu_usage_percent");
    }

    @Test
    void memoryInUseIsWhatIsNotAvailable() {
        assertThat(samplesOf(new HostSnapshot(
                        null, null, new Memory(1_000, 250), null, List.of(), List.of(), List.of(), null)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_memory_total_bytes", "1000.0",
                        "host_memory_used_bytes", "750.0",
                        "host_memory_available_bytes", "250.0",
                        "host_memory_usage_percent", "75.0"));
    }

    @Test
    void withoutSwapNoneIsUsed() {
        assertThat(samplesOf(new HostSnapshot(null, null, null, new Swap(0, 0), List.of(), List.of(), List.of(), null)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_swap_total_bytes", "0.0",
                        "host_swap_used_bytes", "0.0",
                        "host_swap_usage_percent", "0.0"));
    }

    @Test
    void aDiskIsAsFullAsDfSays() {
        // 1,000 bytes, of which 100 are reserved for root: 600 used of the 900 that may be used.
        Mount mount = new Mount("/var", "/dev/vdb", 1_000, 400, 300);

        assertThat(samplesOf(new HostSnapshot(null, null, null, null, List.of(mount), List.of(), List.of(), null)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_disk_total_bytes{device=\"/dev/vdb\", mount=\"/var\"}", "1000.0",
                        "host_disk_used_bytes{device=\"/dev/vdb\", mount=\"/var\"}", "600.0",
                        "host_disk_free_bytes{device=\"/dev/vdb\", mount=\"/var\"}", "300.0",
                        "host_disk_usage_percent{device=\"/dev/vdb\", mount=\"/var\"}", "66.66666666666667",
                        "host_disk_free_percent{device=\"/dev/vdb\", mount=\"/var\"}", "33.33333333333333"));
    }

    @Test
    void totalsArePushedAsDeltas() {
        samplesOf(disk(new Disk("vda", 1_000, 50)));

        assertThat(samplesOf(disk(new Disk("vda", 1_500, 50))))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_disk_read_bytes_total{device=\"vda\"}", "+500.0",
                        "host_disk_written_bytes_total{device=\"vda\"}", "+0.0"));
    }

    @Test
    void aTotalThatFellCountsFromZero() {
        samplesOf(disk(new Disk("vda", 1_000, 50)));

        assertThat(samplesOf(disk(new Disk("vda", 30, 60))))
                .containsEntry("host_disk_read_bytes_total{device=\"vda\"}", "+30.0");
    }

    @Test
    void whatHappenedDuringAFailedReadingIsCountedByTheNext() {
        samplesOf(disk(new Disk("vda", 1_000, 0)));
        samplesOf(NOTHING);

        assertThat(samplesOf(disk(new Disk("vda", 1_700, 0))))
                .containsEntry("host_disk_read_bytes_total{device=\"vda\"}", "+700.0");
    }

    @Test
    void aDeviceThatWasGoneForAMinuteStartsAnew() {
        samplesOf(disk(new Disk("vda", 1_000, 0)));
        for (int i = 0; i < 61; i++) {
            samplesOf(NOTHING);
        }

        assertThat(samplesOf(disk(new Disk("vda", 1_700, 0)))).isEmpty();
    }

    @Test
    void networkLoadAndUptime() {
        HostSnapshot first = new HostSnapshot(
                null,
                new Load(0.5, 1, 2),
                null,
                null,
                List.of(),
                List.of(),
                List.of(new Network("eth0", 10, 20, 0, 0, 0)),
                new Uptime(3_600, 77));
        assertThat(samplesOf(first))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_load1", "0.5",
                        "host_load5", "1.0",
                        "host_load15", "2.0",
                        "host_uptime_seconds", "3600.0",
                        "host_processes", "77.0"));

        assertThat(samplesOf(new HostSnapshot(
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        List.of(new Network("eth0", 110, 220, 3, 4, 5)),
                        null)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_network_received_bytes_total{interface=\"eth0\"}", "+100.0",
                        "host_network_sent_bytes_total{interface=\"eth0\"}", "+200.0",
                        "host_network_receive_errors_total{interface=\"eth0\"}", "+3.0",
                        "host_network_send_errors_total{interface=\"eth0\"}", "+4.0",
                        "host_network_receive_drops_total{interface=\"eth0\"}", "+5.0"));
    }
}
