package dev.tocsin.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** On the machine that runs the tests, whatever it is: what the system itself says of the same things. */
class OshiProbeTest {
    private final List<OshiProbe.Failure> failures = new ArrayList<>();
    private final HostSnapshot host = new OshiProbe(failures::add).read(true);

    @Test
    void everyPartCanBeRead() {
        assertThat(failures).isEmpty();
        assertThat(host.cpu()).isNotNull();
        assertThat(host.memory()).isNotNull();
        assertThat(host.swap()).isNotNull();
        assertThat(host.uptime()).isNotNull();
    }

    @Test
    void coresAreThoseOfThisMachine() {
        HostSnapshot.Cpu cpu = Objects.requireNonNull(host.cpu());

        assertThat(cpu.cores()).isNotEmpty();
        assertThat(cpu.cores().stream()
                        .mapToLong(HostSnapshot.CpuTime::totalMillis)
                        .sum())
                .isPositive();
    }

    @Test
    void memoryIsWhatTheKernelSays() throws Exception {
        HostSnapshot.Memory memory = Objects.requireNonNull(host.memory());
        Path meminfo = Path.of("/proc/meminfo");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(meminfo));
        long totalKilobytes = Files.readAllLines(meminfo).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();

        assertThat(memory.totalBytes()).isEqualTo(totalKilobytes * 1_024);
        assertThat(memory.availableBytes()).isBetween(0L, memory.totalBytes());
    }

    @Test
    void mountsAreRealDisksAndEachDeviceIsThereOnce() {
        assertThat(host.mounts()).extracting(HostSnapshot.Mount::device).doesNotHaveDuplicates();
        assertThat(host.mounts()).allSatisfy(mount -> {
            assertThat(mount.totalBytes()).isPositive();
            assertThat(mount.mount())
                    .doesNotStartWith("/proc")
                    .doesNotStartWith("/sys")
                    .doesNotStartWith("/dev");
        });
    }

    @Test
    void mountsAreReadOnlyWhenAskedFor() {
        assertThat(new OshiProbe(failures::add).read(false).mounts()).isEmpty();
    }

    @Test
    void noLoopDevicesAndNoContainerLinks() {
        assertThat(host.disks()).extracting(HostSnapshot.Disk::device).noneMatch(name -> name.startsWith("loop"));
        assertThat(host.networks()).extracting(HostSnapshot.Network::name).noneMatch(name -> name.startsWith("veth"));
    }
}
