package dev.tocsin.core.check;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last reading of the machine. Immutable.
 *
 * @param readMillis wall time of it; 0 before the first
 * @param figures by name: {@code cpu_usage_percent}, {@code load1}, {@code memory_available_bytes}, …
 */
public record HostFigures(long readMillis, Map<String, Double> figures) {
    /** Where the machine is not looked at, or not yet. */
    public static final HostFigures NONE = new HostFigures(0, Map.of());

    public HostFigures {
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
    }
}
