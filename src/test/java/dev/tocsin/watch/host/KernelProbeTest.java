package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.watch.host.HostPart.Cpu;
import dev.tocsin.watch.host.HostPart.CpuTime;
import dev.tocsin.watch.host.HostPart.Disk;
import dev.tocsin.watch.host.HostPart.DiskTime;
import dev.tocsin.watch.host.HostPart.Load;
import dev.tocsin.watch.host.HostPart.Memory;
import dev.tocsin.watch.host.HostPart.Network;
import dev.tocsin.watch.host.HostPart.Swap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a folder with files as kernels write them. */
class KernelProbeTest {
    @TempDir
    Path root;

    private void file(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private KernelProbe probe() {
        return new KernelProbe(new SystemFiles(root));
    }

    @Test
    void whereThereIsNothingNothingIsFound() {
        assertThat(probe().cpu()).isEmpty();
        assertThat(probe().load()).isEmpty();
        assertThat(probe().memory()).isEmpty();
        assertThat(probe().disks()).isEmpty();
        assertThat(probe().networks()).isEmpty();
    }

    @Test
    void processorsInMillisecondsTheSumFirst() throws Exception {
        file("proc/stat", """
                cpu  30 2 4 600 5 6 7 8 9 10
                cpu0 10 1 2 300 3 4 5 6 0 0
                cpu1 20 1 2 300 2 2 2 2 0 0
                intr 1234 5 6
                cpu9 1 1 1 1 1 1 1 1 1 1
                """);

        assertThat(probe().cpu())
                .containsExactly(new Cpu(
                        new CpuTime(300, 20, 40, 6_000, 50, 60, 70, 80),
                        List.of(
                                new CpuTime(100, 10, 20, 3_000, 30, 40, 50, 60),
                                new CpuTime(200, 10, 20, 3_000, 20, 20, 20, 20))));
    }

    @Test
    void loadAndMemory() throws Exception {
        file("proc/loadavg", "0.52 1.25 2.00 3/411 98765\n");
        file("proc/meminfo", """
                MemTotal:       16384 kB
                MemFree:          100 kB
                MemAvailable:    4096 kB
                SwapTotal:       1000 kB
                SwapFree:         400 kB
                HugePages_Total:    0
                """);

        assertThat(probe().load()).containsExactly(new Load(0.52, 1.25, 2));
        assertThat(probe().memory())
                .containsExactly(new Memory(16_384 * 1_024L, 4_096 * 1_024L), new Swap(1_000 * 1_024L, 600 * 1_024L));
    }

    @Test
    void wholeDisksButNoPartitionsAndNoLoopDevices() throws Exception {
        file("sys/block/vda/size", "1\n");
        file("sys/block/loop0/size", "1\n");
        file("proc/diskstats", """
                   7       0 loop0 9 0 9 9 9 0 9 9 0 9 9
                 254       0 vda 1301213 200782 84815954 1241670 698309 1020573 77886320 544671 0 288928 1911191 7 1 6 9
                 254       1 vda1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
                """);

        assertThat(probe().disks())
                .containsExactly(
                        new Disk("vda", 84_815_954L * 512, 77_886_320L * 512, 1_301_213, 698_309, 288_928),
                        new DiskTime("vda", 1_241_670, 544_671));
    }

    @Test
    void networksButNoContainersLinks() throws Exception {
        file("proc/net/dev", """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                    lo:      10       2    0    0    0     0          0         0       10       2    0    0    0     0       0          0
                  eth0:697603815 78348    1    4    0     0          0         0  7379226   73027    5    6    0     0       0          0
                vethab1:    1       1    1    1    1     1          1         1        1       1    1    1    1     1       1          1
                """);

        assertThat(probe().networks())
                .containsExactly(
                        new Network("lo", 10, 10, 2, 2, 0, 0, 0),
                        new Network("eth0", 697_603_815, 7_379_226, 78_348, 73_027, 1, 5, 4));
    }
}
