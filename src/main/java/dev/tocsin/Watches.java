package dev.tocsin;

import dev.tocsin.config.Settings;
import dev.tocsin.core.Clock;
import dev.tocsin.core.SampleRecorder;
import dev.tocsin.core.SampleSink;
import dev.tocsin.core.check.ComponentHealth;
import dev.tocsin.core.check.HostFigures;
import dev.tocsin.core.postgres.ServerPictures;
import dev.tocsin.core.scrape.ScrapeTargets;
import dev.tocsin.journal.TickJournal;
import dev.tocsin.notify.ClientCredentials;
import dev.tocsin.postgres.PostgresServers;
import dev.tocsin.series.SeriesTable;
import dev.tocsin.series.Shard;
import dev.tocsin.watch.DemoVerticle;
import dev.tocsin.watch.check.CheckVerticle;
import dev.tocsin.watch.host.HostVerticle;
import dev.tocsin.watch.log.LogVerticle;
import dev.tocsin.watch.postgres.MonitorVerticle;
import dev.tocsin.watch.quality.QualityVerticle;
import dev.tocsin.watch.quality.SqlAnswers;
import dev.tocsin.watch.scrape.ScrapeVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the server looks at by itself: log files, checks, the quality of data, scraped targets, the machine, and the demo
 * load where it is
 * asked for. Used by the thread that starts the server; {@link #reload} is safe from any.
 */
final class Watches {
    private static final long DEMO_SEED = 42;

    private final Settings settings;
    private final SeriesTable table;
    private final SampleRecorder recorder;
    private final TickVerticle ticks;
    private final Clock clock;
    private final MeterRegistry meters;
    private final PostgresServers servers;
    private final MonitorVerticle postgres;
    private final LogVerticle logs;
    private final CheckVerticle checks;
    private final QualityVerticle quality;
    private final ScrapeVerticle scrapes;
    /** Set while the server starts, read by any thread. */
    private volatile Supplier<HostFigures> hostFigures = () -> HostFigures.NONE;

    /**
     * @param servers of PostgreSQL, none yet
     * @param shardOfThisLoop the sink, by its name, of the event loop that asks
     * @param parts how the server's own parts are
     * @param series what of the quality of data is asked of series
     */
    Watches(
            Settings settings,
            Configuration first,
            PostgresServers servers,
            SeriesTable table,
            SampleRecorder recorder,
            TickVerticle ticks,
            Function<String, SampleSink> shardOfThisLoop,
            Supplier<Map<String, ComponentHealth>> parts,
            SeriesAnswers series,
            TickJournal journal,
            Path data,
            Clock clock,
            MeterRegistry meters) {
        this.settings = settings;
        this.table = table;
        this.recorder = recorder;
        this.ticks = ticks;
        this.clock = clock;
        this.meters = meters;
        this.servers = servers;
        servers.replace(first.postgres());
        postgres = new MonitorVerticle(servers, recorder, this::mayRecord, journal, clock, meters);
        logs = new LogVerticle(first.logs(), () -> shardOfThisLoop.apply("logs"), journal, data, clock, meters);
        checks = new CheckVerticle(
                first.checks(),
                () -> shardOfThisLoop.apply("checks"),
                recorder,
                this::mayRecord,
                journal,
                servers,
                parts,
                clock,
                meters);
        quality = new QualityVerticle(
                first.datasets(),
                new QualitySources(new SqlAnswers(servers), series),
                recorder,
                this::mayRecord,
                clock,
                meters);
        scrapes = new ScrapeVerticle(
                first.scrapes(),
                recorder,
                this::mayRecord,
                vertx -> credentials -> new ClientCredentials(vertx, clock, credentials),
                clock,
                meters);
    }

    LogVerticle logs() {
        return logs;
    }

    /** What is known of PostgreSQL servers. */
    ServerPictures postgres() {
        return postgres;
    }

    CheckVerticle checks() {
        return checks;
    }

    /** What is known of the machine. Any thread. */
    HostFigures hostFigures() {
        return hostFigures.get();
    }

    QualityVerticle quality() {
        return quality;
    }

    ScrapeTargets targets() {
        return scrapes;
    }

    /** What was recorded before a restart comes first. */
    private boolean mayRecord() {
        return !ticks.isRestoring();
    }

    Future<Void> reload(Configuration next) {
        servers.replace(next.postgres());
        return logs.configure(next.logs())
                .compose(taken -> checks.reload(next.checks()))
                .compose(taken -> quality.reload(next.datasets()))
                .compose(taken -> scrapes.reload(next.scrapes()));
    }

    /** Lets go of the servers that were looked at, once nothing here is deployed any more. */
    void close() {
        servers.close();
    }

    /** @param udpPort where the demo load goes */
    void deploy(Deployments deployments, int udpPort) throws Exception {
        deployments.deploy(logs, ThreadingModel.EVENT_LOOP);
        deployments.deploy(checks, ThreadingModel.EVENT_LOOP);
        deployments.deploy(postgres, ThreadingModel.EVENT_LOOP);
        deployments.deploy(quality, ThreadingModel.EVENT_LOOP);
        deployments.deploy(scrapes, ThreadingModel.EVENT_LOOP);
        if (settings.host().enabled()) {
            Shard shard = table.openShard("host");
            HostVerticle host = HostVerticle.of(
                    ComponentSettings.host(settings),
                    shard,
                    recorder,
                    this::mayRecord,
                    clock,
                    meters,
                    settings.tick().toMillis());
            deployments.deploy(host, ThreadingModel.EVENT_LOOP);
            hostFigures = host::figures;
            ticks.add(host.context(), shard);
        }
        if (settings.demo()) {
            deployments.deploy(
                    new DemoVerticle(settings.ingest().udp().host(), udpPort, DEMO_SEED, clock),
                    ThreadingModel.EVENT_LOOP);
        }
    }
}
