package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.log.LogLine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerticleTest {
    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final LinkedBlockingQueue<String> taken = new LinkedBlockingQueue<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final SampleSink sink = (batch, nowMillis) -> {
        for (int row = 0; row < batch.size(); row++) {
            if (batch.value(row) > 0) {
                taken.add(batch.value(row) + " on an event loop: "
                        + Thread.currentThread().getName().contains("eventloop"));
            }
        }
    };

    @AfterEach
    void close() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    private final StateInMemory state = new StateInMemory();

    private LogVerticle verticle(LogSettings settings) {
        return new LogVerticle(
                settings,
                () -> {
                    opened.incrementAndGet();
                    return sink;
                },
                state,
                folder.resolve("data"),
                Clock.system(),
                new SimpleMeterRegistry(),
                10);
    }

    private LogSettings settings() {
        return new LogSettings(List.of(new LogSource(
                "shop",
                List.of(folder + "/*.log"),
                List.of(),
                true,
                8_192,
                ZoneOffset.UTC,
                null,
                LogPattern.BUILT_IN,
                List.of())));
    }

    @Test
    void countsOnTheLoopWhatIsReadOffItAndTellsTheLines() throws Exception {
        Files.writeString(folder.resolve("app.log"), "ERROR one\n");
        LogVerticle verticle = verticle(settings());
        vertx.deployVerticle(verticle).await(60, TimeUnit.SECONDS);

        assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo("1.0 on an event loop: true");
        Files.writeString(folder.resolve("app.log"), "ERROR two\n", StandardOpenOption.APPEND);
        assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo("1.0 on an event loop: true");

        assertThat(verticle.recent("error", null, 10).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .extracting(LogLine::text)
                .containsExactly("ERROR two", "ERROR one");
    }

    @Test
    void theNextProcessGoesOnWhereThisOneEnded() throws Exception {
        Files.writeString(folder.resolve("app.log"), "ERROR one\n");
        String id = vertx.deployVerticle(verticle(settings())).await(60, TimeUnit.SECONDS);
        assertThat(taken.poll(60, TimeUnit.SECONDS)).startsWith("1.0 ");
        vertx.undeploy(id).await(60, TimeUnit.SECONDS);
        Files.writeString(folder.resolve("app.log"), "ERROR two\nERROR three\n", StandardOpenOption.APPEND);

        LogVerticle next = verticle(settings());
        vertx.deployVerticle(next).await(60, TimeUnit.SECONDS);

        double counted = 0;
        while (counted < 2) {
            counted += Double.parseDouble(taken.poll(60, TimeUnit.SECONDS).split(" ")[0]);
        }
        assertThat(counted).isEqualTo(2);
        assertThat(next.recent("error", null, 10).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .extracting(LogLine::text)
                .containsExactly("ERROR three", "ERROR two", "ERROR one");
    }

    @Test
    void isOffUntilASourceIsConfigured() throws Exception {
        Files.writeString(folder.resolve("app.log"), "ERROR one\n");
        LogVerticle verticle = verticle(LogSettings.NONE);
        vertx.deployVerticle(verticle).await(60, TimeUnit.SECONDS);
        assertThat(verticle.recent(null, null, 10).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEmpty();
        assertThat(opened).hasValue(0);

        verticle.configure(settings()).await(60, TimeUnit.SECONDS);

        assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo("1.0 on an event loop: true");
        assertThat(opened).hasValue(1);
    }
}
