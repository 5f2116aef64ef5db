package dev.tocsin.watch;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.watch.HostSnapshot.Cpu;
import dev.tocsin.watch.HostSnapshot.CpuTime;
import dev.tocsin.watch.HostSnapshot.Disk;
import dev.tocsin.watch.HostSnapshot.Mount;
import dev.tocsin.watch.HostSnapshot.Network;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns readings of the host into samples named {@code host_*}. Totals become counter deltas against the reading
 * before, so the first reading gives none; a total that fell (a device was replaced) counts from 0. Percentages are 0
 * to 100. Confined to one thread.
 */
final class HostMetrics {
    private static final double MILLIS_PER_SECOND = 1_000;
    private static final int KEPT_READINGS = 60;

    private @Nullable Cpu previousCpu;
    private final Map<Labels, Total> totals = new HashMap<>();
    private long reading;

    /** The last that was seen of a total, and in which reading: a part may fail once, and devices come and go. */
    private record Total(long value, long reading) {}

    /** Adds what this reading says to the batch. */
    void append(HostSnapshot now, SampleBatch batch) {
        cpu(now.cpu(), batch);
        if (now.load() != null) {
            gauge(batch, Labels.of(Labels.NAME, "host_load1"), now.load().one());
            gauge(batch, Labels.of(Labels.NAME, "host_load5"), now.load().five());
            gauge(batch, Labels.of(Labels.NAME, "host_load15"), now.load().fifteen());
        }
        if (now.memory() != null) {
            long total = now.memory().totalBytes();
            long available = now.memory().availableBytes();
            space(batch, "host_memory", total, total - available);
            gauge(batch, Labels.of(Labels.NAME, "host_memory_available_bytes"), available);
        }
        if (now.swap() != null) {
            space(batch, "host_swap", now.swap().totalBytes(), now.swap().usedBytes());
        }
        for (Mount mount : now.mounts()) {
            mount(mount, batch);
        }
        for (Disk disk : now.disks()) {
            counter(batch, "host_disk_read_bytes_total", "device", disk.device(), disk.readBytes());
            counter(batch, "host_disk_written_bytes_total", "device", disk.device(), disk.writtenBytes());
        }
        for (Network network : now.networks()) {
            network(network, batch);
        }
        if (now.uptime() != null) {
            gauge(
                    batch,
                    Labels.of(Labels.NAME, "host_uptime_seconds"),
                    now.uptime().seconds());
            gauge(batch, Labels.of(Labels.NAME, "host_processes"), now.uptime().processes());
        }
        reading++;
        totals.values().removeIf(total -> reading - total.reading > KEPT_READINGS);
    }

    private void cpu(@Nullable Cpu now, SampleBatch batch) {
        Cpu before = previousCpu;
        if (now == null) {
            return;
        }
        previousCpu = now;
        counter(batch, "host_cpu_seconds_total", "mode", "user", now.all().user(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "nice", now.all().nice(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "system", now.all().system(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "idle", now.all().idle(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "iowait", now.all().iowait(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "irq", now.all().irq(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "softirq", now.all().softirq(), MILLIS_PER_SECOND);
        counter(batch, "host_cpu_seconds_total", "mode", "steal", now.all().steal(), MILLIS_PER_SECOND);
        if (before == null || before.cores().size() != now.cores().size()) {
            return;
        }
        usage(batch, Labels.of(Labels.NAME, "host_cpu_usage_percent"), before.all(), now.all());
        for (int i = 0; i < now.cores().size(); i++) {
            usage(
                    batch,
                    Labels.of(Labels.NAME, "host_cpu_core_usage_percent", "core", Integer.toString(i)),
                    before.cores().get(i),
                    now.cores().get(i));
        }
    }

    private static void usage(SampleBatch batch, Labels labels, CpuTime before, CpuTime now) {
        long total = now.totalMillis() - before.totalMillis();
        if (total > 0) {
            double busy = 100.0 * (now.busyMillis() - before.busyMillis()) / total;
            gauge(batch, labels, Math.clamp(busy, 0, 100));
        }
    }

    private static void space(SampleBatch batch, String prefix, long total, long used) {
        gauge(batch, Labels.of(Labels.NAME, prefix + "_total_bytes"), total);
        gauge(batch, Labels.of(Labels.NAME, prefix + "_used_bytes"), used);
        // No swap is none used: 0, so that a rule on it has a value.
        gauge(batch, Labels.of(Labels.NAME, prefix + "_usage_percent"), total == 0 ? 0 : 100.0 * used / total);
    }

    /** Percentages as df(1) gives them: of what may be used, leaving out what is reserved for root. */
    private static void mount(Mount mount, SampleBatch batch) {
        Labels labels = Labels.of("mount", mount.mount(), "device", mount.device());
        long used = mount.totalBytes() - mount.freeBytes();
        gauge(batch, labels.with(Labels.NAME, "host_disk_total_bytes"), mount.totalBytes());
        gauge(batch, labels.with(Labels.NAME, "host_disk_used_bytes"), used);
        gauge(batch, labels.with(Labels.NAME, "host_disk_free_bytes"), mount.usableBytes());
        long mayBeUsed = used + mount.usableBytes();
        if (mayBeUsed > 0) {
            double usedPercent = 100.0 * used / mayBeUsed;
            gauge(batch, labels.with(Labels.NAME, "host_disk_usage_percent"), usedPercent);
            gauge(batch, labels.with(Labels.NAME, "host_disk_free_percent"), 100 - usedPercent);
        }
    }

    private void network(Network network, SampleBatch batch) {
        String name = network.name();
        counter(batch, "host_network_received_bytes_total", "interface", name, network.receivedBytes());
        counter(batch, "host_network_sent_bytes_total", "interface", name, network.sentBytes());
        counter(batch, "host_network_receive_errors_total", "interface", name, network.receiveErrors());
        counter(batch, "host_network_send_errors_total", "interface", name, network.sendErrors());
        counter(batch, "host_network_receive_drops_total", "interface", name, network.receiveDrops());
    }

    private void counter(SampleBatch batch, String metric, String label, String value, long total) {
        counter(batch, metric, label, value, total, 1);
    }

    private void counter(
            SampleBatch batch, String metric, String label, String value, long total, double unitsPerSample) {
        Labels labels = Labels.of(Labels.NAME, metric, label, value);
        Total before = totals.put(labels, new Total(total, reading));
        if (before != null) {
            long delta = total >= before.value ? total - before.value : total;
            batch.add(Kind.COUNTER, labels, delta / unitsPerSample);
        }
    }

    private static void gauge(SampleBatch batch, Labels labels, long value) {
        gauge(batch, labels, (double) value);
    }

    private static void gauge(SampleBatch batch, Labels labels, double value) {
        batch.add(Kind.GAUGE, labels, value);
    }
}
