package dev.tocsin.watch.host;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.watch.host.HostPart.Processes;
import dev.tocsin.watch.host.HostPart.RunningProcess;
import java.util.HashMap;
import java.util.Map;

/**
 * What is counted of the processes of one name from reading to reading. A restart is a process that came after another
 * one had ended, so that a pool that grows is none. Confined to one thread.
 */
final class ProcessTotals {
    private static final double MILLIS_PER_SECOND = 1_000;

    /** CPU time at the last reading, by process; {@code cpuMillis} is 0 in the key. */
    private Map<RunningProcess, Long> cpuMillis = new HashMap<>();

    private boolean seenBefore;
    /** Ended, and not replaced yet. */
    private int ended;

    void append(Processes now, SampleBatch batch) {
        Map<RunningProcess, Long> running = new HashMap<>();
        long usedMillis = 0;
        int started = 0;
        for (RunningProcess process : now.running()) {
            RunningProcess key = new RunningProcess(process.pid(), process.startedMillis(), 0);
            running.put(key, process.cpuMillis());
            Long before = cpuMillis.get(key);
            started += before == null ? 1 : 0;
            usedMillis += process.cpuMillis() - (before == null ? 0 : Math.min(before, process.cpuMillis()));
        }
        int stayed = running.size() - started;
        ended += cpuMillis.size() - stayed;
        int restarted = Math.min(ended, started);
        ended -= restarted;

        String[] name = {"process", now.name()};
        HostMetrics.gauge(batch, "host_process_up", now.running().isEmpty() ? 0 : 1, name);
        HostMetrics.gauge(batch, "host_process_count", running.size(), name);
        HostMetrics.gauge(batch, "host_process_resident_bytes", now.residentBytes(), name);
        HostMetrics.gauge(batch, "host_process_threads", now.threads(), name);
        HostMetrics.gauge(batch, "host_process_open_files", now.files(), name);
        if (seenBefore) {
            Labels label = Labels.of(name);
            batch.add(
                    Kind.COUNTER,
                    label.with(Labels.NAME, "host_process_cpu_seconds_total"),
                    usedMillis / MILLIS_PER_SECOND);
            batch.add(Kind.COUNTER, label.with(Labels.NAME, "host_process_restarts_total"), restarted);
        }
        seenBefore = true;
        cpuMillis = running;
    }
}
