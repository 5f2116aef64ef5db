package dev.tocsin.watch.host;

import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The host as Prometheus' node_exporter (1.5) tells it, names, labels, units and all, so that rules and dashboards made
 * for it work: what is read is recorded as it is, totals as totals, with {@code job="node"} and {@code instance}. A
 * series that a reading lacks ends. Linux only; elsewhere it is silent. Confined to one thread at a time.
 */
final class NodeMetrics {
    private final SampleRecorder recorder;
    private final Labels target;
    private final NodeKernel kernel;
    private final NodeDevices devices;
    private final NodeSockets sockets;
    private final Map<Labels, Boolean> current = new HashMap<>();

    NodeMetrics(SystemFiles files, String instance, SampleRecorder recorder) {
        this.recorder = recorder;
        this.target = Labels.of("job", "node", "instance", instance);
        this.kernel = new NodeKernel(files);
        this.devices = new NodeDevices(files);
        this.sockets = new NodeSockets(files);
    }

    /**
     * Reads and records.
     *
     * @param fileSystemsToo whether file systems are read; their series go on meanwhile
     */
    void read(long nowMillis, boolean fileSystemsToo) {
        Set<Labels> seen = new HashSet<>();
        NodeRows rows = (metric, value, labels) -> {
            Labels series = Labels.of(labels).with(target).with(Labels.NAME, metric);
            if (seen.add(series)) {
                recorder.append(series, nowMillis, value);
                current.put(series, metric.startsWith("node_filesystem_"));
            }
        };
        kernel.read(nowMillis, rows);
        devices.read(fileSystemsToo, rows);
        sockets.read(rows);
        current.entrySet().removeIf(entry -> {
            boolean isGone = !seen.contains(entry.getKey()) && (fileSystemsToo || !entry.getValue());
            if (isGone) {
                recorder.markStale(entry.getKey(), nowMillis);
            }
            return isGone;
        });
    }
}
