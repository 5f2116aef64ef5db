package dev.tocsin.watch.host;

import dev.tocsin.core.Kind;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.core.check.HostFigures;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps what the last reading of the machine said as a whole: gauges without labels, and how full its fullest file system
 * is. What is read less often stays until it is read again. Fed by one thread; {@link #figures} by any.
 */
final class LastReading {
    private static final String PREFIX = "host_";
    private static final String DISK = "disk_usage_percent";

    private final Map<String, Double> known = new HashMap<>();
    private volatile HostFigures figures = HostFigures.NONE;

    void take(SampleBatch batch, long nowMillis) {
        Map<String, Double> fresh = new HashMap<>();
        for (int row = 0; row < batch.size(); row++) {
            String metric = name(batch, row);
            boolean isWhole = batch.tagsStart(row) >= batch.tagsEnd(row);
            if (batch.kind(row) == Kind.GAUGE && (isWhole || metric.equals(DISK))) {
                fresh.merge(metric, batch.value(row), Math::max);
            }
        }
        known.putAll(fresh);
        if (!known.isEmpty()) {
            figures = new HostFigures(nowMillis, known);
        }
    }

    private static String name(SampleBatch batch, int row) {
        int from = batch.nameStart(row);
        String name = new String(batch.bytes, from, batch.nameEnd(row) - from, StandardCharsets.UTF_8);
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    HostFigures figures() {
        return figures;
    }
}
