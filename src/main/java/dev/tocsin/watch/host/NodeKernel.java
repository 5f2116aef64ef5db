package dev.tocsin.watch.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What node_exporter's collectors stat, cpu, meminfo, loadavg, vmstat, filefd, pressure, entropy, conntrack, softnet,
 * uname, os and time say. Confined to one thread at a time.
 */
final class NodeKernel {
    /** Of the kernel's clock in {@code /proc/stat}: USER_HZ is 100 on every architecture that Linux has today. */
    private static final double SECONDS_PER_TICK = 0.01;

    private static final double MICROSECOND = 1e-6;
    private static final double KIBIBYTE = 1_024;
    private static final List<String> MODES =
            List.of("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal");
    private static final Set<String> VMSTAT =
            Set.of("oom_kill", "pgpgin", "pgpgout", "pswpin", "pswpout", "pgfault", "pgmajfault");
    /** The lines of {@code /proc/stat} with one number, and what it is called. */
    private static final Map<String, String> STAT = Map.of(
            "intr", "node_intr_total",
            "ctxt", "node_context_switches_total",
            "processes", "node_forks_total",
            "btime", "node_boot_time_seconds",
            "procs_running", "node_procs_running",
            "procs_blocked", "node_procs_blocked");

    private final SystemFiles files;

    NodeKernel(SystemFiles files) {
        this.files = files;
    }

    /** @param nowMillis since 1970 */
    void read(long nowMillis, NodeRows rows) {
        rows.add("node_time_seconds", nowMillis / 1_000.0);
        stat(rows);
        meminfo(rows);
        load(rows);
        for (String line : files.lines("proc/vmstat")) {
            String[] fields = line.split(" ", 0);
            if (fields.length == 2 && VMSTAT.contains(fields[0])) {
                rows.addParsed("node_vmstat_" + fields[0], fields[1], 1);
            }
        }
        String[] open = files.value("proc/sys/fs/file-nr").split("\\s+", 0);
        if (open.length == 3) {
            rows.addParsed("node_filefd_allocated", open[0], 1);
            rows.addParsed("node_filefd_maximum", open[2], 1);
        }
        pressure(rows);
        number(rows, "node_entropy_available_bits", "proc/sys/kernel/random/entropy_avail");
        number(rows, "node_entropy_pool_size_bits", "proc/sys/kernel/random/poolsize");
        number(rows, "node_nf_conntrack_entries", "proc/sys/net/netfilter/nf_conntrack_count");
        number(rows, "node_nf_conntrack_entries_limit", "proc/sys/net/netfilter/nf_conntrack_max");
        softnet(rows);
        names(rows);
    }

    private void number(NodeRows rows, String metric, String file) {
        files.number(file).ifPresent(value -> rows.add(metric, value));
    }

    private void stat(NodeRows rows) {
        for (String line : files.lines("proc/stat")) {
            String[] fields = line.split("\\s+", 0);
            String key = fields[0];
            if (key.startsWith("cpu") && key.length() > 3) {
                cpu(key.substring(3), fields, rows);
            } else if (STAT.containsKey(key) && fields.length > 1) {
                rows.addParsed(STAT.getOrDefault(key, key), fields[1], 1);
            }
        }
    }

    private static void cpu(String cpu, String[] fields, NodeRows rows) {
        for (int i = 0; i < MODES.size() && i + 1 < fields.length; i++) {
            rows.addParsed("node_cpu_seconds_total", fields[i + 1], SECONDS_PER_TICK, "cpu", cpu, "mode", MODES.get(i));
        }
        if (fields.length > 10) {
            rows.addParsed("node_cpu_guest_seconds_total", fields[9], SECONDS_PER_TICK, "cpu", cpu, "mode", "user");
            rows.addParsed("node_cpu_guest_seconds_total", fields[10], SECONDS_PER_TICK, "cpu", cpu, "mode", "nice");
        }
    }

    /** {@code Active(anon):  84492 kB} is {@code node_memory_Active_anon_bytes}. */
    private void meminfo(NodeRows rows) {
        for (String line : files.lines("proc/meminfo")) {
            String[] fields = line.split("\\s+", 0);
            if (fields.length < 2) {
                continue;
            }
            String name = fields[0].replace(":", "").replace("(", "_").replace(")", "");
            boolean bytes = fields.length > 2;
            rows.addParsed("node_memory_" + name + (bytes ? "_bytes" : ""), fields[1], bytes ? KIBIBYTE : 1);
        }
    }

    private void load(NodeRows rows) {
        String[] fields = files.value("proc/loadavg").split(" ", 0);
        if (fields.length > 2) {
            rows.addParsed("node_load1", fields[0], 1);
            rows.addParsed("node_load5", fields[1], 1);
            rows.addParsed("node_load15", fields[2], 1);
        }
    }

    private void pressure(NodeRows rows) {
        for (String resource : List.of("cpu", "io", "memory")) {
            for (String line : files.lines("proc/pressure/" + resource)) {
                boolean some = line.startsWith("some");
                // All tasks of a whole system can't wait for the CPU at once: its line "full" says nothing.
                if (some || !resource.equals("cpu")) {
                    String total = line.substring(line.lastIndexOf('=') + 1);
                    String kind = some ? "waiting" : "stalled";
                    rows.addParsed("node_pressure_" + resource + "_" + kind + "_seconds_total", total, MICROSECOND);
                }
            }
        }
    }

    private void softnet(NodeRows rows) {
        int cpu = 0;
        for (String line : files.lines("proc/net/softnet_stat")) {
            String[] fields = line.split(" ", 0);
            if (fields.length > 2) {
                String number = Integer.toString(cpu++);
                rows.add("node_softnet_processed_total", hexadecimal(fields[0]), "cpu", number);
                rows.add("node_softnet_dropped_total", hexadecimal(fields[1]), "cpu", number);
                rows.add("node_softnet_times_squeezed_total", hexadecimal(fields[2]), "cpu", number);
            }
        }
    }

    private static double hexadecimal(String text) {
        return Long.parseLong(text, 16);
    }

    private void names(NodeRows rows) {
        String release = files.value("proc/sys/kernel/osrelease");
        if (!release.isEmpty()) {
            rows.add(
                    "node_uname_info",
                    1,
                    "sysname",
                    files.value("proc/sys/kernel/ostype"),
                    "release",
                    release,
                    "version",
                    files.value("proc/sys/kernel/version"),
                    "machine",
                    machine(),
                    "nodename",
                    files.value("proc/sys/kernel/hostname"),
                    "domainname",
                    files.value("proc/sys/kernel/domainname"));
        }
        Map<String, String> os = new HashMap<>();
        for (String line : files.lines("etc/os-release")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                os.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
            }
        }
        if (!os.isEmpty()) {
            rows.add(
                    "node_os_info",
                    1,
                    "id",
                    os.getOrDefault("ID", ""),
                    "id_like",
                    os.getOrDefault("ID_LIKE", ""),
                    "name",
                    os.getOrDefault("NAME", ""),
                    "pretty_name",
                    os.getOrDefault("PRETTY_NAME", ""),
                    "version",
                    os.getOrDefault("VERSION", ""),
                    "version_codename",
                    os.getOrDefault("VERSION_CODENAME", ""),
                    "version_id",
                    os.getOrDefault("VERSION_ID", ""));
        }
    }

    /** As uname(2) calls it. */
    private static String machine() {
        String arch = System.getProperty("os.arch", "");
        return arch.equals("amd64") ? "x86_64" : arch;
    }
}
