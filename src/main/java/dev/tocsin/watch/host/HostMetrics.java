package dev.tocsin.watch.host;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleBatch;
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
import dev.tocsin.watch.host.HostPart.Sockets;
import dev.tocsin.watch.host.HostPart.Swap;
import dev.tocsin.watch.host.HostPart.Temperature;
import dev.tocsin.watch.host.HostPart.Uptime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns readings of the host into samples named {@code host_*}. Totals become counter deltas against the reading
 * before, so the first reading gives none; a total that fell (a device was replaced) counts from 0. Percentages are 0
 * to 100, to two decimals. Confined to one thread.
 */
final class HostMetrics {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final double MICROS_PER_SECOND = 1e6;
    private static final double MILLICORES_PER_CORE = 1_000;
    private static final int KEPT_READINGS = 60;

    private @Nullable Cpu previousCpu;
    private final Map<Labels, Total> totals = new HashMap<>();
    private final Map<String, ProcessTotals> processes = new HashMap<>();
    private long reading;

    /** The last that was seen of a total, and in which reading: a part may fail once, and devices come and go. */
    private record Total(long value, long reading) {}

    /** Adds what this reading says to the batch. */
    void append(List<HostPart> parts, SampleBatch batch) {
        for (HostPart part : parts) {
            switch (part) {
                case Cpu cpu -> cpu(cpu, batch);
                case Load load -> load(load, batch);
                case Memory memory -> memory(memory, batch);
                case Swap swap -> space(batch, "host_swap", swap.totalBytes(), swap.usedBytes());
                case Mount mount -> mount(mount, batch);
                case Disk disk -> disk(disk, batch);
                case DiskTime time -> diskTime(time, batch);
                case Network network -> network(network, batch);
                case Sockets sockets -> sockets(sockets, batch);
                case Temperature t ->
                    gauge(batch, "host_temperature_celsius", t.celsius(), "chip", t.chip(), "sensor", t.sensor());
                case Container container -> container(container, batch);
                case Processes found ->
                    processes
                            .computeIfAbsent(found.name(), name -> new ProcessTotals())
                            .append(found, batch);
                case Uptime uptime -> {
                    gauge(batch, "host_uptime_seconds", uptime.seconds());
                    gauge(batch, "host_processes", uptime.processes());
                }
            }
        }
        reading++;
        totals.values().removeIf(total -> reading - total.reading > KEPT_READINGS);
    }

    private static void load(Load load, SampleBatch batch) {
        gauge(batch, "host_load1", load.one());
        gauge(batch, "host_load5", load.five());
        gauge(batch, "host_load15", load.fifteen());
    }

    private static void memory(Memory memory, SampleBatch batch) {
        space(batch, "host_memory", memory.totalBytes(), memory.totalBytes() - memory.availableBytes());
        gauge(batch, "host_memory_available_bytes", memory.availableBytes());
    }

    private void cpu(Cpu now, SampleBatch batch) {
        Cpu before = previousCpu;
        previousCpu = now;
        modes(batch, Labels.of(Labels.NAME, "host_cpu_seconds_total"), now.all());
        boolean sameCores =
                before != null && before.cores().size() == now.cores().size();
        if (before != null && sameCores) {
            usage(batch, Labels.of(Labels.NAME, "host_cpu_usage_percent"), before.all(), now.all());
        }
        for (int i = 0; i < now.cores().size(); i++) {
            String core = Integer.toString(i);
            modes(
                    batch,
                    Labels.of(Labels.NAME, "host_cpu_core_seconds_total", "core", core),
                    now.cores().get(i));
            if (before != null && sameCores) {
                usage(
                        batch,
                        Labels.of(Labels.NAME, "host_cpu_core_usage_percent", "core", core),
                        before.cores().get(i),
                        now.cores().get(i));
            }
        }
    }

    private void modes(SampleBatch batch, Labels labels, CpuTime time) {
        counter(batch, labels.with("mode", "user"), time.user(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "nice"), time.nice(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "system"), time.system(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "idle"), time.idle(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "iowait"), time.iowait(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "irq"), time.irq(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "softirq"), time.softirq(), MILLIS_PER_SECOND);
        counter(batch, labels.with("mode", "steal"), time.steal(), MILLIS_PER_SECOND);
    }

    private static void usage(SampleBatch batch, Labels labels, CpuTime before, CpuTime now) {
        long total = now.totalMillis() - before.totalMillis();
        if (total > 0) {
            double busy = percent(now.busyMillis() - before.busyMillis(), total);
            batch.add(Kind.GAUGE, labels, Math.clamp(busy, 0, 100));
        }
    }

    private static void space(SampleBatch batch, String prefix, long total, long used) {
        gauge(batch, prefix + "_total_bytes", total);
        gauge(batch, prefix + "_used_bytes", used);
        // No swap is none used: 0, so that a rule on it has a value.
        gauge(batch, prefix + "_usage_percent", total == 0 ? 0 : percent(used, total));
    }

