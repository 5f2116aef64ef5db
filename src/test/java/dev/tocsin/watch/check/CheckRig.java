package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.LatestScalars;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.watch.BatchText;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Checks that run against real sockets, and what they write. */
final class CheckRig implements AutoCloseable {
    /** For what must come, however slow the machine. */
    private static final long PATIENCE_SECONDS = 60;

    final Vertx vertx = Vertx.vertx();
    final PostgresServers servers = new PostgresServers(vertx, null);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    /** The last of each series that has not ended. */
    final Map<Labels, Double> recorded = new ConcurrentHashMap<>();

    final Map<String, String> observed = new ConcurrentHashMap<>();
    /** How the server's own parts are. */
    final Map<String, ComponentHealth> parts = new ConcurrentHashMap<>();

    final StateInMemory state = new StateInMemory();
    private CheckVerticle verticle;

    static CheckDefinition check(String name, ProbeSpec probe, Duration timeout, String... dependsOn) {
        return new CheckDefinition(
                name,
                probe,
                Duration.ofMinutes(10),
                timeout,
                1,
                1,
                "critical",
                Labels.of("team", "shop"),
                List.of(dependsOn),
                Maintenance.NEVER,
                null);
    }

    static CheckDefinition check(String name, ProbeSpec probe) {
        return check(name, probe, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    CheckRig run(CheckDefinition... checks) throws Exception {
        SampleSink sink = (batch, nowMillis) -> observed.putAll(BatchText.of(batch));
        SampleRecorder recorder = new LatestScalars(recorded);
        verticle = new CheckVerticle(
                List.of(checks),
                () -> sink,
                recorder,
                () -> true,
                state,
                servers,
                () -> parts,
                Clock.system(),
                registry);
        vertx.deployVerticle(verticle).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return this;
    }

    CheckVerticle verticle() {
        return verticle;
    }

    /** The check, as soon as this holds of it. */
    CheckStatus until(String name, Predicate<CheckStatus> holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            for (CheckStatus view : verticle.all()) {
                if (view.name().equals(name) && holds.test(view)) {
                    return view;
                }
            }
            assertThat(System.nanoTime()).as(verticle.all().toString()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    /** What its first run found. */
    CheckStatus.Result first(String name) throws InterruptedException {
        return until(name, view -> view.last() != null).results().getFirst();
    }

    /** What is told of the check's recovery action; empty where there is nothing. */
    String told(String check) {
        return recorded.keySet().stream()
                .filter(labels -> labels.metricName().equals("check_recovery")
                        && labels.get("check").equals(check))
                .map(labels -> labels.get("told"))
                .findFirst()
                .orElse("");
    }

    /** A series of a check, by metric and further labels. */
    Double value(String metric, String check, String... labels) {
        for (Map.Entry<Labels, Double> each : recorded.entrySet()) {
            boolean isIt = each.getKey().metricName().equals(metric)
                    && each.getKey().get("check").equals(check);
            for (int i = 0; i < labels.length; i += 2) {
                isIt &= each.getKey().get(labels[i]).equals(labels[i + 1]);
            }
            if (isIt) {
                return each.getValue();
            }
        }
        return null;
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
