package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Event;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.series.TimelineSettings;
import dev.tocsin.watch.OwnMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The heartbeat on time that the test moves: its timers fire when the test says so, and at the time that it says. */
class TickVerticleTest {
    private static final long START = 1_700_002_800_000L;

    private final Vertx vertx = Vertx.vertx();
    private final ManualClock clock = new ManualClock(START);
    private final HandTimers timers = new HandTimers();
    private final BlockingQueue<Long> closed = new LinkedBlockingQueue<>();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private SeriesTable table = table(1_000);

    /** A timer asked for, and the context on which it is to fire. */
    private record Asked(long millis, Context context, Runnable task) {}

    private static final class HandTimers implements Timers {
        final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

        @Override
        public long after(long millis, Runnable task) {
            asked.add(new Asked(millis, ContextInternal.current(), task));
            return 0;
        }

        @Override
        public void cancel(long id) {
            // Stays in the queue, so that what the test takes does not depend on who is faster.
        }

        /** What the fired timer led to is over once the next one was asked for. */
        void awaitAsked() throws InterruptedException {
            Asked next = next();
            asked.add(next);
        }

        Asked next() throws InterruptedException {
            Asked timer = asked.poll(20, TimeUnit.SECONDS);
            assertThat(timer).as("a timer was asked for").isNotNull();
            return timer;
        }
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    private SeriesTable table(long tickMillis) {
        TimelineSettings d = TimelineSettings.defaults();
        TimelineSettings settings = new TimelineSettings(
                tickMillis,
                d.fineMillis(),
                d.mediumMillis(),
                d.coarseMillis(),
                d.gaugeStaleMillis(),
                d.forgetMillis(),
                d.percentileWindowMillis(),
                2,
                d.precisionByMetric(),
                d.historyBytes());
        return new SeriesTable(SeriesLimits.defaults(), settings, clock);
    }

    private TickVerticle deploy(long tickMillis) throws Exception {
        table = table(tickMillis);
        vertx.eventBus().registerDefaultCodec(Event.TickClosed.class, new EventCodec<>(Event.TickClosed.class));
        vertx.eventBus()
                .<Event.TickClosed>localConsumer(
                        Event.TickClosed.ADDRESS,
                        message -> closed.add(message.body().tickMillis()));
        OwnMetrics own = new OwnMetrics(meters, table.recorded());
        TickVerticle verticle = new TickVerticle(table, own, tick -> {}, clock, timers, tickMillis, meters);
        vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
                .await(20, TimeUnit.SECONDS);
        return verticle;
    }

    /** The timer fires so late. */
    private void fire(Asked timer, long lateMillis) {
        clock.advance(Duration.ofMillis(timer.millis + lateMillis));
        timer.context.runOnContext(go -> timer.task.run());
    }

    /** Fires timers until a tick is closed, the first of them so late; the tick's time. For verticles without shards. */
    private long tick(long lateMillis) throws InterruptedException {
        long before = table.closedTickMillis();
        fire(timers.next(), lateMillis);
        timers.awaitAsked();
        while (table.closedTickMillis() == before) {
            fire(timers.next(), 0);
            timers.awaitAsked();
        }
        return table.closedTickMillis();
    }

    private List<Long> ticks(int count) throws InterruptedException {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            times.add(tick(0) - START);
        }
        return times;
    }

