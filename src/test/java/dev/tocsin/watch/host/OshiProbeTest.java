package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On the machine that runs the tests, whatever it is: what the system itself says of the same things. */
class OshiProbeTest {
    private final List<OshiProbe.Failure> failures = new ArrayList<>();
    private final List<HostPart> host = probe().read(true);

    private OshiProbe probe() {
        return new OshiProbe(List.of(), SystemFiles.ofThisMachine(), failures::add);
    }

    private <T extends HostPart> List<T> parts(Class<T> type) {
        return host.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void everyPartCanBeRead() {
        assertThat(failures).isEmpty();
        assertThat(parts(HostPart.Cpu.class)).hasSize(1);
        assertThat(parts(HostPart.Memory.class)).hasSize(1);
        assertThat(parts(HostPart.Swap.class)).hasSize(1);
        assertThat(parts(HostPart.Uptime.class)).hasSize(1);
    }

    @Test
    void coresAreThoseOfThisMachine() {
        HostPart.Cpu cpu = parts(HostPart.Cpu.class).getFirst();

        assertThat(cpu.cores()).isNotEmpty();
        assertThat(cpu.cores().stream().mapToLong(HostPart.CpuTime::totalMillis).sum())
                .isPositive();
    }

    @Test
    void memoryIsWhatTheKernelSays() throws Exception {
        HostPart.Memory memory = parts(HostPart.Memory.class).getFirst();
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
        assertThat(parts(HostPart.Mount.class))
                .extracting(HostPart.Mount::device)
                .doesNotHaveDuplicates();
        assertThat(parts(HostPart.Mount.class)).allSatisfy(mount -> {
            assertThat(mount.totalBytes()).isPositive();
            assertThat(mount.mount())
                    .doesNotStartWith("/proc")
                    .doesNotStartWith("/sys")
                    .doesNotStartWith("/dev");
        });
    }

    @Test
    void mountsAreReadOnlyWhenAskedFor() {
        assertThat(probe().read(false)).noneMatch(HostPart.Mount.class::isInstance);
    }

    @Test
    void noLoopDevicesAndNoContainerLinks() {
        assertThat(parts(HostPart.Disk.class))
                .extracting(HostPart.Disk::device)
                .noneMatch(name -> name.startsWith("loop"));
        assertThat(parts(HostPart.Network.class))
                .extracting(HostPart.Network::name)
                .noneMatch(name -> name.startsWith("veth"));
    }
}
