package dev.tocsin.watch.check;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.PromDuration;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.Checks;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.postgres.PostgresServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs checks when they are due, no more than so many at once, each within its time-out; writes what they come to as
 * series. Lives on its event loop, where sink and recorder are called.
 */
public final class CheckVerticle extends VerticleBase implements Checks {
    /** Runs in progress at most; those that are due beyond it wait. */
    static final int MOST_AT_ONCE = 200;

    /** Runs begun in one step at most. */
    private static final int MOST_PER_STEP = 50;

    /** A step begins no more runs after so long: a connection takes its time to begin, and the loop is not ours alone. */
    private static final long STEP_NANOS = 10_000_000;

    private static final long STEP_MILLIS = 100;
    /** How often what holds is written again: well inside the time after which a series counts as gone. */
    private static final long PUBLISH_MILLIS = 10_000;

    /** How often windows of maintenance are looked at; results are judged at the next step. */
    private static final long SETTLE_MILLIS = 1_000;

    private static final double NANOS_PER_MILLI = 1e6;

    private final List<CheckDefinition> first;
    private final Clock clock;
    private final MeterRegistry registry;
    private final BooleanSupplier mayRecord;
    private final Supplier<SampleSink> sinks;
    private final SampleRecorder recorder;
    private final PostgresServers servers;
    private final Supplier<Map<String, ComponentHealth>> parts;
    private final DurableState durable;
    private final Heartbeats beats;
    private final CheckBook book = new CheckBook();
    private final Map<String, Probe> probes = new HashMap<>();
    private final Map<CheckBook.Run, Attempt> attempts = new HashMap<>();
    /** Read by any thread. */
    private final Map<String, CheckStatus> views = new ConcurrentHashMap<>();

    private @Nullable Probes kinds;
    private @Nullable CheckSeries series;
    private @Nullable Recoveries recoveries;
    /** Due, but not begun yet. */
    private final Deque<CheckBook.Run> waiting = new ArrayDeque<>();

    private boolean hasNews;
    private long settledMillis;
    private long publishedMillis;
    /** Those that are still to be written in this round. */
    private Iterator<WatchedCheck> published = Collections.emptyIterator();

    /** Read by the registry from other threads. */
    private volatile int running;

    private volatile Map<CheckState, Integer> counts = Map.of();

    /**
     * @param first in force from the start
     * @param sinks gives, on this verticle's event loop, the sink of that loop
     * @param recorder called on that loop
     * @param durable keeps when jobs were last heard of, and what was tried to recover checks
     * @param servers of PostgreSQL, by name
     * @param parts how the server's own parts are, from what is known; any thread
     * @param mayRecord false until what was recorded before a restart is back, for it comes first
     */
    public CheckVerticle(
            List<CheckDefinition> first,
            Supplier<SampleSink> sinks,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            DurableState durable,
            PostgresServers servers,
            Supplier<Map<String, ComponentHealth>> parts,
            Clock clock,
            MeterRegistry registry) {
        this.beats = new Heartbeats(durable);
        this.durable = durable;
        this.first = List.copyOf(first);
        this.sinks = sinks;
        this.recorder = recorder;
        this.mayRecord = mayRecord;
        this.servers = servers;
        this.parts = parts;
        this.clock = clock;
        this.registry = registry;
        for (CheckState state : CheckState.values()) {
            Gauge.builder("tocsin.checks", this, checks -> checks.counts.getOrDefault(state, 0))
                    .description("Active checks by state.")
                    .tag("state", state.word())
                    .register(registry);
        }
        Gauge.builder("tocsin.check.runs.active", this, checks -> checks.running)
                .description("Runs of checks in progress.")
                .register(registry);
    }

    @Override
    public Collection<CheckStatus> all() {
        return new TreeMap<>(views).values();
    }

    @Override
    public Future<?> start() {
        kinds = new Probes(vertx, servers, beats, parts, clock);
        series = new CheckSeries(sinks.get(), recorder);
        recoveries = new Recoveries(vertx, durable, clock, registry);
        replace(first);
        Objects.requireNonNull(kinds).warmUp().onComplete(ready -> vertx.setPeriodic(STEP_MILLIS, timer -> step()));
        return Future.succeededFuture();
    }

    /** Puts these checks in the place of those before; what is known of those that stay is kept. Any thread. */
    public Future<Void> reload(List<CheckDefinition> definitions) {
        Promise<Void> taken = Promise.promise();
        context.runOnContext(run -> {
            replace(definitions);
            taken.complete();
        });
        return taken.future();
    }

    private void replace(List<CheckDefinition> definitions) {
        long now = clock.wallMillis();
        book.replace(definitions, now);
        attempts.keySet().stream().filter(run -> !book.holds(run)).toList().forEach(this::end);
        waiting.clear();
        probes.clear();
        Probes made = Objects.requireNonNull(kinds);
        definitions.forEach(definition -> probes.put(definition.name(), made.of(definition)));
        views.keySet().retainAll(probes.keySet());
        series().keepOnly(probes.keySet(), now);
        beats.keepOnly(heartbeats(definitions));
        recoveries().replace(definitions);
        book.checks().forEach(this::view);
        hasNews = true;
        publishedMillis = 0;
        published = Collections.emptyIterator();
    }

