package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, and how it is told: where, which key, what was found, what is allowed. */
class SettingsErrorTest {
    private static String problemOf(String yaml, Map<String, String> environment, String... assignments) {
        ConfigException problem = catchThrowableOfType(
                ConfigException.class,
                () -> Settings.read(new ConfigText("tocsin.yaml", yaml), environment, List.of(assignments)));
        return problem == null ? "accepted" : String.valueOf(problem.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http.port=many         | expected a whole number from 0 to 65535, found \"many\"",
                "http.port=65536        | expected a whole number from 0 to 65535, found \"65536\"",
                "http.host=0.0.0.0      | \"0.0.0.0\" can be reached from elsewhere: set http.auth to tokens: [...], or to none if whoever can connect may read and change everything",
                "http.host=example.org  | \"example.org\" can be reached from elsewhere: set http.auth to tokens: [...], or to none if whoever can connect may read and change everything",
                "http.host=             | expected an address or a name, found nothing",
                "http.auth=maybe        | expected loopback, none, or tokens: [...], found \"maybe\"",
                "http.auth.tokens=[]    | number of tokens must be 1 to 100, not 0",
                "http.auth.tokens=[pw]  | a token must be 8 to 1024 printable ASCII characters without spaces",
                "http.max-body=2G       | expected a size from 1k to 1G, found \"2G\"",
                "http.max-body=8 MB     | expected a size in bytes like 65536, 64k or 8M, found \"8 MB\"",
                "http.external-url=a.b  | expected a URL like https://tocsin.example.org, found \"a.b\"",
                "http.external-url=a b  | expected a URL like https://tocsin.example.org, found \"a b\"",
                "ingest.udp.host=       | expected an address or a name, found nothing",
                "ingest.udp.port=-1     | expected a whole number from 0 to 65535, found \"-1\"",
                "ingest.udp.sockets=0   | expected a whole number from 1 to 64, found \"0\"",
                "ingest.udp.receive-buffer=1 | expected a size from 4k to 1G, found \"1\"",
                "ingest.udp.signed-gauges=no | expected absolute or relative, found \"no\"",
                "tick=0                 | expected a duration from 100ms to 10s, found \"0\"",
                "tick=1                 | not a valid duration string: \"1\", expected something like 30s, 5m or 1h30m",
                "tick=99ms              | expected a duration from 100ms to 10s, found \"99ms\"",
                "tick=11s               | expected a duration from 100ms to 10s, found \"11s\"",
                "tick=300ms             | expected a duration from 100ms to 10s of which ten seconds are a whole number, like 100ms, 200ms, 500ms, 1s, 2s, 5s or 10s; found \"300ms\"",
                "series.max=0           | expected a whole number from 1 to 50000000, found \"0\"",
                "series.max-per-metric=x | expected a whole number from 1 to 50000000, found \"x\"",
                "series.max-labels=1001 | expected a whole number from 1 to 1000, found \"1001\"",
                "series.max-name-length=0 | expected a whole number from 1 to 10000, found \"0\"",
                "series.gauge-stale-after=1s | expected a duration from 10s to 1d, found \"1s\"",
                "series.forget-after=1m | must not be less than series.gauge-stale-after: a series can't be forgotten before it is stale",
                "series.percentile-window=1h | expected a duration from 1s to 5m, found \"1h\"",
                "series.precision.default=5 | expected a whole number from 1 to 4, found \"5\"",
                "timeline.hot-window=1m | expected a duration from 5m to 2h, found \"1m\"",
                "query.max-series=0     | expected a whole number from 1 to 50000000, found \"0\"",
                "query.max-samples=0    | expected a whole number from 1 to 10000000000, found \"0\"",
                "query.timeout=1h       | expected a duration from 100ms to 10m, found \"1h\"",
                "storage.resolutions.fine=15s   | expected 10s, 20s, 30s or 1m",
                "storage.resolutions.medium=10s | expected whole minutes of which two hours are a multiple, more than the fine resolution and a multiple of it",
                "storage.resolutions.medium=7m  | expected whole minutes of which two hours are a multiple, more than the fine resolution and a multiple of it",
                "storage.resolutions.coarse=3h  | expected a part of two hours, more than the medium resolution and a multiple of it",
                "query.concurrency=0    | expected a whole number from 1 to 1000, found \"0\"",
                "log.format=xml         | expected text or json, found \"xml\"",
                "log.level=loud         | expected error or warning or info or debug or trace, found \"loud\"",
                "host.enabled=maybe     | expected true or false, found \"maybe\"",
                "demo=2                 | expected true or false, found \"2\"",
                "http.prot=1            | unknown setting; did you mean \"http.port\"?",
                "port=1                 | unknown setting; did you mean \"http.port\"?",
                "ingest.udp.recieve-buffer=1 | unknown setting; did you mean \"ingest.udp.receive-buffer\"?",
                "http=8080              | expected a mapping with http.auth, http.auth.tokens, http.auth.tokens_file, http.external-url, http.host, http.max-body, http.port",
            })
    void isRefused(String assignment, String reason) {
        String key = assignment.substring(0, assignment.indexOf('='));

        assertThat(problemOf("", Map.of(), assignment)).isEqualTo("--set " + key + ": " + reason);
    }

