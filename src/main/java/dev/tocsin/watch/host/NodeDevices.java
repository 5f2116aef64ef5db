package dev.tocsin.watch.host;

import com.sun.jna.platform.linux.LibC;
import com.sun.jna.platform.linux.LibC.Statvfs;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What node_exporter's collectors diskstats, netdev, netclass, filesystem, hwmon and thermal_zone say, with their
 * choices of devices. Confined to one thread at a time.
 */
final class NodeDevices {
    private static final double MILLISECOND = 1e-3;
    private static final double MILLIDEGREE = 1e-3;
    private static final double SECTOR_BYTES = 512;
    private static final double BYTES_PER_MEGABIT = 125_000;
    private static final int MAX_DEVICES = 256;
    private static final int READ_ONLY_FLAG = 1;

    private static final Pattern IGNORED_DISKS = Pattern.compile("(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+");
    private static final Pattern IGNORED_MOUNTS = Pattern.compile(
            "/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/.*)");
    private static final Set<String> IGNORED_FILE_SYSTEMS = Set.of(
            "autofs",
            "binfmt_misc",
            "bpf",
            "cgroup",
            "cgroup2",
            "configfs",
            "debugfs",
            "devpts",
            "devtmpfs",
            "fusectl",
            "hugetlbfs",
            "iso9660",
            "mqueue",
            "nsfs",
            "overlay",
            "proc",
            "procfs",
            "pstore",
            "rpc_pipefs",
            "securityfs",
            "selinuxfs",
            "squashfs",
            "sysfs",
            "tracefs");

    private record Column(String metric, int field, double scale) {}

    /** Of {@code /proc/diskstats}: Documentation/admin-guide/iostats.rst. */
    private static final List<Column> DISK_COLUMNS = List.of(
            new Column("reads_completed_total", 3, 1),
            new Column("reads_merged_total", 4, 1),
            new Column("read_bytes_total", 5, SECTOR_BYTES),
            new Column("read_time_seconds_total", 6, MILLISECOND),
            new Column("writes_completed_total", 7, 1),
            new Column("writes_merged_total", 8, 1),
            new Column("written_bytes_total", 9, SECTOR_BYTES),
            new Column("write_time_seconds_total", 10, MILLISECOND),
            new Column("io_now", 11, 1),
            new Column("io_time_seconds_total", 12, MILLISECOND),
            new Column("io_time_weighted_seconds_total", 13, MILLISECOND),
            new Column("discards_completed_total", 14, 1),
            new Column("discards_merged_total", 15, 1),
            new Column("discarded_sectors_total", 16, 1),
            new Column("discard_time_seconds_total", 17, MILLISECOND),
            new Column("flush_requests_total", 18, 1),
            new Column("flush_requests_time_seconds_total", 19, MILLISECOND));

    private static final List<String> RECEIVED =
            List.of("bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast");
    private static final List<String> SENT =
            List.of("bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed");

    private final SystemFiles files;

    NodeDevices(SystemFiles files) {
        this.files = files;
    }

    /** @param fileSystemsToo whether file systems are asked, which may hang */
    void read(boolean fileSystemsToo, NodeRows rows) {
        disks(rows);
        interfaces(rows);
        interfaceClasses(rows);
        neighbours(rows);
        temperatures(rows);
        if (fileSystemsToo) {
            fileSystems(rows);
        }
    }

    private void disks(NodeRows rows) {
        for (String line : files.lines("proc/diskstats")) {
            String[] fields = line.strip().split("\\s+", 0);
            if (fields.length < 14 || IGNORED_DISKS.matcher(fields[2]).matches()) {
                continue;
            }
            for (Column column : DISK_COLUMNS) {
                if (column.field < fields.length) {
                    rows.addParsed(
                            "node_disk_" + column.metric, fields[column.field], column.scale, "device", fields[2]);
                }
            }
        }
    }

    private void interfaces(NodeRows rows) {
        for (String line : files.lines("proc/net/dev")) {
            int colon = line.lastIndexOf(':');
            if (colon < 0) {
                continue;
            }
            String device = line.substring(0, colon).strip();
            String[] fields = line.substring(colon + 1).strip().split("\\s+", 0);
            for (int i = 0; i < RECEIVED.size() && i < fields.length; i++) {
                rows.addParsed("node_network_receive_" + RECEIVED.get(i) + "_total", fields[i], 1, "device", device);
            }
            for (int i = 0; i < SENT.size() && i + RECEIVED.size() < fields.length; i++) {
                String value = fields[i + RECEIVED.size()];
                rows.addParsed("node_network_transmit_" + SENT.get(i) + "_total", value, 1, "device", device);
            }
        }
    }

