package dev.tocsin.watch.host;

import dev.tocsin.watch.host.HostPart.Container;
import dev.tocsin.watch.host.HostPart.DiskTime;
import dev.tocsin.watch.host.HostPart.Sockets;
import dev.tocsin.watch.host.HostPart.Temperature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What OSHI does not tell, from {@code /proc} and {@code /sys}: how long disks take, sockets by state, temperatures,
 * and the limits of the container. Elsewhere than on Linux it finds nothing. Confined to one thread at a time.
 */
final class LinuxProbe {
    /** Beyond it states are counted of so many sockets only. */
    private static final int MAX_SOCKETS = 1 << 20;

    private static final int MAX_SENSORS = 256;
    private static final double MILLIDEGREES = 1_000;

    /** The numbers in {@code /proc/net/tcp}, include/net/tcp_states.h, and the names of these states. */
    private static final List<String> TCP_STATE_CODES =
            List.of("01", "02", "03", "04", "05", "06", "07", "08", "09", "0A", "0B", "0C");

    private static final List<String> TCP_STATES = List.of(
            "established",
            "syn_sent",
            "syn_recv",
            "fin_wait1",
            "fin_wait2",
            "time_wait",
            "close",
            "close_wait",
            "last_ack",
            "listen",
            "closing",
            "new_syn_recv");

    private final SystemFiles files;

    LinuxProbe(SystemFiles files) {
        this.files = files;
    }

    List<HostPart> diskTimes() {
        List<HostPart> times = new ArrayList<>();
        for (String line : files.lines("proc/diskstats")) {
            String[] fields = line.strip().split("\\s+", 0);
            if (fields.length > 10 && OshiProbe.isRealDisk(fields[2]) && times.size() < OshiProbe.MAX_PARTS) {
                times.add(new DiskTime(fields[2], Long.parseLong(fields[6]), Long.parseLong(fields[10])));
            }
        }
        return times;
    }

    List<HostPart> sockets() {
        Map<String, Integer> tcp = new TreeMap<>();
        for (String table : List.of("proc/net/tcp", "proc/net/tcp6")) {
            files.eachLine(table, MAX_SOCKETS, line -> {
                String[] fields = line.strip().split("\\s+", 5);
                int state = fields.length == 5 ? TCP_STATE_CODES.indexOf(fields[3]) : -1;
                if (state >= 0) {
                    tcp.merge(TCP_STATES.get(state), 1, Integer::sum);
                }
            });
        }
        return tcp.isEmpty() ? List.of() : List.of(new Sockets("tcp", tcp));
    }

    /** Those of hwmon, and of the thermal zones where there are no others. */
    List<HostPart> temperatures() {
        List<HostPart> found = new ArrayList<>();
        for (String chip : files.names("sys/class/hwmon")) {
            String folder = "sys/class/hwmon/" + chip + "/";
            String name = files.value(folder + "name");
            for (String file : files.names(folder)) {
                if (file.startsWith("temp") && file.endsWith("_input") && found.size() < MAX_SENSORS) {
                    String sensor = file.substring(0, file.length() - "_input".length());
                    String label = files.value(folder + sensor + "_label");
                    add(
                            found,
                            name.isEmpty() ? chip : name,
                            label.isEmpty() ? sensor : label,
                            files.number(folder + file));
                }
            }
        }
        if (found.isEmpty()) {
            for (String zone : files.names("sys/class/thermal")) {
                if (zone.startsWith("thermal_zone") && found.size() < MAX_SENSORS) {
                    String folder = "sys/class/thermal/" + zone + "/";
                    add(found, files.value(folder + "type"), zone, files.number(folder + "temp"));
                }
            }
        }
        return found;
    }

    private static void add(List<HostPart> found, String chip, String sensor, OptionalDouble millidegrees) {
        if (millidegrees.isPresent()) {
            found.add(new Temperature(chip, sensor, millidegrees.getAsDouble() / MILLIDEGREES));
        }
    }

    /** Of the group that this process is in, as the kernel shows it here (Documentation/admin-guide/cgroup-v2.rst). */
    List<HostPart> container() {
        String group = files.lines("proc/self/cgroup").stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring("0::".length()))
                .findFirst()
                .orElse("/");
        String folder = "sys/fs/cgroup" + group + (group.endsWith("/") ? "" : "/");
        Map<String, Long> cpu = keyed(folder + "cpu.stat");
        OptionalLong used = whole(files.value(folder + "memory.current"));
        if (used.isEmpty() || cpu.isEmpty()) {
            return List.of();
        }
        long inactive = keyed(folder + "memory.stat").getOrDefault("inactive_file", 0L);
        return List.of(new Container(
                cpuLimit(files.value(folder + "cpu.max")),
                cpu.getOrDefault("usage_usec", 0L),
                cpu.getOrDefault("throttled_usec", 0L),
                whole(files.value(folder + "memory.max")),
                Math.max(0, used.getAsLong() - inactive),
                keyed(folder + "memory.events").getOrDefault("oom_kill", 0L),
                whole(files.value(folder + "pids.max")),
                whole(files.value(folder + "pids.current")).orElse(0)));
    }

    /** Of {@code "QUOTA PERIOD"}, or {@code "max PERIOD"}. */
    private static OptionalLong cpuLimit(String max) {
        String[] fields = max.split(" ", 0);
        OptionalLong quota = whole(fields[0]);
        OptionalLong period = fields.length > 1 ? whole(fields[1]) : OptionalLong.empty();
        return quota.isEmpty() || period.orElse(0) <= 0
                ? OptionalLong.empty()
                : OptionalLong.of(1_000 * quota.getAsLong() / period.getAsLong());
    }

    private Map<String, Long> keyed(String name) {
        Map<String, Long> values = new HashMap<>();
        for (String line : files.lines(name)) {
            int space = line.indexOf(' ');
            if (space > 0) {
                whole(line.substring(space + 1).strip())
                        .ifPresent(value -> values.put(line.substring(0, space), value));
            }
        }
        return values;
    }

    private static OptionalLong whole(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