    private List<Double> values(String name, boolean times) {
        Points points = new Points();
        table.source()
                .select(List.of(Matcher.equal(Labels.NAME, name)), START - 60_000, START + 600_000, 10)
                .forEach(series -> series.read(START - 60_000, START + 600_000, points));
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < points.size; i++) {
            all.add(times ? points.timeMillis[i] - START : points.value[i]);
        }
        return all;
    }

    /** Counts one more {@code hits}, on the thread that owns the shard. */
    private void hit(Context owner, Shard shard) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        owner.runOnContext(go -> {
            SampleBatch batch = SampleBatch.anyText(4, 256);
            batch.add(Kind.COUNTER, Labels.of(Labels.NAME, "hits"), 1);
            shard.accept(batch, clock.wallMillis());
            done.countDown();
        });
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void everyTenthOfASecondIsClosedAndToldWhereTheTickIsThatShort() throws Exception {
        deploy(100);

        assertThat(ticks(5)).containsExactly(100L, 200L, 300L, 400L, 500L);
        for (long tick = START + 100; tick <= START + 500; tick += 100) {
            assertThat(closed.poll(20, TimeUnit.SECONDS)).isEqualTo(tick);
        }
    }

    @Test
    void aLateTickBearsTheLastBoundaryAndTheNextIsOnTime() throws Exception {
        deploy(100);
        ticks(12);

        assertThat(tick(350) - START).isEqualTo(1_600);
        assertThat(ticks(2)).containsExactly(1_700L, 1_800L);
    }

    @Test
    void afterTheMachineSleptTheTicksInBetweenAreSkipped() throws Exception {
        deploy(1_000);
        ticks(2);

        long slept = Duration.ofHours(8).toMillis();
        assertThat(tick(slept + 300) - START).isEqualTo(slept + 3_000);
        assertThat(tick(0) - START).isEqualTo(slept + 4_000);
    }

    @Test
    void afterTheClockWasSetBackTimesGoOnAtHalfThePace() throws Exception {
        deploy(100);
        ticks(3);
        clock.advance(Duration.ofHours(-1));
        long wall = clock.wallMillis();

        assertThat(ticks(5)).containsExactly(400L, 500L, 600L, 700L, 800L);
        assertThat(clock.wallMillis() - wall).isBetween(800L, 1_000L);
    }

    @Test
    void ourOwnMetricsAreRecordedOnceASecondHoweverShortTheTick() throws Exception {
        deploy(100);
        ticks(25);

        assertThat(values("tocsin_tick_duration_seconds_count", true)).containsExactly(100.0, 1_000.0, 2_000.0);
        assertThat(values("tocsin_tick_duration_seconds_count", false)).containsExactly(0.0, 9.0, 19.0);
    }

    @Test
    void ourOwnMetricsAreRecordedAtEveryTickThatIsLonger() throws Exception {
        deploy(10_000);
        ticks(3);

        assertThat(values("tocsin_tick_duration_seconds_count", true)).containsExactly(10_000.0, 20_000.0, 30_000.0);
    }

    @Test
    void aRecordingOfOurOwnMetricsThatTakesTooLongCostsNoTick() throws Exception {
        deploy(1_000);
        Asked recording = timers.next();
        assertThat(recording.millis).isEqualTo(900);

        fire(recording, 150);
        Asked closing = timers.next();
        assertThat(closing.millis).isEqualTo(1);
        fire(closing, 0);
        timers.awaitAsked();

        assertThat(table.closedTickMillis() - START).isEqualTo(1_000);
    }

    @Test
    void inALongTickSamplesAreMergedEverySecondAndReadableAtItsEnd() throws Exception {
        TickVerticle verticle = deploy(10_000);
        Context owner = ((VertxInternal) vertx).createEventLoopContext();
        Shard shard = table.openShard("test");
        verticle.add(owner, shard);
        for (int second = 1; second <= 9; second++) {
            hit(owner, shard);
            Asked merging = timers.next();
            assertThat(merging.millis).isEqualTo(1_000);
            fire(merging, 0);
            assertThat(timers.next().millis)
                    .as("how long shards are waited for")
                    .isEqualTo(250);
            timers.awaitAsked();
        }
        assertThat(values("hits", false)).isEmpty();
        hit(owner, shard);
        fire(timers.next(), 0); // our own metrics
        fire(timers.next(), 0); // the end of the interval
        timers.next();
        timers.awaitAsked();

        assertThat(values("hits", true)).containsExactly(0.0, 10_000.0);
        assertThat(values("hits", false)).containsExactly(0.0, 10.0);
        assertThat(table.statistics().skippedFlips()).isZero();
    }

    @Test
    void aShardWhoseThreadIsHeldUpComesWithTheNextTick() throws Exception {
        TickVerticle verticle = deploy(100);
        Context owner = ((VertxInternal) vertx).createEventLoopContext();
        Shard shard = table.openShard("test");
        verticle.add(owner, shard);
        hit(owner, shard);
        CountDownLatch heldUp = new CountDownLatch(1);
        owner.runOnContext(go -> {
            try {
                heldUp.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        fire(timers.next(), 0); // our own metrics
        fire(timers.next(), 0);
        Asked deadline = timers.next();
        assertThat(deadline.millis).isEqualTo(25);
        fire(deadline, 0);
        timers.awaitAsked();

        assertThat(table.closedTickMillis() - START).isEqualTo(100);
        assertThat(values("hits", false)).isEmpty();
        heldUp.countDown();
        fire(timers.next(), 0);
        timers.next();
        timers.awaitAsked();
        assertThat(table.closedTickMillis() - START).isEqualTo(200);
        assertThat(values("hits", false)).containsExactly(0.0, 1.0);
    }
}