    private void interfaceClasses(NodeRows rows) {
        List<String> devices = files.names("sys/class/net");
        for (String device : devices.subList(0, Math.min(devices.size(), MAX_DEVICES))) {
            String folder = "sys/class/net/" + device + "/";
            String state = files.value(folder + "operstate");
            if (state.isEmpty()) {
                continue;
            }
            rows.add("node_network_up", state.equals("up") ? 1 : 0, "device", device);
            rows.add(
                    "node_network_info",
                    1,
                    "device",
                    device,
                    "address",
                    files.value(folder + "address"),
                    "broadcast",
                    files.value(folder + "broadcast"),
                    "duplex",
                    files.value(folder + "duplex"),
                    "ifalias",
                    files.value(folder + "ifalias"),
                    "operstate",
                    state);
            number(rows, "node_network_carrier", folder + "carrier", 1, device);
            number(rows, "node_network_carrier_changes_total", folder + "carrier_changes", 1, device);
            number(rows, "node_network_carrier_up_changes_total", folder + "carrier_up_count", 1, device);
            number(rows, "node_network_carrier_down_changes_total", folder + "carrier_down_count", 1, device);
            number(rows, "node_network_mtu_bytes", folder + "mtu", 1, device);
            number(rows, "node_network_speed_bytes", folder + "speed", BYTES_PER_MEGABIT, device);
            number(rows, "node_network_transmit_queue_length", folder + "tx_queue_len", 1, device);
        }
    }

    /** Entries of the ARP table by device, the last field of each line. */
    private void neighbours(NodeRows rows) {
        Map<String, Integer> entries = new TreeMap<>();
        files.lines("proc/net/arp").stream()
                .skip(1)
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .filter(device -> !device.isEmpty())
                .forEach(device -> entries.merge(device, 1, Integer::sum));
        entries.forEach((device, count) -> rows.add("node_arp_entries", count, "device", device));
    }

    private void number(NodeRows rows, String metric, String file, double scale, String device) {
        files.number(file).ifPresent(value -> rows.add(metric, value * scale, "device", device));
    }

    private void temperatures(NodeRows rows) {
        for (String chip : files.names("sys/class/hwmon")) {
            String folder = "sys/class/hwmon/" + chip + "/";
            for (String file : files.names(folder)) {
                if (file.startsWith("temp") && file.endsWith("_input")) {
                    String sensor = file.substring(0, file.length() - "_input".length());
                    files.number(folder + file)
                            .ifPresent(value -> rows.add(
                                    "node_hwmon_temp_celsius", value * MILLIDEGREE, "chip", chip, "sensor", sensor));
                }
            }
        }
        for (String zone : files.names("sys/class/thermal")) {
            if (zone.startsWith("thermal_zone")) {
                String folder = "sys/class/thermal/" + zone + "/";
                String type = files.value(folder + "type");
                String number = zone.substring("thermal_zone".length());
                files.number(folder + "temp")
                        .ifPresent(value ->
                                rows.add("node_thermal_zone_temp", value * MILLIDEGREE, "type", type, "zone", number));
            }
        }
    }

    private void fileSystems(NodeRows rows) {
        Set<String> seen = new HashSet<>();
        // Of the first process, as node_exporter does, where we may see it: all of the machine rather than our view.
        List<String> mounts = files.lines("proc/1/mounts");
        for (String line : mounts.isEmpty() ? files.lines("proc/self/mounts") : mounts) {
            String[] fields = line.split(" ", 0);
            if (fields.length < 4
                    || IGNORED_FILE_SYSTEMS.contains(fields[2])
                    || seen.size() == MAX_DEVICES
                    || IGNORED_MOUNTS.matcher(fields[1]).matches()
                    || !seen.add(fields[0] + " " + fields[1])) {
                continue;
            }
            fileSystem(unescaped(fields[0]), unescaped(fields[1]), fields[2], rows);
        }
    }

    private void fileSystem(String device, String mountPoint, String type, NodeRows rows) {
        String[] labels = {"device", device, "mountpoint", mountPoint, "fstype", type};
        Statvfs found = new Statvfs();
        boolean failed =
                LibC.INSTANCE.statvfs(files.path(mountPoint.substring(1)).toString(), found) != 0;
        rows.add("node_filesystem_device_error", failed ? 1 : 0, labels);
        if (failed) {
            return;
        }
        double blockBytes = found.f_bsize.doubleValue();
        rows.add("node_filesystem_size_bytes", found.f_blocks.doubleValue() * blockBytes, labels);
        rows.add("node_filesystem_free_bytes", found.f_bfree.doubleValue() * blockBytes, labels);
        rows.add("node_filesystem_avail_bytes", found.f_bavail.doubleValue() * blockBytes, labels);
        rows.add("node_filesystem_files", found.f_files.doubleValue(), labels);
        rows.add("node_filesystem_files_free", found.f_ffree.doubleValue(), labels);
        rows.add("node_filesystem_readonly", found.f_flag.intValue() & READ_ONLY_FLAG, labels);
    }

    /** {@code \040} is a space: proc(5), {@code /proc/mounts}. */
    private static String unescaped(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }
}
