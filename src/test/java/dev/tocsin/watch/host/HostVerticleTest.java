package dev.tocsin.watch.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.SampleSink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostVerticleTest {
    private static final List<HostPart> LOADED = List.of(new HostPart.Load(1, 2, 3));

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LinkedBlockingQueue<String> taken = new LinkedBlockingQueue<>();
    private final SampleSink sink = (batch, nowMillis) -> taken.add(batch.size() + " rows on an event loop: "
            + Thread.currentThread().getName().contains("eventloop"));

    @AfterEach
    void close() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    private void deploy(HostProbe probe, Clock clock) throws Exception {
        vertx.deployVerticle(new HostVerticle(probe, sink, clock, registry, 20)).await(60, TimeUnit.SECONDS);
    }

    @Test
    void readsAgainAndAgainOffTheLoopAndHandsOverOnIt() throws Exception {
        LinkedBlockingQueue<String> readers = new LinkedBlockingQueue<>();
        deploy(
                slowToo -> {
                    readers.add(Thread.currentThread().getName() + " " + slowToo);
                    return LOADED;
                },
                Clock.system());

        for (int i = 0; i < 3; i++) {
            assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo("3 rows on an event loop: true");
        }
        assertThat(readers.take()).isEqualTo("tocsin-host-0 true");
        assertThat(readers.take()).isEqualTo("tocsin-host-0 false");
    }

    @Test
    void aReadingThatFailsIsNotTheLast() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        deploy(
                slowToo -> {
                    if (readings.getAndIncrement() == 0) {
                        throw new IllegalStateException("withheld");
                    }
                    return LOADED;
                },
                Clock.system());

        assertThat(taken.poll(60, TimeUnit.SECONDS)).isEqualTo("3 rows on an event loop: true");
    }

    @Test
    void aSlowReadingIsWaitedForAndTheMissedOnesAreCounted() throws Exception {
        ManualClock clock = new ManualClock(0);
        AtomicInteger atOnce = new AtomicInteger();
        deploy(
                slowToo -> {
                    assertThat(atOnce.incrementAndGet()).isEqualTo(1);
                    clock.advance(Duration.ofMillis(50));
                    atOnce.decrementAndGet();
                    return LOADED;
                },
                clock);

        taken.poll(60, TimeUnit.SECONDS);
        assertThat(taken.poll(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(registry.get("tocsin.host.missed.readings").counter().count())
                .isGreaterThanOrEqualTo(2)
                .satisfies(count -> assertThat(count % 2).isZero());
    }

    @Test
    void stopDoesNotWaitForAReadingThatHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch forever = new CountDownLatch(1);
        String id = vertx.deployVerticle(new HostVerticle(
                        slowToo -> {
                            hangs.countDown();
                            try {
                                forever.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return LOADED;
                        },
                        sink,
                        Clock.system(),
                        registry,
                        20))
                .await(60, TimeUnit.SECONDS);
        assertThat(hangs.await(60, TimeUnit.SECONDS)).isTrue();

        vertx.undeploy(id).await(60, TimeUnit.SECONDS);

        assertThat(taken).isEmpty();
        forever.countDown();
    }

    @Test
    void readingsStandInTheMiddleOfTheSecond() {
        HostVerticle verticle = new HostVerticle(slowToo -> LOADED, sink, Clock.system(), registry, 1_000);

        assertThat(verticle.untilNext(10_000)).isEqualTo(500);
        assertThat(verticle.untilNext(10_499)).isEqualTo(1);
        assertThat(verticle.untilNext(10_500)).isEqualTo(1_000);
        assertThat(verticle.untilNext(10_501)).isEqualTo(999);
    }
}