    /** Percentages as df(1) gives them: of what may be used, leaving out what is reserved for root. */
    private static void mount(Mount mount, SampleBatch batch) {
        String[] labels = {"mount", mount.mount(), "device", mount.device()};
        long used = mount.totalBytes() - mount.freeBytes();
        gauge(batch, "host_disk_total_bytes", mount.totalBytes(), labels);
        gauge(batch, "host_disk_used_bytes", used, labels);
        gauge(batch, "host_disk_free_bytes", mount.usableBytes(), labels);
        long mayBeUsed = used + mount.usableBytes();
        if (mayBeUsed > 0) {
            gauge(batch, "host_disk_usage_percent", percent(used, mayBeUsed), labels);
            gauge(batch, "host_disk_free_percent", percent(mount.usableBytes(), mayBeUsed), labels);
        }
        if (mount.inodes() > 0) {
            long usedInodes = mount.inodes() - mount.freeInodes();
            gauge(batch, "host_disk_inodes", mount.inodes(), labels);
            gauge(batch, "host_disk_used_inodes", usedInodes, labels);
            gauge(batch, "host_disk_inodes_usage_percent", percent(usedInodes, mount.inodes()), labels);
        }
    }

    private void disk(Disk disk, SampleBatch batch) {
        counter(batch, "host_disk_read_bytes_total", "device", disk.device(), disk.readBytes(), 1);
        counter(batch, "host_disk_written_bytes_total", "device", disk.device(), disk.writtenBytes(), 1);
        counter(batch, "host_disk_reads_total", "device", disk.device(), disk.reads(), 1);
        counter(batch, "host_disk_writes_total", "device", disk.device(), disk.writes(), 1);
        counter(batch, "host_disk_busy_seconds_total", "device", disk.device(), disk.busyMillis(), MILLIS_PER_SECOND);
    }

    private void diskTime(DiskTime time, SampleBatch batch) {
        String device = time.device();
        counter(batch, "host_disk_read_seconds_total", "device", device, time.readMillis(), MILLIS_PER_SECOND);
        counter(batch, "host_disk_write_seconds_total", "device", device, time.writeMillis(), MILLIS_PER_SECOND);
    }

    private void network(Network network, SampleBatch batch) {
        String name = network.name();
        counter(batch, "host_network_received_bytes_total", "interface", name, network.receivedBytes(), 1);
        counter(batch, "host_network_sent_bytes_total", "interface", name, network.sentBytes(), 1);
        counter(batch, "host_network_received_packets_total", "interface", name, network.receivedPackets(), 1);
        counter(batch, "host_network_sent_packets_total", "interface", name, network.sentPackets(), 1);
        counter(batch, "host_network_receive_errors_total", "interface", name, network.receiveErrors(), 1);
        counter(batch, "host_network_send_errors_total", "interface", name, network.sendErrors(), 1);
        counter(batch, "host_network_receive_drops_total", "interface", name, network.receiveDrops(), 1);
    }

    private static void sockets(Sockets sockets, SampleBatch batch) {
        sockets.states()
                .forEach((state, count) ->
                        gauge(batch, "host_sockets", count, "protocol", sockets.protocol(), "state", state));
    }

    private void container(Container container, SampleBatch batch) {
        container
                .cpuLimitMillicores()
                .ifPresent(limit -> gauge(batch, "host_container_cpu_limit_cores", limit / MILLICORES_PER_CORE));
        counter(
                batch,
                Labels.of(Labels.NAME, "host_container_cpu_seconds_total"),
                container.cpuMicros(),
                MICROS_PER_SECOND);
        counter(
                batch,
                Labels.of(Labels.NAME, "host_container_cpu_throttled_seconds_total"),
                container.throttledMicros(),
                MICROS_PER_SECOND);
        gauge(batch, "host_container_memory_used_bytes", container.usedBytes());
        container.memoryLimitBytes().ifPresent(limit -> {
            gauge(batch, "host_container_memory_limit_bytes", limit);
            gauge(batch, "host_container_memory_usage_percent", percent(container.usedBytes(), limit));
        });
        counter(batch, Labels.of(Labels.NAME, "host_container_oom_kills_total"), container.outOfMemoryKills(), 1);
        gauge(batch, "host_container_processes", container.processes());
        container.maxProcesses().ifPresent(most -> gauge(batch, "host_container_processes_limit", most));
    }

    private void counter(
            SampleBatch batch, String metric, String label, String value, long total, double unitsPerSample) {
        counter(batch, Labels.of(Labels.NAME, metric, label, value), total, unitsPerSample);
    }

    private void counter(SampleBatch batch, Labels labels, long total, double unitsPerSample) {
        Total before = totals.put(labels, new Total(total, reading));
        if (before != null) {
            long delta = total >= before.value ? total - before.value : total;
            batch.add(Kind.COUNTER, labels, delta / unitsPerSample);
        }
    }

    static void gauge(SampleBatch batch, String metric, long value, String... labels) {
        gauge(batch, metric, (double) value, labels);
    }

    static void gauge(SampleBatch batch, String metric, double value, String... labels) {
        batch.add(Kind.GAUGE, Labels.of(labels).with(Labels.NAME, metric), value);
    }

    /** To two decimals: no reading is more exact, and history keeps such numbers in a third of the space. */
    private static double percent(long part, long whole) {
        return Math.round(10_000.0 * part / whole) / 100.0;
    }
}
