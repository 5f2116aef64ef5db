package dev.tocsin.watch.host;

import dev.tocsin.watch.host.HostPart.Cpu;
import dev.tocsin.watch.host.HostPart.CpuTime;
import dev.tocsin.watch.host.HostPart.Disk;
import dev.tocsin.watch.host.HostPart.DiskTime;
import dev.tocsin.watch.host.HostPart.Load;
import dev.tocsin.watch.host.HostPart.Memory;
import dev.tocsin.watch.host.HostPart.Network;
import dev.tocsin.watch.host.HostPart.Swap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What Linux tells each second of processors, memory, disks and networks, straight from {@code /proc} (proc(5)): OSHI asks
 * for the same by dearer ways. Elsewhere than on Linux it finds nothing. Confined to one thread at a time.
 */
final class KernelProbe {
    /** Of the kernel's clock: USER_HZ is 100 on every architecture that Linux has today. */
    private static final long MILLIS_PER_TICK = 10;

    private static final long KIBIBYTE = 1_024;
    private static final long SECTOR_BYTES = 512;
    private static final int CPU_MODES = 8;
    private static final int DISK_FIELDS = 13;
    private static final int NETWORK_FIELDS = 16;
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private final SystemFiles files;

    KernelProbe(SystemFiles files) {
        this.files = files;
    }

    private static String[] fields(String line) {
        return SPACE.split(line.strip(), 0);
    }

    /** {@code cpu} and {@code cpu0} to {@code cpuN}, which come first in {@code /proc/stat}. */
    List<Cpu> cpu() {
        List<CpuTime> times = new ArrayList<>();
        for (String line : files.linesWhile("proc/stat", line -> line.startsWith("cpu"))) {
            String[] fields = fields(line);
            if (fields.length > CPU_MODES && times.size() <= OshiProbe.MAX_PARTS) {
                long[] ticks = new long[CPU_MODES];
                for (int i = 0; i < CPU_MODES; i++) {
                    ticks[i] = Long.parseLong(fields[i + 1]) * MILLIS_PER_TICK;
                }
                times.add(new CpuTime(ticks[0], ticks[1], ticks[2], ticks[3], ticks[4], ticks[5], ticks[6], ticks[7]));
            }
        }
        return times.isEmpty() ? List.of() : List.of(new Cpu(times.getFirst(), times.subList(1, times.size())));
    }

    List<Load> load() {
        String[] fields = fields(files.value("proc/loadavg"));
        return fields.length < 3
                ? List.of()
                : List.of(new Load(
                        Double.parseDouble(fields[0]), Double.parseDouble(fields[1]), Double.parseDouble(fields[2])));
    }

    /** {@link Memory} and {@link Swap}. */
    List<HostPart> memory() {
        Map<String, Long> bytes = new HashMap<>();
        for (String line : files.lines("proc/meminfo")) {
            String[] fields = fields(line);
            if (fields.length > 1) {
                bytes.put(fields[0], Long.parseLong(fields[1]) * KIBIBYTE);
            }
        }
        Long total = bytes.get("MemTotal:");
        Long available = bytes.get("MemAvailable:");
        if (total == null || available == null) {
            return List.of();
        }
        long swap = bytes.getOrDefault("SwapTotal:", 0L);
        return List.of(new Memory(total, available), new Swap(swap, swap - bytes.getOrDefault("SwapFree:", swap)));
    }

    /** {@link Disk} and {@link DiskTime} of each whole disk: Documentation/admin-guide/iostats.rst. */
    List<HostPart> disks() {
        Set<String> whole = Set.copyOf(files.names("sys/block"));
        List<HostPart> disks = new ArrayList<>();
        for (String line : files.lines("proc/diskstats")) {
            String[] fields = fields(line);
            if (fields.length >= DISK_FIELDS
                    && whole.contains(fields[2])
                    && OshiProbe.isRealDisk(fields[2])
                    && disks.size() < 2 * OshiProbe.MAX_PARTS) {
                long[] numbers = numbers(fields, 3, DISK_FIELDS);
                disks.add(new Disk(
                        fields[2],
                        numbers[2] * SECTOR_BYTES,
                        numbers[6] * SECTOR_BYTES,
                        numbers[0],
                        numbers[4],
                        numbers[9]));
                disks.add(new DiskTime(fields[2], numbers[3], numbers[7]));
            }
        }
        return disks;
    }

    List<Network> networks() {
        List<Network> networks = new ArrayList<>();
        for (String line : files.lines("proc/net/dev")) {
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).strip();
            String[] fields = fields(line.substring(colon + 1));
            if (colon > 0
                    && fields.length >= NETWORK_FIELDS
                    && OshiProbe.isRealNetwork(name)
                    && networks.size() < OshiProbe.MAX_PARTS) {
                long[] numbers = numbers(fields, 0, NETWORK_FIELDS);
                networks.add(new Network(
                        name, numbers[0], numbers[8], numbers[1], numbers[9], numbers[2], numbers[10], numbers[3]));
            }
        }
        return networks;
    }

    private static long[] numbers(String[] fields, int from, int to) {
        long[] numbers = new long[to - from];
        for (int i = from; i < to; i++) {
            numbers[i - from] = Long.parseLong(fields[i]);
        }
        return numbers;
    }
}
