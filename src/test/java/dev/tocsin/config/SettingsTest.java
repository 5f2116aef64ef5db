package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each key does, section by section: its default, and an explicit value. */
class SettingsTest {
    private static final List<String> TOKENS = List.of("first-token", "second-token");

    private static Settings read(String yaml) throws ConfigException {
        return Settings.read(new ConfigText("tocsin.yaml", yaml), Map.of(), List.of());
    }

    @Test
    void anEmptyFileIsAllDefaults() throws Exception {
        assertThat(read("")).isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void httpDefaults() {
        assertThat(Settings.DEFAULTS.http())
                .isEqualTo(new HttpSettings("127.0.0.1", 8080, new HttpAuth.Loopback(), 8_388_608, Optional.empty()));
    }

    @Test
    void httpExplicitly() throws Exception {
        assertThat(read("""
                        http:
                          host: 0.0.0.0
                          port: 9999
                          auth: {tokens: [first-token, second-token]}
                          max-body: 64k
                          external-url: https://tocsin.example.org/x
                        """).http())
                .isEqualTo(new HttpSettings(
                        "0.0.0.0",
                        9999,
                        new HttpAuth.Tokens(TOKENS),
                        65_536,
                        Optional.of(URI.create("https://tocsin.example.org/x"))));
    }

    @Test
    void everybodyMayUseHttpWhereThatIsSaid() throws Exception {
        assertThat(read("http: {host: '::', auth: none}").http().auth()).isEqualTo(new HttpAuth.None());
    }

    @Test
    void tokensStandInAFileOneToALine(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tokens");
        Files.writeString(file, "first-token\n\n  second-token \n");

        assertThat(read("http: {auth: {tokens_file: '" + file + "'}}").http().auth())
                .isEqualTo(new HttpAuth.Tokens(TOKENS));
    }

    @Test
    void tokensAreNeverPrinted() {
        assertThat(new HttpAuth.Tokens(TOKENS)).hasToString("Tokens[2]");
    }

    @Test
    void ingestDefaults() {
        assertThat(Settings.DEFAULTS.ingest())
                .isEqualTo(new IngestSettings(
                        new IngestSettings.Udp("127.0.0.1", 8125, 1, 33_554_432, IngestSettings.SignedGauges.ABSOLUTE),
                        new IngestSettings.Unix("", IngestSettings.SignedGauges.ABSOLUTE)));
        assertThat(Settings.DEFAULTS.ingest().unix().isOn()).isFalse();
    }

    @Test
    void ingestExplicitly() throws Exception {
        IngestSettings ingest = read("""
                        ingest:
                          udp:
                            host: 0.0.0.0
                            port: 9125
                            sockets: 4
                            receive-buffer: 64M
                            signed-gauges: relative
                          unix:
                            path: /run/tocsin/dsd.socket
                            signed-gauges: relative
                        """).ingest();

        assertThat(ingest)
                .isEqualTo(new IngestSettings(
                        new IngestSettings.Udp("0.0.0.0", 9125, 4, 67_108_864, IngestSettings.SignedGauges.RELATIVE),
                        new IngestSettings.Unix("/run/tocsin/dsd.socket", IngestSettings.SignedGauges.RELATIVE)));
        assertThat(ingest.unix().isOn()).isTrue();
    }

    @Test
    void tickByDefaultAndExplicitly() throws Exception {
        assertThat(Settings.DEFAULTS.tick()).isEqualTo(Duration.ofSeconds(1));
        assertThat(read("tick: 500ms").tick()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void seriesDefaults() {
        assertThat(Settings.DEFAULTS.series())
                .isEqualTo(new SeriesSettings(
                        1_000_000,
                        10_000,
                        64,
                        200,
                        Duration.ofMinutes(5),
                        Duration.ofHours(1),
                        Duration.ofSeconds(10),
                        new SeriesSettings.Precision(2, Map.of())));
    }

    @Test
    void seriesExplicitly() throws Exception {
        assertThat(read("""
                        series:
                          max: 5000
                          max-per-metric: 500
                          max-labels: 8
                          max-name-length: 100
                          gauge-stale-after: 1m
                          forget-after: 2m
                          percentile-window: 30s
                          precision:
                            default: 3
                            metrics: {payment_duration: 4}
                        """).series())
                .isEqualTo(new SeriesSettings(
                        5_000,
                        500,
                        8,
                        100,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(30),
                        new SeriesSettings.Precision(3, Map.of("payment_duration", 4))));
    }

    @Test
    void timelineByDefaultAndExplicitly() throws Exception {
        assertThat(Settings.DEFAULTS.timeline()).isEqualTo(new TimelineSettings(Duration.ofMinutes(15)));
        assertThat(read("timeline: {hot-window: 1h}").timeline()).isEqualTo(new TimelineSettings(Duration.ofHours(1)));
    }

    @Test
    void queryDefaults() {
        assertThat(Settings.DEFAULTS.query())
                .isEqualTo(new QuerySettings(100_000, 50_000_000, Duration.ofSeconds(30), 8));
    }

    @Test
    void queryExplicitly() throws Exception {
        assertThat(read("query: {max-series: 7, max-samples: 8000000000, timeout: 2s, concurrency: 1}")
                        .query())
                .isEqualTo(new QuerySettings(7, 8_000_000_000L, Duration.ofSeconds(2), 1));
    }

    @Test
    void logDefaults() {
        assertThat(Settings.DEFAULTS.log())
                .isEqualTo(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO, ""));
    }

    @Test
    void logExplicitly() throws Exception {
        assertThat(read("log: {format: json, level: trace, file: /var/log/tocsin.log}")
                        .log())
                .isEqualTo(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.TRACE, "/var/log/tocsin.log"));
    }

    @Test
    void hostAndDemoByDefaultAndExplicitly() throws Exception {
        assertThat(Settings.DEFAULTS.checks().recoveryCommands()).isEmpty();
        assertThat(read("checks: {recovery: {allow: [[/bin/true, a b]]}}")
                        .checks()
                        .recoveryCommands())
                .containsExactly(List.of("/bin/true", "a b"));
        assertThat(Settings.DEFAULTS.host()).isEqualTo(new HostSettings(true, HostSettings.Names.HOST, "", List.of()));
        assertThat(Settings.DEFAULTS.demo()).isFalse();
        assertThat(read("host: {enabled: false}").host().enabled()).isFalse();
        HostSettings both = read("host: {names: both, instance: db1, processes: [sshd, {name: w, command: 'w .*'}]}")
                .host();
        assertThat(both.names()).isEqualTo(HostSettings.Names.BOTH);
        assertThat(both.instance()).isEqualTo("db1");
        assertThat(both.processes()).extracting(HostSettings.NamedProcess::name).containsExactly("sshd", "w");
        assertThat(read("demo: true").demo()).isTrue();
    }

    @Test
    void aKeyWithoutAValueKeepsItsDefault() throws Exception {
        assertThat(read("http:\n  port:\nseries:\n")).isEqualTo(Settings.DEFAULTS);
    }
}