    private static Set<String> heartbeats(List<CheckDefinition> definitions) {
        return definitions.stream()
                .filter(definition -> definition.probe() instanceof ProbeSpec.Heartbeat)
                .map(CheckDefinition::name)
                .collect(Collectors.toSet());
    }

    @Override
    public boolean beat(String name, boolean ok, String message) {
        CheckStatus check = views.get(name);
        if (check == null || !check.kind().equals("heartbeat")) {
            return false;
        }
        beats.beat(name, ok, message, clock.wallMillis());
        context.runOnContext(run -> book.hurry(name, clock.wallMillis()));
        return true;
    }

    private void step() {
        long now = clock.wallMillis();
        if (hasNews || Math.abs(now - settledMillis) >= SETTLE_MILLIS) {
            hasNews = false;
            settledMillis = now;
            book.settle(now).forEach(check -> publish(check, now));
            recoveries().look(book.checks(), now).forEach(check -> publish(check, now));
            counts = book.counts();
        }
        publishSome(now);
        if (waiting.isEmpty()) {
            waiting.addAll(book.start(Math.min(MOST_PER_STEP, MOST_AT_ONCE - attempts.size()), now));
        }
        long startedNanos = clock.monotonicNanos();
        while (!waiting.isEmpty() && clock.monotonicNanos() - startedNanos < STEP_NANOS) {
            begin(waiting.remove());
        }
    }

    /** A part of all checks at each step: each comes round in its time, and no step is long. */
    private void publishSome(long nowMillis) {
        if (!mayRecord.getAsBoolean()) {
            return;
        }
        if (!published.hasNext()) {
            if (Math.abs(nowMillis - publishedMillis) < PUBLISH_MILLIS) {
                return;
            }
            publishedMillis = nowMillis;
            published = List.copyOf(book.checks()).iterator();
        }
        long most = 1 + book.checks().size() * STEP_MILLIS * 2 / PUBLISH_MILLIS;
        for (int i = 0; i < most && published.hasNext(); i++) {
            publish(published.next(), nowMillis);
        }
    }

    private void begin(CheckBook.Run run) {
        CheckDefinition definition = run.check().definition();
        Attempt attempt = new Attempt(definition.timeout());
        attempts.put(run, attempt);
        running = attempts.size();
        long startedNanos = clock.monotonicNanos();
        long timer = vertx.setTimer(
                definition.timeout().toMillis(),
                late -> finish(
                        run,
                        startedNanos,
                        ProbeResult.failed("no answer within "
                                + PromDuration.format(definition.timeout().toMillis())),
                        "timeout"));
        attempt.onEnd(() -> vertx.cancelTimer(timer));
        Future<ProbeResult> asked;
        try {
            asked = Objects.requireNonNull(probes.get(definition.name())).run(attempt);
        } catch (RuntimeException e) {
            asked = Future.failedFuture(e);
        }
        asked.onComplete(done -> context.runOnContext(here -> {
            ProbeResult result = done.succeeded() ? done.result() : ProbeResult.failed(done.cause());
            finish(run, startedNanos, result, result.ok() ? "ok" : "failed");
        }));
    }

    /** Takes the first of what ends a run: its result, or its time-out. */
    private void finish(CheckBook.Run run, long startedNanos, ProbeResult result, String outcome) {
        if (!end(run)) {
            return;
        }
        long now = clock.wallMillis();
        double tookMillis = (clock.monotonicNanos() - startedNanos) / NANOS_PER_MILLI;
        WatchedCheck check = run.check();
        Counter.builder("tocsin.check.runs")
                .description("Runs of active checks by what they came to.")
                .tag("kind", check.definition().probe().kind())
                .tag("outcome", outcome)
                .register(registry)
                .increment();
        book.finish(run, result, tookMillis, now);
        hasNews = true;
        series().observe(check, result, tookMillis, now);
        publish(check, now);
    }

    private Recoveries recoveries() {
        return Objects.requireNonNull(recoveries);
    }

    private CheckSeries series() {
        return Objects.requireNonNull(series);
    }

    private boolean end(CheckBook.Run run) {
        Attempt attempt = attempts.remove(run);
        if (attempt == null) {
            return false;
        }
        running = attempts.size();
        attempt.end();
        return true;
    }

    private void publish(WatchedCheck check, long nowMillis) {
        view(check);
        if (mayRecord.getAsBoolean()) {
            series().publish(check, recoveries().last(check.definition().name()), nowMillis);
        }
    }

    private void view(WatchedCheck check) {
        String name = check.definition().name();
        views.put(name, check.status().with(recoveries().of(name)));
    }

    @Override
    public Future<?> stop() {
        List.copyOf(attempts.keySet()).forEach(this::end);
        Objects.requireNonNull(kinds).close();
        recoveries().close();
        return Future.succeededFuture();
    }
}
