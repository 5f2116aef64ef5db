package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Looks whether a job has said in time that it ran. */
final class HeartbeatProbe implements Probe {
    private static final double MILLIS_PER_SECOND = 1_000;

    private final String name;
    private final ProbeSpec.Heartbeat spec;
    private final Heartbeats beats;
    private final Clock clock;
    /** From when on the first one is waited for. */
    private final long sinceMillis;

    HeartbeatProbe(String name, ProbeSpec.Heartbeat spec, Heartbeats beats, Clock clock) {
        this.name = name;
        this.spec = spec;
        this.beats = beats;
        this.clock = clock;
        sinceMillis = clock.wallMillis();
    }

    @Override
    public Future<ProbeResult> run(Attempt attempt) {
        return Future.succeededFuture(look(clock.wallMillis()));
    }

    ProbeResult look(long nowMillis) {
        Heartbeats.Beat last = beats.last(name);
        long allowedMillis = spec.every().plus(spec.grace()).toMillis();
        long ageMillis = nowMillis - (last == null ? sinceMillis : last.atMillis());
        if (ageMillis > allowedMillis) {
            return ProbeResult.failed((last == null ? "never heard of" : "not heard of for " + rounded(ageMillis))
                    + "; expected every " + text(spec.every()) + ", with " + text(spec.grace()) + " of grace");
        }
        if (last == null) {
            return ProbeResult.nothingYet("not heard of yet");
        }
        String said = last.message().isBlank() ? "" : ": " + last.message();
        ProbeResult result = last.ok()
                ? ProbeResult.ok("heard of " + rounded(ageMillis) + " ago" + said)
                : ProbeResult.failed("it said that it failed, " + rounded(ageMillis) + " ago" + said);
        return result.with(
                List.of(ProbeResult.Reading.gauge("check_heartbeat_age_seconds", ageMillis / MILLIS_PER_SECOND)));
    }

    private static String rounded(long millis) {
        return text(Duration.ofSeconds(Math.max(0, millis / 1_000)));
    }

    private static String text(Duration duration) {
        return PromDuration.format(duration.toMillis());
    }
}
