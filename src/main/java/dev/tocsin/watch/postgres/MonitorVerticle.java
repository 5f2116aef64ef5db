package dev.tocsin.watch.postgres;

import dev.tocsin.core.Clock;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.postgres.ServerPicture;
import dev.tocsin.core.postgres.ServerPicture.Part;
import dev.tocsin.core.postgres.ServerPictures;
import dev.tocsin.postgres.PostgresServer;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.watch.postgres.Questions.Thresholds;
import dev.tocsin.watch.postgres.ServerReading.Answer;
import dev.tocsin.watch.postgres.ServerReading.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Looks at every PostgreSQL server that has a name, each in its own interval, one look at a time; writes what it sees as
 * series. A server that hangs holds up nothing but itself. Lives on its event loop, where the recorder is called;
 * {@link #all} from any thread.
 */
public final class MonitorVerticle extends VerticleBase implements ServerPictures {
    private static final System.Logger LOG = System.getLogger(MonitorVerticle.class.getName());

    private static final long STEP_MILLIS = 200;

    private final PostgresServers servers;
    private final Thresholds thresholds;
    private final BooleanSupplier mayRecord;
    private final Clock clock;
    private final MeterRegistry registry;
    private final Timer readings;
    private final ServerSeries series;
    private final ViewAges ages;
    private final Map<String, WatchedServer> watched = new HashMap<>();
    /** Read by any thread. */
    private final Map<String, ServerPicture> pictures = new ConcurrentHashMap<>();

    /**
     * @param servers may change at any time
     * @param recorder called on this verticle's event loop
     * @param mayRecord false until what was recorded before a restart is back, for it comes first
     * @param durable keeps when materialised views were seen to change
     */
    public MonitorVerticle(
            PostgresServers servers,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            DurableState durable,
            Clock clock,
            MeterRegistry registry) {
        this(servers, Thresholds.DEFAULT, recorder, mayRecord, durable, clock, registry);
    }

    MonitorVerticle(
            PostgresServers servers,
            Thresholds thresholds,
            SampleRecorder recorder,
            BooleanSupplier mayRecord,
            DurableState durable,
            Clock clock,
            MeterRegistry registry) {
        this.servers = servers;
        this.thresholds = thresholds;
        this.mayRecord = mayRecord;
        this.clock = clock;
        this.registry = registry;
        series = new ServerSeries(recorder);
        ages = new ViewAges(durable);
        readings = Timer.builder("tocsin.postgres.read.duration")
                .description("Time that one look at a PostgreSQL server takes.")
                .register(registry);
    }

    @Override
    public Collection<ServerPicture> all() {
        return new TreeMap<>(pictures).values();
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(STEP_MILLIS, timer -> step());
        return Future.succeededFuture();
    }

    private void step() {
        long now = clock.wallMillis();
        Set<String> present = new HashSet<>();
        for (PostgresServer server : servers.all()) {
            String name = server.settings().name();
            present.add(name);
            WatchedServer known = watched.get(name);
            if (known == null || known.server() != server) {
                known = new WatchedServer(server, now);
                watched.put(name, known);
                pictures.put(name, known.picture());
            }
            if (known.isDue(now)) {
                read(known, now);
            }
        }
        if (watched.keySet().retainAll(present)) {
            pictures.keySet().retainAll(present);
            series.keepOnly(present, now);
        }
    }

    private void read(WatchedServer server, long nowMillis) {
        boolean dearToo = server.begin(nowMillis);
        long beganNanos = clock.monotonicNanos();
        Future<Outcome> read;
        try {
            read = new ServerReading(server.server(), thresholds, clock).read(dearToo);
        } catch (RuntimeException e) {
            read = Future.failedFuture(e);
        }
        read.onComplete(done -> context.runOnContext(here -> {
            readings.record(clock.monotonicNanos() - beganNanos, TimeUnit.NANOSECONDS);
            // Another of this name may be looked at by now, or none.
            if (watched.get(server.server().settings().name()) == server) {
                finish(server, done, dearToo);
            }
        }));
    }

    private void finish(WatchedServer server, AsyncResult<Outcome> done, boolean dearToo) {
        long now = clock.wallMillis();
        String name = server.server().settings().name();
        if (done.succeeded()) {
            Outcome outcome = done.result();
            List<Answer> answers = outcome.answers().stream()
                    .map(answer -> aged(name, answer, now))
                    .toList();
            answers.forEach(this::count);
            if (server.answered(new Outcome(outcome.responseMillis(), answers), dearToo, now)) {
                LOG.log(Level.INFO, "PostgreSQL server {0} answers", name);
            }
        } else if (server.failed(message(done.cause()), now)) {
            Level level = server.server().isThere() ? Level.WARNING : Level.INFO;
            LOG.log(level, "PostgreSQL server " + name + " does not answer: " + message(done.cause()));
        }
        pictures.put(name, server.picture());
        if (mayRecord.getAsBoolean()) {
            record(server, done, now);
        }
    }

    private void record(WatchedServer server, AsyncResult<Outcome> done, long nowMillis) {
        if (done.succeeded()) {
            series.up(server.server().settings(), done.result().responseMillis(), server.answers(), nowMillis);
        } else {
            series.down(server.server().settings(), nowMillis);
        }
    }

    private Answer aged(String server, Answer answer, long nowMillis) {
        Part part = answer.part();
        if (!part.name().equals(Questions.VIEWS) || part.problem() != null) {
            return answer;
        }
        return new Answer(
                answer.question(),
                new Part(
                        part.name(),
                        part.readMillis(),
                        part.tookMillis(),
                        null,
                        ages.aged(server, part.rows(), nowMillis)));
    }

    private void count(Answer answer) {
        if (answer.part().problem() != null) {
            Counter.builder("tocsin.postgres.read.failures")
                    .description("Questions that a PostgreSQL server refused.")
                    .tag("part", answer.part().name())
                    .register(registry)
                    .increment();
        }
    }

    private static String message(Throwable e) {
        String said = e.getMessage();
        return said == null || said.isBlank() ? e.getClass().getSimpleName() : said;
    }
}
