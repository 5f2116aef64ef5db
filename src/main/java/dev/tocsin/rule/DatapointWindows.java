package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.util.HashMap;
import java.util.Map;

/**
 * What the newest judgings saw of each alert of a rule, an alert that is not active yet among them: a bit a judging, the
 * newest lowest. Nothing is kept of an alert whose judgings were all false; past its bound, further alerts are not taken.
 * Changes of one judging count when it is committed. Confined to the rule thread.
 */
final class DatapointWindows {
    private final Datapoints datapoints;
    private Map<Labels, Long> windows = Map.of();
    private Map<Labels, Long> next = new HashMap<>();

    DatapointWindows(Datapoints datapoints) {
        this.datapoints = datapoints;
    }

    void begin() {
        next = new HashMap<>();
    }

    /** Whether this judging said something of the alert. */
    boolean isAdded(Labels alert) {
        return next.containsKey(alert);
    }

    /**
     * Adds what this judging saw.
     *
     * @param bound most alerts to keep
     * @return whether enough of the newest judgings saw the condition hold
     */
    boolean add(Labels alert, boolean held, int bound) {
        if (!windows.containsKey(alert) && next.size() >= bound) {
            return datapoints.needed() == 1 && held;
        }
        long mask = (1L << datapoints.of()) - 1;
        long window = (windows.getOrDefault(alert, 0L) << 1 | (held ? 1 : 0)) & mask;
        next.put(alert, window);
        return Long.bitCount(window) >= datapoints.needed();
    }

    /** Leaves the alert's window as it is: there was nothing to judge. */
    void keep(Labels alert) {
        next.put(alert, windows.getOrDefault(alert, 0L));
    }

    /** Ends the judging: alerts of which it said nothing were false. */
    void commit() {
        for (Labels alert : windows.keySet()) {
            if (!next.containsKey(alert)) {
                add(alert, false, Integer.MAX_VALUE);
            }
        }
        next.values().removeIf(window -> window == 0);
        windows = next;
    }

    /** Differs where any window does; 0 where there is none. */
    long version() {
        return windows.hashCode();
    }

    void write(ByteWriter out) {
        out.putVarint(windows.size());
        windows.forEach((alert, window) -> {
            out.putLabels(alert);
            out.putVarint(window);
        });
    }

    /** Goes on from those that were written. */
    void restore(ByteReader in) {
        long mask = (1L << datapoints.of()) - 1;
        Map<Labels, Long> restored = new HashMap<>();
        for (int i = in.readCount(); i > 0; i--) {
            restored.put(in.readLabels(), in.readVarint() & mask);
        }
        windows = restored;
    }

    /** Goes on from those of the same rule before a reload. */
    void resume(DatapointWindows before) {
        long mask = (1L << datapoints.of()) - 1;
        windows = new HashMap<>(before.windows);
        windows.replaceAll((alert, window) -> window & mask);
    }
}
