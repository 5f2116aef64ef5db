package dev.tocsin.watch.scrape;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.http.HttpCredentials;
import dev.tocsin.http.TokenSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scrapes all jobs' targets. Requests and timers live on its event loop; what comes back is read and recorded on
 * {@link ScrapeWorker}'s threads.
 */
public final class ScrapeVerticle extends VerticleBase implements ScrapeTargets {
    private final List<ScrapeJob> first;
    private final SampleRecorder recorder;
    private final BooleanSupplier mayRecord;
    private final Function<Vertx, Function<HttpCredentials.OAuth2, TokenSource>> tokens;
    private final Clock clock;
    private final ScrapeCounts counts;
    private TargetLoop.@Nullable Surroundings surroundings;
    /** By job. Replaced as a whole. */
    private volatile Map<String, ScrapePool> pools = Map.of();

    /**
     * @param first in force from the start
     * @param recorder called on worker threads
     * @param mayRecord false until what was recorded before a restart is back, for it comes first
     * @param tokens of servers that give them for credentials
     */
    public ScrapeVerticle(
            List<ScrapeJob> first,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            Function<Vertx, Function<HttpCredentials.OAuth2, TokenSource>> tokens,
            Clock clock,
            MeterRegistry registry) {
        this.first = List.copyOf(first);
        this.recorder = recorder;
        this.mayRecord = mayRecord;
        this.tokens = tokens;
        this.clock = clock;
        counts = new ScrapeCounts(registry);
    }

    @Override
    public Future<?> start() {
        surroundings = new TargetLoop.Surroundings(vertx, clock, new ScrapeWorker(vertx), recorder, mayRecord, counts);
        replace(first);
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        pools.values().forEach(ScrapePool::stop);
        if (surroundings != null) {
            surroundings.worker().close();
        }
        return Future.succeededFuture();
    }

    /** Puts these jobs in the place of those before; a job that is as it was goes on undisturbed. Any thread. */
    public Future<Void> reload(List<ScrapeJob> jobs) {
        Promise<Void> taken = Promise.promise();
        context.runOnContext(run -> {
            try {
                replace(jobs);
                taken.complete();
            } catch (RuntimeException e) {
                taken.fail(e);
            }
        });
        return taken.future();
    }

    private void replace(List<ScrapeJob> jobs) {
        TargetLoop.Surroundings at = Objects.requireNonNull(surroundings);
        Map<String, ScrapePool> known = pools;
        Map<String, ScrapePool> next = new LinkedHashMap<>();
        // First all that can fail: a certificate that can't be read.
        for (ScrapeJob job : jobs) {
            ScrapePool same = known.get(job.name());
            boolean stays = same != null && same.job().equals(job);
            next.put(job.name(), stays ? same : new ScrapePool(job, at, tokens.apply(vertx)));
        }
        pools = next;
        known.forEach((name, pool) -> {
            if (!next.containsKey(name)) {
                pool.end();
            }
        });
        next.forEach((name, pool) -> {
            ScrapePool before = known.get(name);
            if (!pool.equals(before)) {
                pool.start(before);
            }
        });
    }

    @Override
    public List<Pool> pools() {
        return pools.values().stream().map(ScrapePool::view).toList();
    }

    @Override
    public void metadata(BiConsumer<Labels, MetricMetadata> sink) {
        for (ScrapePool pool : pools.values()) {
            for (TargetLoop loop : pool.loops()) {
                Labels labels = loop.status().labels();
                loop.metadata().values().forEach(each -> sink.accept(labels, each));
            }
        }
    }
}
