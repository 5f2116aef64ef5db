package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.ComponentHealth.Status;
import dev.tocsin.series.SeriesTable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the parts of the server are, from what is known of them. Callable from any thread. */
final class ServerHealth {
    /** A tick that comes later than this is told; shorter pauses are those of a busy machine. */
    private static final long LATE_TICK_MILLIS = 5_000;

    /** Nothing is judged any more: whoever watches the server should restart it, or look. */
    private static final long DEAD_TICK_MILLIS = 30_000;

    /** Names of what is not well. */
    private static final int TOLD_NAMES = 5;

    private final TickVerticle ticks;
    private final EventBusEcho eventBus;
    private final SeriesTable table;
    private final AlertPipeline pipeline;
    private final @Nullable Storage storage;
    private final Supplier<Collection<CheckStatus>> checks;
    private final MeterRegistry meters;
    private final Duration tick;
    private final Clock clock;

    ServerHealth(
            TickVerticle ticks,
            EventBusEcho eventBus,
            SeriesTable table,
            AlertPipeline pipeline,
            @Nullable Storage storage,
            Supplier<Collection<CheckStatus>> checks,
            MeterRegistry meters,
            Duration tick,
            Clock clock) {
        this.ticks = ticks;
        this.eventBus = eventBus;
        this.table = table;
        this.pipeline = pipeline;
        this.storage = storage;
        this.checks = checks;
        this.meters = meters;
        this.tick = tick;
        this.clock = clock;
    }

    /** The server's own parts, for its check of itself. */
    Map<String, ComponentHealth> parts() {
        Map<String, ComponentHealth> parts = new LinkedHashMap<>();
        parts.put("event_bus", eventBus.health());
        parts.put("ticks", ticks());
        parts.put("notifications", notifications());
        if (storage != null) {
            parts.put("database", storage.health());
        }
        return parts;
    }

    /** The same, and what the server judges. */
    Map<String, ComponentHealth> components() {
        Map<String, ComponentHealth> all = parts();
        all.put("rules", rules());
        all.put("checks", checks());
        return all;
    }

    private ComponentHealth rules() {
        long now = clock.wallMillis();
        long failing = pipeline.view().groups().stream()
                .flatMap(group -> group.rules().stream())
                .filter(rule -> !rule.health().lastError().isEmpty())
                .count();
        return failing == 0
                ? ComponentHealth.healthy(now)
                : ComponentHealth.degraded(now, failing + " rules can't be judged; see /api/v1/rules");
    }

    /** What is down elsewhere makes nobody restart this server: degraded, never unhealthy. */
    private ComponentHealth checks() {
        Stream<String> down = checks.get().stream()
                .filter(check -> check.state() == CheckState.DOWN)
                .map(CheckStatus::name);
        return wellWithout(down.toList(), " checks are down, ", "; see /health/detailed");
    }

    /** Receivers that did not answer several times in a row, and are left alone for a moment. */
    private ComponentHealth notifications() {
        Stream<String> silent = meters.find("tocsin.notification.circuit.state").gauges().stream()
                .filter(circuit -> circuit.value() > 0)
                .map(Gauge::getId)
                .map(id -> id.getTag("integration") + " of " + id.getTag("receiver"));
        return wellWithout(silent.sorted().toList(), " channels do not answer, ", "; see /metrics");
    }

    private ComponentHealth wellWithout(List<String> names, String are, String see) {
        long now = clock.wallMillis();
        return names.isEmpty()
                ? ComponentHealth.healthy(now)
                : ComponentHealth.degraded(
                        now,
                        names.size()
                                + are
                                + String.join(", ", names.subList(0, Math.min(TOLD_NAMES, names.size())))
                                + see);
    }

    private ComponentHealth ticks() {
        long now = clock.wallMillis();
        if (ticks.isRestoring()) {
            return ComponentHealth.degraded(
                    now, "the journal is being read back; what comes in is put aside meanwhile");
        }
        long closedMillis = table.closedTickMillis();
        long lateMillis = now - closedMillis - tick.toMillis();
        if (lateMillis < LATE_TICK_MILLIS) {
            return new ComponentHealth(
                    Status.HEALTHY, closedMillis, (double) Math.max(ticks.delayMillis(), lateMillis), null);
        }
        return new ComponentHealth(
                lateMillis < DEAD_TICK_MILLIS ? Status.DEGRADED : Status.UNHEALTHY,
                closedMillis,
                (double) lateMillis,
                "the last tick was closed " + (lateMillis + tick.toMillis()) + " ms ago");
    }
}
