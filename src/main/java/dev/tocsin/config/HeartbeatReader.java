package dev.tocsin.config;

import dev.tocsin.watch.check.ProbeSpec;
import java.time.Duration;
import java.util.Set;

/** Reads checks of the kind {@code heartbeat}, whose interval is the job's. */
final class HeartbeatReader implements ProbeReader {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(400);
    /** How often it is looked whether the time is over. */
    private static final Duration LOOKED_AT = Duration.ofSeconds(5);

    @Override
    public Set<String> keys() {
        return Set.of("grace");
    }

    @Override
    public ProbeSpec read(CheckKeys keys) throws ConfigException {
        Duration every = keys.required("interval", "a check of the kind heartbeat", Allowed.duration(LEAST, MOST));
        return new ProbeSpec.Heartbeat(every, keys.duration("grace", Duration.ZERO, Duration.ZERO, MOST));
    }

    @Override
    public Duration interval(CheckKeys keys) throws ConfigException {
        Duration every = keys.duration("interval", LOOKED_AT, LEAST, MOST);
        return every.compareTo(LOOKED_AT) < 0 ? every : LOOKED_AT;
    }

    /** A time that is over is over. */
    @Override
    public int failures() {
        return 1;
    }
}
