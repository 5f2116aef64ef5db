package dev.tocsin;

import dev.tocsin.config.HostSettings;
import dev.tocsin.config.HttpAuth;
import dev.tocsin.config.IngestSettings;
import dev.tocsin.config.QuerySettings;
import dev.tocsin.config.Settings;
import dev.tocsin.core.PromDuration;
import dev.tocsin.ingest.HttpIngestSettings;
import dev.tocsin.ingest.UdpSettings;
import dev.tocsin.ingest.UnixSettings;
import dev.tocsin.ingest.wire.SignedGauges;
import dev.tocsin.journal.JournalSettings;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.rule.RuleSettings;
import dev.tocsin.series.SeriesLimits;
import dev.tocsin.series.TimelineSettings;
import dev.tocsin.store.HistorySettings;
import dev.tocsin.store.PushedLife;
import dev.tocsin.store.Resolutions;
import dev.tocsin.watch.host.HostOptions;
import dev.tocsin.web.Auth;
import dev.tocsin.web.HttpSettings;
import dev.tocsin.web.QueryBounds;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** From {@code tocsin.yaml} to what each part wants to know: parts know nothing of files. */
final class ComponentSettings {
    private ComponentSettings() {}

    static SeriesLimits seriesLimits(Settings settings) {
        SeriesLimits defaults = SeriesLimits.defaults();
        return new SeriesLimits(
                settings.series().max(),
                settings.series().maxPerMetric(),
                settings.series().maxLabels(),
                settings.series().maxNameLength(),
                defaults.maxLabelNameLength(),
                defaults.maxLabelValueLength(),
                defaults.maxForgottenSeries(),
                defaults.maxRecordedSeries(),
                defaults.maxLogSamples());
    }

    static TimelineSettings timeline(Settings settings) {
        TimelineSettings defaults = TimelineSettings.defaults();
        long fineMillis = settings.timeline().hotWindow().toMillis();
        return new TimelineSettings(
                settings.tick().toMillis(),
                fineMillis,
                Math.max(defaults.mediumMillis(), fineMillis),
                Math.max(defaults.coarseMillis(), fineMillis),
                settings.series().gaugeStaleAfter().toMillis(),
                settings.series().forgetAfter().toMillis(),
                settings.series().percentileWindow().toMillis(),
                settings.series().precision().digits(),
                settings.series().precision().metrics(),
                defaults.historyBytes());
    }

    static PushedLife life(Settings settings) {
        return new PushedLife(
                settings.tick().toMillis(),
                settings.series().gaugeStaleAfter().toMillis(),
                settings.series().forgetAfter().toMillis());
    }

    static JournalSettings journal(Settings settings) {
        return JournalSettings.of(
                settings.timeline().hotWindow().toMillis(), settings.journal().maxBytes());
    }

    static UdpSettings udp(Settings settings) {
        IngestSettings.Udp udp = settings.ingest().udp();
        return new UdpSettings(
                udp.host(), udp.port(), udp.sockets(), udp.receiveBufferBytes(), signedGauges(udp.signedGauges()));
    }

    static UnixSettings unix(Settings settings) {
        IngestSettings.Unix unix = settings.ingest().unix();
        return new UnixSettings(Path.of(unix.path()), signedGauges(unix.signedGauges()));
    }

    private static SignedGauges signedGauges(IngestSettings.SignedGauges setting) {
        return switch (setting) {
            case ABSOLUTE -> SignedGauges.ABSOLUTE;
            case RELATIVE -> SignedGauges.RELATIVE;
        };
    }

    static HostOptions host(Settings settings) {
        HostSettings host = settings.host();
        return new HostOptions(
                host.names() != HostSettings.Names.NODE,
                host.names() != HostSettings.Names.HOST,
                host.instance().isEmpty() ? hostName() : host.instance(),
                host.processes().stream()
                        .map(process -> new HostOptions.WatchedProcess(process.name(), process.command()))
                        .toList());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine whose own name does not resolve still has one.
            String name = System.getenv("HOSTNAME");
            return name == null || name.isEmpty() ? "localhost" : name;
        }
    }

    static HttpIngestSettings httpIngest(Settings settings) {
        HttpIngestSettings defaults = HttpIngestSettings.DEFAULT;
        int body = Math.toIntExact(settings.http().maxBodyBytes());
        return new HttpIngestSettings(
                body, Math.max(defaults.maxInflatedBytes(), body), Math.max(defaults.maxBufferedBytes(), 2L * body));
    }

    static HttpSettings http(Settings settings) {
        HttpSettings defaults = HttpSettings.DEFAULT;
        Auth auth = switch (settings.http().auth()) {
            case HttpAuth.Loopback loopback -> new Auth.Unset();
            case HttpAuth.None none -> new Auth.None();
            case HttpAuth.Tokens tokens -> new Auth.Tokens(tokens.tokens());
        };
        return new HttpSettings(
                settings.http().host(),
                settings.http().port(),
                defaults.instances(),
                settings.http().maxBodyBytes(),
                defaults.headerTimeout(),
                defaults.bodyTimeout(),
                longer(defaults.idleTimeout(), settings.query().timeout().plusSeconds(30)),
                defaults.maxConnections(),
                auth);
    }

    static RuleSettings rules(Settings settings) {
        RuleSettings defaults = RuleSettings.DEFAULT;
        return new RuleSettings(
                Math.max(defaults.evaluationIntervalMillis(), settings.tick().toMillis()),
                defaults.resendDelayMillis(),
                defaults.missingHoldMillis(),
                defaults.maxAlertsPerRule(),
                externalUrl(settings),
                defaults.externalLabels());
    }

    /** Where people reach this server, without a slash at the end. */
    static String externalUrl(Settings settings) {
        String url = settings.http()
                .externalUrl()
                .map(Object::toString)
                .orElse("http://" + reachable(settings.http().host()) + ":"
                        + settings.http().port());
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** An address that means all is none that a link can name. */
    private static String reachable(String host) {
        return host.equals("0.0.0.0") || host.equals("::") ? "localhost" : host;
    }

    static QueryLimits queryLimits(QuerySettings query) {
        return new QueryLimits(
                query.maxSeries(), query.maxSamples(), query.timeout().toNanos());
    }

    /** What Prometheus' flags of these names would say here. */
    static Map<String, String> flags(Settings settings) {
        QuerySettings query = settings.query();
        return Map.of(
                "query.lookback-delta", PromDuration.format(QueryOptions.DEFAULT.lookbackMillis()),
                "query.max-concurrency", Integer.toString(query.concurrency()),
                "query.max-samples", Long.toString(query.maxSamples()),
                "query.timeout", PromDuration.format(query.timeout().toMillis()),
                "web.external-url", externalUrl(settings),
                "web.listen-address",
                        settings.http().host() + ":" + settings.http().port());
    }

    static HistorySettings history(Settings settings) {
        return new HistorySettings(
                Resolutions.of(
                        settings.storage().fine(),
                        settings.storage().medium(),
                        settings.storage().coarse()),
                settings.storage().keep10s(),
                settings.storage().keep1m(),
                settings.storage().keep1h(),
                settings.storage().keepAlerts(),
                settings.storage().keepAcknowledged());
    }

    static QueryBounds queryBounds(QuerySettings query) {
        QueryBounds defaults = QueryBounds.DEFAULT;
        return new QueryBounds(
                query.concurrency(),
                defaults.queueLength(),
                query.timeout(),
                longer(defaults.maxTimeout(), query.timeout()),
                query.maxSeries(),
                Math.min(defaults.maxAnswerBytes(), 32 << 20),
                defaults.maxMemoryBytes());
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
