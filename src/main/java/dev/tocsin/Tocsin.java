package dev.tocsin;

import static dev.tocsin.Deployments.await;
import static dev.tocsin.Deployments.binding;

import dev.tocsin.alert.Links;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.RuleFiles;
import dev.tocsin.config.Settings;
import dev.tocsin.core.AlertArchive;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.ingest.HttpLoops;
import dev.tocsin.ingest.HttpSamples;
import dev.tocsin.ingest.InfluxWrites;
import dev.tocsin.ingest.UdpSettings;
import dev.tocsin.ingest.UdpVerticle;
import dev.tocsin.ingest.UnixVerticle;
import dev.tocsin.journal.TickJournal;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RulesView;
import dev.tocsin.series.RecordingSettings;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.watch.OwnMetrics;
import dev.tocsin.watch.log.LogFilesQuery;
import dev.tocsin.web.AcknowledgePage;
import dev.tocsin.web.AlertSummaryApi;
import dev.tocsin.web.AlertmanagerApi;
import dev.tocsin.web.AnnotationApi;
import dev.tocsin.web.AnnotationLog;
import dev.tocsin.web.AnswersApi;
import dev.tocsin.web.BacktestApi;
import dev.tocsin.web.ChecksApi;
import dev.tocsin.web.DashboardApi;
import dev.tocsin.web.Documentation;
import dev.tocsin.web.DrillApi;
import dev.tocsin.web.HealthApi;
import dev.tocsin.web.HeatmapApi;
import dev.tocsin.web.HeldAlertsApi;
import dev.tocsin.web.HttpSettings;
import dev.tocsin.web.HttpVerticle;
import dev.tocsin.web.LogApi;
import dev.tocsin.web.LogQueryApi;
import dev.tocsin.web.MetricsApi;
import dev.tocsin.web.PageFiles;
import dev.tocsin.web.PerformanceApi;
import dev.tocsin.web.PostgresApi;
import dev.tocsin.web.QualityApi;
import dev.tocsin.web.QueryApi;
import dev.tocsin.web.QueryPool;
import dev.tocsin.web.ReloadApi;
import dev.tocsin.web.RenderApi;
import dev.tocsin.web.RulesApi;
import dev.tocsin.web.SeriesApi;
import dev.tocsin.web.SpectrumApi;
import dev.tocsin.web.StatusApi;
import dev.tocsin.web.StreamApi;
import dev.tocsin.web.StreamHub;
import dev.tocsin.web.StreamSettings;
import dev.tocsin.web.TargetsApi;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The whole server, put together: made here, started in the order in which its parts need each other, stopped in the
 * reverse. Embeddable: ports may be 0, and nothing is static. {@link #start}, {@link #reload} and {@link #stop} block,
 * and may be called from any thread but an event loop.
 */
public final class Tocsin implements ServerStarter.Server {
    private static final System.Logger LOG = System.getLogger(Tocsin.class.getName());

    private static final long BLOCKED_LOOP_MILLIS = 500;
    /** What is left for the last notifications of the five seconds that a stop may take. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** Delivery, alerts, rules: deployed first. */
    private static final int TELLING_VERTICLES = 3;

    private final Settings settings;
    private final Clock clock = Clock.system();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final long startMillis;
    private final Vertx vertx;
    private final SeriesTable table;
    private final SharedRecorder recorder;
    private final DataFolder data;
    private final TickJournal journal;
    private final TickVerticle ticks;
    private final AnnotationLog annotations = new AnnotationLog();
    private final Deployments deployments;
    private final Evaluator evaluator;
    /** What is in memory, and what is stored behind it. */
    private final SeriesSource all;

    private final Evaluator overAll;
    private final QueryPool pool;
    private final Links links;
    private final AlertPipeline pipeline;
    private final @Nullable Storage storage;
    private final EventBusEcho eventBus;
    private final ServerHealth health;
    private final Watches watches;
    private final LiveConfiguration configuration;
    private volatile boolean ready;
    private int httpPort;
    private int udpPort;

    private Tocsin(ConfigFolder folder, Settings settings, Configuration first, DataFolder data) throws IOException {
        this.settings = settings;
        this.data = data;
        journal = TickJournal.open(data.path().resolve("journal"), ComponentSettings.journal(settings), clock, meters);
        startMillis = clock.wallMillis();
        vertx = Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setMaxEventLoopExecuteTime(BLOCKED_LOOP_MILLIS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
        deployments = new Deployments(vertx);
        vertx.eventBus().registerDefaultCodec(Event.TickClosed.class, new EventCodec<>(Event.TickClosed.class));
        vertx.eventBus().registerDefaultCodec(Event.AlertsJudged.class, new EventCodec<>(Event.AlertsJudged.class));
        table = new SeriesTable(ComponentSettings.seriesLimits(settings), ComponentSettings.timeline(settings), clock);
        recorder = new SharedRecorder(table.recorded());
        table.startRecording(RecordingSettings.from(
                journal.firstPosition(), ComponentSettings.journal(settings).segmentBytes()));
        ticks = new TickVerticle(
                table,
                new OwnMetrics(meters, recorder),
                journal,
                clock,
                Timers.of(vertx),
                settings.tick().toMillis(),
                meters);
        ticks.restoreFirst(table.restore(journal.old(), recorder));
        SeriesMeters.register(table, meters);
        evaluator = new Evaluator(table.source(), ComponentSettings.queryLimits(settings.query()), clock);
        links = new Links(ComponentSettings.externalUrl(settings), LinkKey.in(data.path()));
        storage = Storage.of(
                settings.storage().server(), data.path(), journal, ComponentSettings.history(settings), clock, meters);
        all = storage == null
                ? table.source()
                : storage.behind(table.source(), table::readableSinceMillis, ComponentSettings.life(settings));
        overAll = new Evaluator(all, ComponentSettings.queryLimits(settings.query()), clock);
        pool = new QueryPool(vertx, ComponentSettings.queryBounds(settings.query()), clock, meters);
        AlertTrail trail = storage == null ? AlertTrail.NONE : storage.trail();
        pipeline = new AlertPipeline(settings, first, evaluator, recorder, journal, trail, links, clock, meters);
        eventBus = new EventBusEcho(clock);
        health = new ServerHealth(
                ticks, eventBus, table, pipeline, storage, this::checks, meters, settings.tick(), clock);
        watches = new Watches(
                settings,
                first,
                new PostgresServers(vertx, storage == null ? null : storage::address),
                table,
                recorder,
                ticks,
                this::shardOfThisLoop,
                health::parts,
                new SeriesAnswers(overAll, pool.memory(), clock),
                journal,
                data.path(),
                clock,
                meters);
        configuration = new LiveConfiguration(
                folder, settings, first, next -> pipeline.reload(next).compose(taken -> watches.reload(next)), clock);
    }

    /**
     * Reads everything, then binds.
     *
     * @param data where what must outlive the process is kept; made when needed
     * @throws ConfigException naming file and line; nothing was bound
     * @throws IOException where the data folder can't be used, another process using it among the reasons
     */
    public static Tocsin start(ConfigFolder folder, Settings settings, Path data) throws Exception {
        Configuration configuration = Configuration.read(folder, settings);
        DataFolder held = DataFolder.open(data);
        Tocsin tocsin;
        try {
            tocsin = new Tocsin(folder, settings, configuration, held);
        } catch (Exception | Error e) {
            held.close();
            throw e;
        }
        try {
            tocsin.deployAll();
        } catch (Exception | Error e) {
            tocsin.stop();
            throw e;
        }
        return tocsin;
    }

    /** The port that HTTP is served on. */
    public int httpPort() {
        return httpPort;
    }

    /** The port that datagrams are taken on. */
    public int udpPort() {
        return udpPort;
    }

    private void deployAll() throws Exception {
        deployments.deploy(pipeline.delivery(), ThreadingModel.EVENT_LOOP);
        deployments.deployOnThread("alerts", pipeline.alerts());
        deployments.deploy(pipeline.rules(), ThreadingModel.VIRTUAL_THREAD);
        await(pipeline.begin());
        deployments.deploy(ticks, ThreadingModel.VIRTUAL_THREAD);
        if (storage != null) {
            // Not among those that are undeployed one by one: it takes the last tick.
            await(vertx.deployVerticle(storage.postgres()));
            storage.follow();
        }
        deployments.deploy(eventBus, ThreadingModel.EVENT_LOOP);
        deployIngest();
        DrillVerticle drills = new DrillVerticle(
                configuration::now,
                pipeline.alerts(),
                pipeline.drills(),
                journal,
                clock,
                settings.ingest().udp().host(),
                udpPort);
        deployments.deploy(drills, ThreadingModel.EVENT_LOOP);
        deployHttp(drills);
        watches.deploy(deployments, udpPort);
        ready = true;
        LOG.log(
                Level.INFO,
                "ready: http://{0}:{1} · udp {2}:{3} · configuration {4}",
                settings.http().host(),
                Integer.toString(httpPort),
                settings.ingest().udp().host(),
                Integer.toString(udpPort),
                configuration.now().folder());
    }

    private void deployIngest() throws Exception {
        UdpSettings udp = ComponentSettings.udp(settings);
        for (int i = 0; i < udp.sockets(); i++) {
            Shard shard = table.openShard("udp-" + i);
            UdpVerticle verticle = new UdpVerticle("udp-" + i, udp, shard, clock, meters, annotations::add);
            binding("ingest.udp.port", udp.host(), udp.port(), () -> deployments.deployReceiver(verticle));
            ticks.add(verticle.context(), shard);
            udpPort = verticle.port();
        }
        if (settings.ingest().unix().isOn()) {
            Shard shard = table.openShard("unix-0");
            UnixVerticle verticle = new UnixVerticle(
                    "unix-0", ComponentSettings.unix(settings), shard, clock, meters, annotations::add);
            deployments.deployReceiver(verticle);
            ticks.add(verticle.context(), shard);
        }
    }

    private void deployHttp(DrillVerticle drills) throws Exception {
        StreamHub stream = new StreamHub(
                evaluator,
                StreamSettings.DEFAULT.forTicksOf(settings.tick()),
                () -> RulesApi.alertsJson(pipeline.view(), pipeline.alerts().answers()),
                clock,
                meters);
        deployments.deploy(stream, ThreadingModel.VIRTUAL_THREAD);
        HttpLoops loops =
                new HttpLoops(ComponentSettings.httpIngest(settings), () -> shardOfThisLoop("http"), clock, meters);
        List<Consumer<Router>> routes = List.of(
                new HealthApi(version(), health::components, this::checks, watches::hostFigures, () -> ready, clock)
                        ::mount,
                new ReloadApi(() -> vertx.executeBlocking(() -> {
                    reload();
                    return null;
                }))::mount,
                new MetricsApi(meters)::mount,
                new QueryApi(overAll, pool, clock)::mount,
                new RenderApi(overAll, pool, clock)::mount,
                new HeatmapApi(overAll, pool, clock)::mount,
                new SpectrumApi(overAll, pool, clock)::mount,
                new PerformanceApi(overAll, pool, clock)::mount,
                new SeriesApi(all, watches.targets(), pool)::mount,
                new TargetsApi(watches.targets(), hostName(), pool)::mount,
                new HttpSamples(loops)::mount,
                new InfluxWrites(loops)::mount,
                new StreamApi(stream, () -> configuration.now().dashboards(), table.source())::mount,
                new RulesApi(pipeline::view, pipeline.alerts()::answers, pool)::mount,
                new DrillApi(drills::run, () -> configuration.now().alerting().drill(), drills::last)::mount,
                new AnswersApi(pipeline.alerts(), storage == null ? AlertArchive.NONE : storage.archive(), pool, clock)
                        ::mount,
                new HeldAlertsApi(pipeline.alerts(), pool)::mount,
                new AlertSummaryApi(pipeline.alerts(), pool, clock)::mount,
                new AcknowledgePage(pipeline.alerts(), links, clock)::mount,
                new AlertmanagerApi(
                        pipeline.alerts(),
                        () -> configuration.now().alerting().redacted(),
                        version(),
                        pool,
                        clock,
                        Instant.ofEpochMilli(startMillis))::mount,
                new BacktestApi(
                        Tocsin::draftRules,
                        () -> pipeline.view().groups().stream()
                                .map(RulesView.Group::group)
                                .toList(),
                        all,
                        ComponentSettings.queryLimits(settings.query()),
                        ComponentSettings.rules(settings),
                        pool,
                        clock)::mount,
                new StatusApi(
                        version(),
                        startMillis,
                        settings.tick(),
                        udpPort,
                        ComponentSettings.flags(settings),
                        configuration::status,
                        table::status,
                        pool)::mount,
                new DashboardApi(() -> configuration.now().dashboards(), table.source())::mount,
                new AnnotationApi(annotations)::mount,
                new Documentation(Tocsin.class.getClassLoader(), "docs")::mount,
                new ChecksApi(watches.checks(), overAll, pool, clock)::mount,
                new PostgresApi(watches.postgres())::mount,
                new QualityApi(watches.quality(), overAll, pool, clock)::mount,
                new LogApi(watches.logs())::mount,
                new LogQueryApi(new LogFilesQuery(() -> configuration.now().logs(), clock), pool)::mount);
        PageFiles page = PageFiles.load(Tocsin.class.getClassLoader(), "web");
        HttpSettings http = ComponentSettings.http(settings);
        binding("http.port", http.host(), http.port(), () -> {
            HttpVerticle.Listening listening = await(HttpVerticle.deploy(vertx, http, routes, page, clock, meters));
            deployments.add(listening.deploymentId());
            httpPort = listening.port();
        });
    }

    private Collection<CheckStatus> checks() {
        return watches.checks().all();
    }

    private static List<RuleGroup> draftRules(String text) {
        try {
            return RuleFiles.parse(new ConfigText("draft", text)).groups();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private SampleSink shardOfThisLoop(String name) {
        Shard shard = table.openShard(name);
        ticks.add(vertx.getOrCreateContext(), shard);
        return shard;
    }

    /** What this machine calls itself. */
    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static String version() {
        String version = Tocsin.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public void reload() throws Exception {
        configuration.reload();
    }

    /** Stops taking, closes the last interval, sends what is due. */
    @Override
    public void stop() throws Exception {
        ready = false;
        deployments.stopTaking();
        deployments.undeployAllBut(TELLING_VERTICLES);
        if (deployments.size() == TELLING_VERTICLES) {
            await(pipeline.finish(DRAIN));
        }
        deployments.undeployAllBut(0);
        if (storage != null) {
            storage.finish();
        }
        journal.close();
        watches.close();
        await(vertx.close());
        if (storage != null) {
            storage.close();
        }
        data.close();
    }
}
