package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a folder with files as kernels write them. */
class LinuxProbeTest {
    @TempDir
    Path root;

    private void file(String name, String text) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private LinuxProbe probe() {
        return new LinuxProbe(new SystemFiles(root));
    }

    @Test
    void whereThereIsNothingNothingIsFound() {
        assertThat(probe().sockets()).isEmpty();
        assertThat(probe().temperatures()).isEmpty();
        assertThat(probe().container()).isEmpty();
    }

    @Test
    void socketsOfBothAddressFamiliesByState() throws Exception {
        String head =
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
        file("proc/net/tcp", head + """
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
                   1: 0100007F:1F90 0100007F:8D36 01 00000000:00000000 00:00000000 00000000     0        0 2
                """);
        file("proc/net/tcp6", head + """
                   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 3
                   1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 06 0:0 0:0 0 0 0 4
                """);

        assertThat(probe().sockets())
                .containsExactly(new HostPart.Sockets("tcp", Map.of("listen", 2, "established", 1, "time_wait", 1)));
    }

    @Test
    void tensOfThousandsOfSocketsAreCountedWhereverReadsEnd() throws Exception {
        String line =
                "%4d: 0100007F:1F90 0100007F:8D36 %s 00000000:00000000 00:00000000 00000000     0        0 %d 1 0\n";
        StringBuilder text = new StringBuilder("  sl  local_address rem_address   st tx_queue\n");
        for (int i = 0; i < 30_000; i++) {
            text.append(line.formatted(i, i % 3 == 0 ? "06" : i % 3 == 1 ? "01" : "FF", i * 7919L));
        }
        file("proc/net/tcp", text.toString());

        assertThat(probe().sockets())
                .containsExactly(new HostPart.Sockets("tcp", Map.of("time_wait", 10_000, "established", 10_000)));
    }

    @Test
    void temperaturesOfTheChipsElseOfTheZones() throws Exception {
        file("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
        file("sys/class/thermal/thermal_zone0/temp", "51000\n");
        assertThat(probe().temperatures())
                .containsExactly(new HostPart.Temperature("x86_pkg_temp", "thermal_zone0", 51));

        file("sys/class/hwmon/hwmon0/name", "coretemp\n");
        file("sys/class/hwmon/hwmon0/temp1_input", "48500\n");
        file("sys/class/hwmon/hwmon0/temp1_label", "Package id 0\n");
        file("sys/class/hwmon/hwmon0/temp2_input", "not a number\n");
        assertThat(probe().temperatures()).containsExactly(new HostPart.Temperature("coretemp", "Package id 0", 48.5));
    }

    @Test
    void theLimitsOfAContainer() throws Exception {
        String group = "sys/fs/cgroup/kubepods/pod1/";
        file("proc/self/cgroup", "0::/kubepods/pod1\n");
        file(group + "cpu.max", "150000 100000\n");
        file(group + "cpu.stat", "usage_usec 4711\nuser_usec 4000\nthrottled_usec 12\n");
        file(group + "memory.max", "1048576\n");
        file(group + "memory.current", "524288\n");
        file(group + "memory.stat", "anon 400000\ninactive_file 24288\n");
        file(group + "memory.events", "oom 1\noom_kill 2\n");
        file(group + "pids.max", "max\n");
        file(group + "pids.current", "31\n");

        assertThat(probe().container())
                .containsExactly(new HostPart.Container(
                        OptionalLong.of(1_500),
                        4_711,
                        12,
                        OptionalLong.of(1_048_576),
                        500_000,
                        2,
                        OptionalLong.empty(),
                        31));
    }

    @Test
    void withoutLimitsAContainerHasNone() throws Exception {
        file("sys/fs/cgroup/cpu.max", "max 100000\n");
        file("sys/fs/cgroup/cpu.stat", "usage_usec 1\n");
        file("sys/fs/cgroup/memory.max", "max\n");
        file("sys/fs/cgroup/memory.current", "7\n");

        assertThat(probe().container())
                .containsExactly(new HostPart.Container(
                        OptionalLong.empty(), 1, 0, OptionalLong.empty(), 7, 0, OptionalLong.empty(), 0));
    }
}
