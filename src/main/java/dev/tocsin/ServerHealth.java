package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.Checks;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.web.ComponentHealth;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the parts of the server are, from what is known of them. Callable from any thread. */
final class ServerHealth {
    /** A tick that comes later than this is told; shorter pauses are those of a busy machine. */
    private static final long LATE_TICK_MILLIS = 5_000;

    /** Names of those that are down. */
    private static final int TOLD_CHECKS = 5;

    private final TickVerticle ticks;
    private final SeriesTable table;
    private final AlertPipeline pipeline;
    private final @Nullable Storage storage;
    private final Checks checks;
    private final Duration tick;
    private final Clock clock;

    ServerHealth(
            TickVerticle ticks,
            SeriesTable table,
            AlertPipeline pipeline,
            @Nullable Storage storage,
            Checks checks,
            Duration tick,
            Clock clock) {
        this.ticks = ticks;
        this.table = table;
        this.pipeline = pipeline;
        this.storage = storage;
        this.checks = checks;
        this.tick = tick;
        this.clock = clock;
    }

    Map<String, Supplier<ComponentHealth>> components() {
        Map<String, Supplier<ComponentHealth>> all = new LinkedHashMap<>();
        all.put("ticks", this::ticks);
        all.put("rules", this::rules);
        all.put("checks", this::checks);
        if (storage != null) {
            all.put("database", storage::health);
        }
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
        long now = clock.wallMillis();
        List<String> down = checks.all().stream()
                .filter(check -> check.state() == CheckState.DOWN)
                .map(CheckStatus::name)
                .toList();
        return down.isEmpty()
                ? ComponentHealth.healthy(now)
                : ComponentHealth.degraded(
                        now,
                        down.size() + " checks are down, "
                                + String.join(", ", down.subList(0, Math.min(TOLD_CHECKS, down.size())))
                                + "; see /health/detailed");
    }

    private ComponentHealth ticks() {
        long now = clock.wallMillis();
        if (ticks.isRestoring()) {
            return ComponentHealth.degraded(
                    now, "the journal is being read back; what comes in is put aside meanwhile");
        }
        long behindMillis = now - table.closedTickMillis();
        return behindMillis < tick.toMillis() + LATE_TICK_MILLIS
                ? ComponentHealth.healthy(now)
                : ComponentHealth.degraded(now, "the last tick was closed " + behindMillis + " ms ago");
    }
}