    @Test
    void inTheFileTheLineAndTheKeyAreNamed() {
        assertThat(problemOf("http:\n  host: localhost\n  port: many\n", Map.of()))
                .isEqualTo("tocsin.yaml:3: http.port: expected a whole number from 0 to 65535, found \"many\"");
    }

    @Test
    void inTheEnvironmentTheVariableIsNamed() {
        assertThat(problemOf("", Map.of("TOCSIN_HTTP_PORT", "many")))
                .isEqualTo("TOCSIN_HTTP_PORT: expected a whole number from 0 to 65535, found \"many\"");
    }

    @Test
    void anUnknownKeyNamesItsLineAndWhatWasProbablyMeant() {
        assertThat(problemOf("series:\n  max: 5\n  max-lables: 3\n", Map.of()))
                .isEqualTo("tocsin.yaml:3: series.max-lables: unknown setting; did you mean \"series.max-labels\"?");
    }

    @Test
    void anUnknownVariableNamesWhatWasProbablyMeant() {
        assertThat(problemOf("", Map.of("TOCSIN_HTP_PORT", "1")))
                .isEqualTo("TOCSIN_HTP_PORT: unknown setting; did you mean \"TOCSIN_HTTP_PORT\"?");
    }

    @Test
    void whatResemblesNothingIsToldAllThereIs() {
        assertThat(problemOf("frobnicate: 1", Map.of()))
                .startsWith("tocsin.yaml:1: frobnicate: unknown setting; known are: checks.recovery.allow, demo, ")
                .contains(", http.auth, ", ", storage.uri");
    }

    @Test
    void aLeafThatIsGivenAMappingIsRefused() {
        assertThat(problemOf("demo: {on: true}", Map.of())).startsWith("tocsin.yaml:1: demo: expected text");
    }

    @Test
    void aListIsNoSettings() {
        assertThat(problemOf("- a", Map.of())).isEqualTo("tocsin.yaml:1: expected a mapping, found a list");
    }

    @Test
    void brokenYamlNamesItsLine() {
        assertThat(problemOf("http:\n  port: [1\n", Map.of())).startsWith("tocsin.yaml:3: not valid YAML: ");
    }

    @Test
    void aKeyGivenTwiceIsRefused() {
        assertThat(problemOf("demo: true\ndemo: false\n", Map.of())).contains("tocsin.yaml:2: ", "demo");
    }

    @Test
    void tokensAndAFileOfTokensExcludeEachOther() {
        assertThat(problemOf("http:\n  auth:\n    tokens: [first-token]\n    tokens_file: x\n", Map.of()))
                .isEqualTo("tocsin.yaml:4: http.auth.tokens_file: give either http.auth.tokens or"
                        + " http.auth.tokens_file, not both");
    }

    @Test
    void aFileOfTokensThatIsNotThereIsNamed() {
        assertThat(problemOf("http: {auth: {tokens_file: /nowhere/tokens}}", Map.of()))
                .startsWith("tocsin.yaml:1: http.auth.tokens_file: can't read \"/nowhere/tokens\": ");
    }

    @Test
    void aBadTokenIsNotQuoted() {
        assertThat(problemOf("http: {auth: {tokens: [hunter2 x]}}", Map.of())).doesNotContain("hunter2");
    }

    @Test
    void precisionOfAMetricNamesTheMetric() {
        assertThat(problemOf("series:\n  precision:\n    metrics:\n      pay: 5\n", Map.of()))
                .isEqualTo("tocsin.yaml:4: series.precision.metrics.pay: expected a whole number from 1 to 4, found"
                        + " \"5\"");
    }

    @Test
    void socketsThatShareAnUnknownPortAreRefused() {
        assertThat(problemOf("ingest: {udp: {port: 0, sockets: 2}}", Map.of()))
                .isEqualTo("tocsin.yaml:1: ingest.udp.port: ingest.udp.sockets can share a port only if"
                        + " ingest.udp.port says which");
    }

    @Test
    void aUnixPathLongerThanTheKernelTakesIsRefused() {
        assertThat(problemOf("ingest: {unix: {path: /" + "x".repeat(107) + "}}", Map.of()))
                .isEqualTo("tocsin.yaml:1: ingest.unix.path: a Unix socket's path has 107 bytes at most");
    }

    @Test
    void aTickLongerThanThePercentileWindowIsRefused() {
        assertThat(problemOf("tick: 10s\nseries: {percentile-window: 5s}\n", Map.of()))
                .isEqualTo("tocsin.yaml:1: tick: must not be longer than series.percentile-window");
    }

    @Test
    void anAssignmentNeedsAnEqualsSign() {
        assertThat(problemOf("", Map.of(), "http.port"))
                .isEqualTo("--set http.port: expected key=value, like http.port=8081");
    }

    @Test
    void recordsRefuseWhatTheFileCouldNotSay() {
        assertThatThrownBy(() -> new QuerySettings(0, 1, java.time.Duration.ofSeconds(1), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("query.max-series must be 1 to 50000000, not 0");
    }
}
