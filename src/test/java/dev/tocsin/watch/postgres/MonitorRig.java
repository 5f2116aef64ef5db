package dev.tocsin.watch.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.LatestScalars;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.postgres.ServerPicture;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.postgres.PostgresSettings;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.postgres.ServerSettings;
import dev.tocsin.watch.postgres.Questions.Thresholds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A monitor of real servers, and what it writes. */
final class MonitorRig implements AutoCloseable {
    /** For what must come, however slow the machine. */
    private static final long PATIENCE_SECONDS = 60;

    private static final Thresholds AT_ONCE = new Thresholds(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    final Vertx vertx = Vertx.vertx();
    final PostgresServers servers = new PostgresServers(vertx, null);
    /** The last of each series that has not ended. */
    final Map<Labels, Double> recorded = new ConcurrentHashMap<>();

    private final MonitorVerticle monitor;

    /** Everything is worth a look at once. */
    MonitorRig(ServerSettings... watched) throws Exception {
        replace(watched);
        SampleRecorder recorder = new LatestScalars(recorded);
        monitor = new MonitorVerticle(
                servers, AT_ONCE, recorder, () -> true, new StateInMemory(), Clock.system(), new SimpleMeterRegistry());
        vertx.deployVerticle(monitor).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Looked at every second. */
    static ServerSettings server(String name, ServerAddress address) {
        return new ServerSettings(
                name,
                address,
                ServerSettings.LEAST_INTERVAL,
                Duration.ofSeconds(PATIENCE_SECONDS),
                Duration.ofSeconds(PATIENCE_SECONDS),
                10,
                Labels.of("team", "shop"));
    }

    void replace(ServerSettings... watched) {
        servers.replace(new PostgresSettings(List.of(watched), false));
    }

    /** What is known of the server, as soon as this holds of it. */
    ServerPicture until(String name, Predicate<ServerPicture> holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            for (ServerPicture picture : monitor.all()) {
                if (picture.name().equals(name) && holds.test(picture)) {
                    return picture;
                }
            }
            assertThat(System.nanoTime()).as(monitor.all().toString()).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    ServerPicture untilRow(String name, String part, Predicate<Map<String, Object>> holds) throws InterruptedException {
        return until(name, picture -> rows(picture, part).stream().anyMatch(holds));
    }

    /** The rows of a part; none where it was not asked yet. */
    static List<Map<String, Object>> rows(ServerPicture picture, String part) {
        return picture.parts().stream()
                .filter(each -> each.name().equals(part))
                .findFirst()
                .map(ServerPicture.Part::rows)
                .orElse(List.of());
    }

    void untilValue(Predicate<Double> holds, String metric, String... labels) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (value(metric, labels) == null || !holds.test(value(metric, labels))) {
            assertThat(System.nanoTime()).as(metric + " in " + recorded).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** A series, by metric and some of its labels; null where it has ended, or never was. */
    Double value(String metric, String... labels) {
        for (Map.Entry<Labels, Double> each : recorded.entrySet()) {
            boolean isIt = each.getKey().metricName().equals(metric);
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
        servers.close();
        vertx.close().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
