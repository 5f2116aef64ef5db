package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.HttpCredentials;
import dev.tocsin.http.OutgoingHttp;
import dev.tocsin.http.TokenSource;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One job: the targets that its discoveries found, each with its loop. Confined to the event loop of
 * {@link ScrapeVerticle}, but for {@link #view} and {@link #loops}.
 */
final class ScrapePool {
    private static final System.Logger LOG = System.getLogger(ScrapePool.class.getName());

    /** Dropped targets whose labels are told; the others are counted. */
    private static final int MOST_DROPPED_TOLD = 1_000;

    private static final int CONNECTIONS_PER_ADDRESS = 8;
    private static final int KEEP_ALIVE_SECONDS = 180;

    private final ScrapeJob job;
    private final TargetLoop.Surroundings at;
    private final OutgoingHttp http;
    private final List<Discoverer> discoverers = new ArrayList<>();
    private final Map<Discoverer, List<TargetGroup>> found = new LinkedHashMap<>();
    /** By what tells one from another: its labels and what is asked. */
    private volatile Map<String, TargetLoop> loops = Map.of();
    /** Those whose places are taken over, by the labels of their series. */
    private Map<Labels, TargetLoop> before = new HashMap<>();

    private volatile List<Labels> dropped = List.of();
    private volatile int droppedCount;

    ScrapePool(ScrapeJob job, TargetLoop.Surroundings at, Function<HttpCredentials.OAuth2, TokenSource> tokens) {
        this.job = job;
        this.at = at;
        http = client(job.client(), tokens);
        for (Discovery discovery : job.discoveries()) {
            OutgoingHttp asks = discovery instanceof Discovery.Http from ? client(from.client(), tokens) : null;
            Discoverer[] itself = new Discoverer[1];
            itself[0] = new Discoverer(discovery, at.vertx(), at.counts(), asks, groups -> {
                found.put(itself[0], groups);
                sync();
            });
            discoverers.add(itself[0]);
        }
    }

    private OutgoingHttp client(HttpClientSettings settings, Function<HttpCredentials.OAuth2, TokenSource> tokens) {
        return new OutgoingHttp(
                at.vertx(),
                settings,
                new HttpClientOptions().setKeepAliveTimeout(KEEP_ALIVE_SECONDS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_ADDRESS),
                tokens);
    }

    ScrapeJob job() {
        return job;
    }

    /** @param changed the job as it was before it was changed, or null; its targets' series go on where they are found again */
    void start(@Nullable ScrapePool changed) {
        if (changed != null) {
            changed.loops.values().forEach(loop -> before.put(loop.status().labels(), loop));
            changed.stop();
        }
        if (discoverers.isEmpty()) {
            sync();
        }
        discoverers.forEach(Discoverer::start);
    }

    private void sync() {
        Map<String, TargetLoop> known = loops;
        Map<String, TargetLoop> next = new LinkedHashMap<>();
        List<TargetLoop> begun = new ArrayList<>();
        List<Labels> droppedNow = new ArrayList<>();
        int droppedTargets = 0;
        for (List<TargetGroup> groups : found.values()) {
            for (TargetGroup group : groups) {
                for (String address : group.addresses()) {
                    Target target = Target.of(job, address, group.labels());
                    String key = target.labels() + " " + target.uri() + " " + target.intervalMillis() + " "
                            + target.timeoutMillis();
                    if (target.isScraped() && !next.containsKey(key)) {
                        TargetLoop loop = known.get(key);
                        if (loop == null) {
                            loop = new TargetLoop(target, job, http, at);
                            begun.add(loop);
                        }
                        next.put(key, loop);
                    } else if (!target.problem().isEmpty()) {
                        at.counts().invalidTargets.increment();
                        LOG.log(Level.WARNING, "job {0}: {1} is no target: {2}", job.name(), address, target.problem());
                    } else if (!target.isScraped() && droppedTargets++ < MOST_DROPPED_TOLD) {
                        droppedNow.add(target.discovered());
                    }
                }
            }
        }
        dropped = droppedNow;
        droppedCount = droppedTargets;
        loops = next;
        replace(known, next, begun);
    }

    private void replace(Map<String, TargetLoop> known, Map<String, TargetLoop> next, List<TargetLoop> begun) {
        int limit = job.limits().targets();
        String refused = limit > 0 && next.size() > limit
                ? "target_limit exceeded (number of targets: " + next.size() + ", limit: " + limit + ")"
                : "";
        next.values().forEach(loop -> loop.refuse(refused));
        Map<Labels, TargetLoop> leaving = new HashMap<>(before);
        known.forEach((key, loop) -> {
            if (!next.containsKey(key)) {
                loop.stop();
                leaving.put(loop.status().labels(), loop);
            }
        });
        begun.forEach(loop -> loop.start(leaving.remove(loop.status().labels())));
        // What was there before the job changed has its time until all discoveries have looked.
        before = new HashMap<>();
        boolean allLooked = found.size() == discoverers.size();
        leaving.forEach((labels, loop) -> {
            if (allLooked) {
                loop.end();
            } else {
                before.put(labels, loop);
            }
        });
        at.counts().addTargets(next.size() - known.size());
    }

    /** Ends without ending series. */
    void stop() {
        discoverers.forEach(Discoverer::stop);
        loops.values().forEach(TargetLoop::stop);
        at.counts().addTargets(-loops.size());
        http.close();
    }

    /** The job is no more: its targets' series end. */
    void end() {
        stop();
        loops.values().forEach(TargetLoop::end);
        before.values().forEach(TargetLoop::end);
    }

    /** Any thread. */
    ScrapeTargets.Pool view() {
        return new ScrapeTargets.Pool(
                job.name(), loops.values().stream().map(TargetLoop::status).toList(), dropped, droppedCount);
    }

    /** Any thread. */
    Iterable<TargetLoop> loops() {
        return loops.values();
    }
}
