package dev.tocsin.watch.host;

import dev.tocsin.watch.host.HostPart.Container;
import dev.tocsin.watch.host.HostPart.Sockets;
import dev.tocsin.watch.host.HostPart.Temperature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What OSHI does not tell, from {@code /proc} and {@code /sys}: sockets by state, temperatures, and the limits of the
 * container. Elsewhere than on Linux it finds nothing. Confined to one thread at a time.
 */
final class LinuxProbe {
    /** Beyond it states are counted of so many sockets only. */
    private static final int MAX_SOCKETS = 1 << 20;

    private static final int MAX_SENSORS = 256;
    private static final double MILLIDEGREES = 1_000;

    /** Of {@code /proc/net/tcp}: the state, as a hexadecimal number. */
    private static final int STATE_FIELD = 3;

    /** From 1 on: include/net/tcp_states.h. */
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

    /** Byte by byte: a server may have tens of thousands, of whose lines only this one field counts. */
    List<HostPart> sockets() {
        int[] counts = new int[TCP_STATES.size() + 1];
        for (String table : List.of("proc/net/tcp", "proc/net/tcp6")) {
            files.eachField(table, STATE_FIELD, MAX_SOCKETS, code -> counts[stateOf(code)]++);
        }
        Map<String, Integer> tcp = new TreeMap<>();
        for (int state = 1; state < counts.length; state++) {
            if (counts[state] > 0) {
                tcp.put(TCP_STATES.get(state - 1), counts[state]);
            }
        }
        return tcp.isEmpty() ? List.of() : List.of(new Sockets("tcp", tcp));
    }

    /** @return 0 for what is none: the heading */
    private static int stateOf(ByteBuffer code) {
        int state = 0;
        for (int i = code.position(); i < code.limit(); i++) {
            state = 16 * state + Math.max(0, Character.digit(code.get(i), 16));
        }
        return code.remaining() == 2 && state <= TCP_STATES.size() ? state : 0;
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
