package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the time of one run went; of a phase that comes again (redirects) the sum. Confined to the checks' event loop. */
final class Phases {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Clock clock;
    private final Map<String, Double> millis = new LinkedHashMap<>();
    private long beganNanos;

    Phases(Clock clock) {
        this.clock = clock;
        beganNanos = clock.monotonicNanos();
    }

    /** The phase that began with the end of the one before is over. */
    void end(String phase) {
        long now = clock.monotonicNanos();
        millis.merge(phase, (now - beganNanos) / NANOS_PER_MILLI, Double::sum);
        beganNanos = now;
    }

    /** The result with each phase among its readings. */
    ProbeResult beside(ProbeResult result) {
        List<ProbeResult.Reading> readings = new ArrayList<>(result.readings());
        millis.forEach((phase, took) -> readings.add(ProbeResult.Reading.phase(phase, took)));
        return result.with(readings);
    }
}
