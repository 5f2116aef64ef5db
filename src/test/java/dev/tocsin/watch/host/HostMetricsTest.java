package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.SampleBatch;
import dev.tocsin.watch.BatchText;
import dev.tocsin.watch.host.HostPart.Container;
import dev.tocsin.watch.host.HostPart.Cpu;
import dev.tocsin.watch.host.HostPart.CpuTime;
import dev.tocsin.watch.host.HostPart.Disk;
import dev.tocsin.watch.host.HostPart.DiskTime;
import dev.tocsin.watch.host.HostPart.Load;
import dev.tocsin.watch.host.HostPart.Memory;
import dev.tocsin.watch.host.HostPart.Mount;
import dev.tocsin.watch.host.HostPart.Network;
import dev.tocsin.watch.host.HostPart.Processes;
import dev.tocsin.watch.host.HostPart.RunningProcess;
import dev.tocsin.watch.host.HostPart.Sockets;
import dev.tocsin.watch.host.HostPart.Swap;
import dev.tocsin.watch.host.HostPart.Temperature;
import dev.tocsin.watch.host.HostPart.Uptime;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HostMetricsTest {
    private final HostMetrics metrics = new HostMetrics();

    private Map<String, String> samplesOf(HostPart... parts) {
        SampleBatch batch = SampleBatch.anyText(4, 64);
        metrics.append(List.of(parts), batch);
        return BatchText.of(batch);
    }

    private static HostPart cpu(CpuTime all, CpuTime... cores) {
        return new Cpu(all, List.of(cores));
    }

    private static HostPart disk(String device, long readBytes, long writtenBytes) {
        return new Disk(device, readBytes, writtenBytes, 0, 0, 0);
    }

    @Test
    void aHostThatSaysNothingGivesNothing() {
        assertThat(samplesOf()).isEmpty();
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
                .containsEntry("host_cpu_core_seconds_total{core=\"1\", mode=\"user\"}", "+0.75")
                .hasSize(3 + 8 + 2 * 8);
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
        assertThat(samplesOf(new Memory(1_000, 250)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_memory_total_bytes", "1000.0",
                        "host_memory_used_bytes", "750.0",
                        "host_memory_available_bytes", "250.0",
                        "host_memory_usage_percent", "75.0"));
    }

    @Test
    void withoutSwapNoneIsUsed() {
        assertThat(samplesOf(new Swap(0, 0)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_swap_total_bytes", "0.0",
                        "host_swap_used_bytes", "0.0",
                        "host_swap_usage_percent", "0.0"));
    }

    @Test
    void aDiskIsAsFullAsDfSays() {
        // 1,000 bytes, of which 100 are reserved for root: 600 used of the 900 that may be used.
        Mount mount = new Mount("/var", "/dev/vdb", 1_000, 400, 300, 200, 150);

        assertThat(samplesOf(mount))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_disk_total_bytes{device=\"/dev/vdb\", mount=\"/var\"}", "1000.0",
                        "host_disk_used_bytes{device=\"/dev/vdb\", mount=\"/var\"}", "600.0",
                        "host_disk_free_bytes{device=\"/dev/vdb\", mount=\"/var\"}", "300.0",
                        "host_disk_usage_percent{device=\"/dev/vdb\", mount=\"/var\"}", "66.67",
                        "host_disk_free_percent{device=\"/dev/vdb\", mount=\"/var\"}", "33.33",
                        "host_disk_inodes{device=\"/dev/vdb\", mount=\"/var\"}", "200.0",
                        "host_disk_used_inodes{device=\"/dev/vdb\", mount=\"/var\"}", "50.0",
                        "host_disk_inodes_usage_percent{device=\"/dev/vdb\", mount=\"/var\"}", "25.0"));
    }

    @Test
    void totalsArePushedAsDeltas() {
        samplesOf(disk("vda", 1_000, 50));

        assertThat(samplesOf(disk("vda", 1_500, 50)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_disk_read_bytes_total{device=\"vda\"}", "+500.0",
                        "host_disk_written_bytes_total{device=\"vda\"}", "+0.0",
                        "host_disk_reads_total{device=\"vda\"}", "+0.0",
                        "host_disk_writes_total{device=\"vda\"}", "+0.0",
                        "host_disk_busy_seconds_total{device=\"vda\"}", "+0.0"));
    }

    @Test
    void aTotalThatFellCountsFromZero() {
        samplesOf(disk("vda", 1_000, 50));

        assertThat(samplesOf(disk("vda", 30, 60))).containsEntry("host_disk_read_bytes_total{device=\"vda\"}", "+30.0");
    }

    @Test
    void whatHappenedDuringAFailedReadingIsCountedByTheNext() {
        samplesOf(disk("vda", 1_000, 0));
        samplesOf();

        assertThat(samplesOf(disk("vda", 1_700, 0)))
                .containsEntry("host_disk_read_bytes_total{device=\"vda\"}", "+700.0");
    }

    @Test
    void aDeviceThatWasGoneForAMinuteStartsAnew() {
        samplesOf(disk("vda", 1_000, 0));
        for (int i = 0; i < 61; i++) {
            samplesOf();
        }

        assertThat(samplesOf(disk("vda", 1_700, 0))).isEmpty();
    }

    @Test
    void networkLoadAndUptime() {
        assertThat(samplesOf(new Load(0.5, 1, 2), new Network("eth0", 10, 20, 1, 2, 0, 0, 0), new Uptime(3_600, 77)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_load1", "0.5",
                        "host_load5", "1.0",
                        "host_load15", "2.0",
                        "host_uptime_seconds", "3600.0",
                        "host_processes", "77.0"));

        assertThat(samplesOf(new Network("eth0", 110, 220, 8, 10, 3, 4, 5)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_network_received_bytes_total{interface=\"eth0\"}", "+100.0",
                        "host_network_sent_bytes_total{interface=\"eth0\"}", "+200.0",
                        "host_network_received_packets_total{interface=\"eth0\"}", "+7.0",
                        "host_network_sent_packets_total{interface=\"eth0\"}", "+8.0",
                        "host_network_receive_errors_total{interface=\"eth0\"}", "+3.0",
                        "host_network_send_errors_total{interface=\"eth0\"}", "+4.0",
                        "host_network_receive_drops_total{interface=\"eth0\"}", "+5.0"));
    }

    @Test
    void disksTellHowLongTheirRequestsTook() {
        samplesOf(new Disk("vda", 0, 0, 10, 20, 1_000), new DiskTime("vda", 500, 700));

        assertThat(samplesOf(new Disk("vda", 0, 0, 14, 25, 1_250), new DiskTime("vda", 600, 1_700)))
                .containsEntry("host_disk_reads_total{device=\"vda\"}", "+4.0")
                .containsEntry("host_disk_writes_total{device=\"vda\"}", "+5.0")
                .containsEntry("host_disk_busy_seconds_total{device=\"vda\"}", "+0.25")
                .containsEntry("host_disk_read_seconds_total{device=\"vda\"}", "+0.1")
                .containsEntry("host_disk_write_seconds_total{device=\"vda\"}", "+1.0");
    }

    @Test
    void aContainerHasLimitsOrNot() {
        Container bound = new Container(
                OptionalLong.of(1_500), 2_000_000, 500_000, OptionalLong.of(1_000), 333, 1, OptionalLong.of(64), 7);
        samplesOf(bound);

        assertThat(samplesOf(bound))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_container_cpu_limit_cores", "1.5",
                        "host_container_cpu_seconds_total", "+0.0",
                        "host_container_cpu_throttled_seconds_total", "+0.0",
                        "host_container_memory_used_bytes", "333.0",
                        "host_container_memory_limit_bytes", "1000.0",
                        "host_container_memory_usage_percent", "33.3",
                        "host_container_oom_kills_total", "+0.0",
                        "host_container_processes", "7.0",
                        "host_container_processes_limit", "64.0"));
        assertThat(samplesOf(new Container(
                        OptionalLong.empty(),
                        2_000_000,
                        500_000,
                        OptionalLong.empty(),
                        333,
                        3,
                        OptionalLong.empty(),
                        7)))
                .containsEntry("host_container_oom_kills_total", "+2.0")
                .doesNotContainKeys(
                        "host_container_cpu_limit_cores",
                        "host_container_memory_limit_bytes",
                        "host_container_processes_limit");
    }

    @Test
    void aProcessThatIsReplacedWasRestarted() {
        RunningProcess first = new RunningProcess(10, 1_000, 5_000);
        samplesOf(new Processes("db", 100, 3, 8, List.of(first)));

        assertThat(samplesOf(new Processes("db", 100, 3, 8, List.of(new RunningProcess(10, 1_000, 5_250)))))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_process_up{process=\"db\"}", "1.0",
                        "host_process_count{process=\"db\"}", "1.0",
                        "host_process_resident_bytes{process=\"db\"}", "100.0",
                        "host_process_threads{process=\"db\"}", "3.0",
                        "host_process_open_files{process=\"db\"}", "8.0",
                        "host_process_cpu_seconds_total{process=\"db\"}", "+0.25",
                        "host_process_restarts_total{process=\"db\"}", "+0.0"));
        assertThat(samplesOf(new Processes("db", 0, 0, 0, List.of())))
                .containsEntry("host_process_up{process=\"db\"}", "0.0")
                .containsEntry("host_process_restarts_total{process=\"db\"}", "+0.0");
        // The same number, started later: its CPU time is all new.
        assertThat(samplesOf(new Processes("db", 90, 2, 5, List.of(new RunningProcess(10, 9_000, 400)))))
                .containsEntry("host_process_restarts_total{process=\"db\"}", "+1.0")
                .containsEntry("host_process_cpu_seconds_total{process=\"db\"}", "+0.4");
    }

    @Test
    void aPoolThatGrowsWasNotRestarted() {
        samplesOf(new Processes("web", 0, 0, 0, List.of(new RunningProcess(1, 1, 0))));

        assertThat(samplesOf(new Processes(
                        "web", 0, 0, 0, List.of(new RunningProcess(1, 1, 0), new RunningProcess(2, 2, 0)))))
                .containsEntry("host_process_restarts_total{process=\"web\"}", "+0.0")
                .containsEntry("host_process_count{process=\"web\"}", "2.0");
    }

    @Test
    void socketsAndTemperatures() {
        assertThat(samplesOf(
                        new Sockets("tcp", Map.of("listen", 3, "established", 12)),
                        new Temperature("coretemp", "Core 0", 48.5)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "host_sockets{protocol=\"tcp\", state=\"listen\"}", "3.0",
                        "host_sockets{protocol=\"tcp\", state=\"established\"}", "12.0",
                        "host_temperature_celsius{chip=\"coretemp\", sensor=\"Core 0\"}", "48.5"));
    }
}
