package dev.tocsin.watch.quality;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Niceness;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.quality.DatasetStatus;
import dev.tocsin.core.quality.Quality;
import dev.tocsin.core.quality.QualityState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Judges data sets when they are due, and writes what they come to as series. Lives on its event loop, where the recorder
 * is called; sources are asked on four threads of its own, which may block. A data set whose judging does not end within
 * its time-out is unknown; while its thread still waits it is not judged again, and those that wait for a thread in vain
 * are unknown after a minute, too.
 */
public final class QualityVerticle extends VerticleBase implements Quality {
    static final int MOST_AT_ONCE = 4;

    private static final long STEP_MILLIS = 1_000;
    /** How often what holds is written again: well inside the time after which a series counts as gone. */
    private static final long PUBLISH_MILLIS = 10_000;
    /** How long a judging may wait for its thread. */
    private static final Duration TURN = Duration.ofMinutes(1);

    /** What the sources' own time-outs may be late by before the whole is given up. */
    private static final long GRACE_MILLIS = 1_000;

    private final List<Dataset> first;
    private final Sources sources;
    private final BooleanSupplier mayRecord;
    private final Clock clock;
    private final MeterRegistry registry;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            MOST_AT_ONCE,
            Thread.ofPlatform().daemon().name("tocsin-quality-", 0).factory());
    private final QualitySeries series;
    private final Map<String, WatchedDataset> datasets = new LinkedHashMap<>();
    /** Read by any thread. */
    private final Map<String, DatasetStatus> views = new ConcurrentHashMap<>();

    private long publishedMillis;

    /**
     * @param first in force from the start
     * @param recorder called on this verticle's event loop
     * @param mayRecord false until what was recorded before a restart is back, for it comes first
     */
    public QualityVerticle(
            List<Dataset> first,
            Sources sources,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            Clock clock,
            MeterRegistry registry) {
        this.first = List.copyOf(first);
        this.sources = sources;
        this.mayRecord = mayRecord;
        this.clock = clock;
        this.registry = registry;
        series = new QualitySeries(recorder);
        for (QualityState state : QualityState.values()) {
            Gauge.builder("tocsin.quality.datasets", views, all -> count(all.values(), state))
                    .description("Data sets by what is known of their quality.")
                    .tag("state", state.word())
                    .register(registry);
        }
    }

    private static double count(Collection<DatasetStatus> all, QualityState state) {
        return all.stream().filter(status -> status.state() == state).count();
    }

    @Override
    public Collection<DatasetStatus> all() {
        return new TreeMap<>(views).values();
    }

    @Override
    public Future<?> start() {
        replace(first);
        vertx.setPeriodic(STEP_MILLIS, timer -> step());
        return Future.succeededFuture();
    }

    /** Puts these in the place of those before; what is known of those that are as they were is kept. Any thread. */
    public Future<Void> reload(List<Dataset> next) {
        Promise<Void> taken = Promise.promise();
        context.runOnContext(run -> {
            replace(next);
            taken.complete();
        });
        return taken.future();
    }

    private void replace(List<Dataset> next) {
        long now = clock.wallMillis();
        Map<String, WatchedDataset> before = Map.copyOf(datasets);
        datasets.clear();
        for (Dataset dataset : next) {
            WatchedDataset known = before.get(dataset.name());
            boolean same = known != null && known.dataset().equals(dataset);
            datasets.put(dataset.name(), same ? known : new WatchedDataset(dataset, now));
        }
        views.keySet().retainAll(datasets.keySet());
        series.keepOnly(datasets.keySet(), now);
        datasets.values().forEach(set -> views.put(set.dataset().name(), set.status()));
        step();
    }

    private void step() {
        long now = clock.wallMillis();
        if (Math.abs(now - publishedMillis) >= PUBLISH_MILLIS) {
            publishedMillis = now;
            datasets.values().forEach(set -> publish(set, now));
        }
        // Before what was recorded is back, series would answer what is not so.
        if (mayRecord.getAsBoolean()) {
            datasets.values().stream().filter(set -> set.isDue(now)).forEach(set -> begin(set, now));
        }
    }

    private void begin(WatchedDataset set, long nowMillis) {
        set.begin(nowMillis);
        Judging judging = new Judging(set);
        judging.expire(TURN, "all " + MOST_AT_ONCE + " threads are busy with other data sets");
        threads.execute(() -> {
            Niceness.lower();
            context.runOnContext(run -> judging.expire(
                    set.dataset().timeout().plusMillis(GRACE_MILLIS),
                    "no answer within "
                            + PromDuration.format(set.dataset().timeout().toMillis())));
            QualityVerdict verdict = verdict(set.dataset());
            context.runOnContext(run -> {
                judging.take(verdict);
                set.end();
            });
        });
    }

    private QualityVerdict verdict(Dataset dataset) {
        try {
            return new QualityJudge(dataset, sources, clock).judge();
        } catch (RuntimeException e) {
            return QualityVerdict.unknown(dataset, "judging failed: " + e);
        }
    }

    /** One judging under way, which ends with the first of its verdicts. */
    private final class Judging {
        private final WatchedDataset set;
        private long timer = -1;
        private boolean over;

        Judging(WatchedDataset set) {
            this.set = set;
        }

        void expire(Duration after, String reason) {
            if (!over) {
                vertx.cancelTimer(timer);
                timer = vertx.setTimer(after.toMillis(), late -> take(QualityVerdict.unknown(set.dataset(), reason)));
            }
        }

        void take(QualityVerdict verdict) {
            if (over) {
                return;
            }
            over = true;
            vertx.cancelTimer(timer);
            long now = clock.wallMillis();
            set.take(verdict, now);
            Counter.builder("tocsin.quality.judgings")
                    .description("Judgings of data sets by what they came to.")
                    .tag("state", set.status().state().word())
                    .register(registry)
                    .increment();
            publish(set, now);
        }
    }

    private void publish(WatchedDataset set, long nowMillis) {
        if (datasets.get(set.dataset().name()) != set) {
            return;
        }
        DatasetStatus status = set.status();
        views.put(status.name(), status);
        if (mayRecord.getAsBoolean()) {
            series.publish(status, nowMillis);
        }
    }

    @Override
    public Future<?> stop() {
        threads.shutdownNow();
        return Future.succeededFuture();
    }
}
