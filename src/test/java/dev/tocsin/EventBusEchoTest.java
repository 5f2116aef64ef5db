package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.check.ComponentHealth.Status;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventBusEchoTest {
    @Test
    void answersAreWaitedForAgainAndAgainAndTheirAbsenceIsTold() throws Exception {
        ManualClock clock = new ManualClock(0);
        EventBusEcho echo = new EventBusEcho(clock);
        assertThat(echo.health().status()).isEqualTo(Status.HEALTHY);
        clock.advance(Duration.ofSeconds(6));
        assertThat(echo.health().status()).isEqualTo(Status.DEGRADED);
        assertThat(echo.health().error()).isEqualTo("no answer for 6000 ms");
        clock.advance(Duration.ofSeconds(24));
        assertThat(echo.health().status()).isEqualTo(Status.UNHEALTHY);

        Vertx vertx = Vertx.vertx();
        try {
            vertx.deployVerticle(echo).await(60, TimeUnit.SECONDS);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (echo.health().status() != Status.HEALTHY) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(5);
            }
            assertThat(echo.health().lastCheckMillis()).isEqualTo(30_000);
        } finally {
            vertx.close().await(60, TimeUnit.SECONDS);
        }
    }
}
