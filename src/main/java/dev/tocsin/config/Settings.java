package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * The settings of the server, {@code tocsin.yaml}, one record per section. Immutable and valid: what exists can be
 * used.
 *
 * @param tick length of one interval; divides ten seconds
 * @param demo whether a demo load is sent to the UDP port
 */
public record Settings(
        HttpSettings http,
        IngestSettings ingest,
        Duration tick,
        SeriesSettings series,
        TimelineSettings timeline,
        JournalSettings journal,
        QuerySettings query,
        StorageSettings storage,
        LogSettings log,
        HostSettings host,
        CheckSettings checks,
        boolean demo) {
    static final Duration LEAST_TICK = Duration.ofMillis(100);
    private static final Duration LONGEST_TICK = Duration.ofSeconds(10);

    public static final Settings DEFAULTS = new Settings(
            HttpSettings.DEFAULTS,
            IngestSettings.DEFAULTS,
            Duration.ofSeconds(1),
            SeriesSettings.DEFAULTS,
            TimelineSettings.DEFAULTS,
            JournalSettings.DEFAULTS,
            QuerySettings.DEFAULTS,
            StorageSettings.DEFAULTS,
            LogSettings.DEFAULTS,
            HostSettings.DEFAULTS,
            CheckSettings.DEFAULTS,
            false);

    public Settings {
        Allowed.range("tick", tick, LEAST_TICK, LONGEST_TICK);
        Allowed.require(
                LONGEST_TICK.toMillis() % tick.toMillis() == 0,
                "expected a duration from 100ms to 10s of which ten seconds are a whole number, like 100ms, 200ms, 500ms, "
                        + "1s, 2s, 5s or 10s; found \"" + PromDuration.format(tick.toMillis()) + "\"");
        Allowed.require(
                tick.compareTo(series.percentileWindow()) <= 0, "must not be longer than series.percentile-window");
    }

    /**
     * Reads the settings: {@code --set} before environment before file before default.
     *
     * @param file {@code tocsin.yaml}; an empty text is all defaults
     * @param environment all variables: {@code TOCSIN_HTTP_PORT} is {@code http.port}, and others are what
     *     {@code ${NAME}} in the file stands for
     * @param assignments {@code key=value} each
     */
    public static Settings read(ConfigText file, Map<String, String> environment, List<String> assignments)
            throws ConfigException {
        return read(Layers.of(file, environment, assignments));
    }

    private static Settings read(Layers in) throws ConfigException {
        HttpSettings http = HttpSettings.read(in);
        IngestSettings ingest = IngestSettings.read(in);
        Duration tick = in.read("tick", DEFAULTS.tick, Allowed.duration(LEAST_TICK, LONGEST_TICK));
        SeriesSettings series = SeriesSettings.read(in);
        TimelineSettings timeline = TimelineSettings.read(in);
        JournalSettings journal = JournalSettings.read(in);
        QuerySettings query = QuerySettings.read(in);
        StorageSettings storage = StorageSettings.read(in);
        LogSettings log = LogSettings.read(in);
        HostSettings host = HostSettings.read(in);
        CheckSettings checks = CheckSettings.read(in);
        boolean demo = in.read("demo", DEFAULTS.demo, YamlNode::asBoolean);
        in.refuseUnknown();
        try {
            return new Settings(http, ingest, tick, series, timeline, journal, query, storage, log, host, checks, demo);
        } catch (IllegalArgumentException e) {
            throw in.error("tick", String.valueOf(e.getMessage()));
        }
    }

    /** Every key there is, in dotted form. */
    static SortedSet<String> keys() {
        try {
            Layers in = Layers.of(new ConfigText("", ""), Map.of(), List.of());
            read(in);
            return in.asked();
        } catch (ConfigException e) {
            throw new IllegalStateException("the defaults are not valid", e);
        }
    }
}
