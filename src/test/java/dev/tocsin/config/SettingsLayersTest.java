package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which place wins. */
class SettingsLayersTest {
    private static Settings read(String yaml, Map<String, String> environment, String... assignments)
            throws ConfigException {
        return Settings.read(new ConfigText("tocsin.yaml", yaml), environment, List.of(assignments));
    }

    @Test
    void theEnvironmentIsStrongerThanTheFile() throws Exception {
        assertThat(read("http: {port: 1}", Map.of("TOCSIN_HTTP_PORT", "2"))
                        .http()
                        .port())
                .isEqualTo(2);
    }

    @Test
    void theCommandLineIsStrongerThanTheEnvironment() throws Exception {
        assertThat(read("http: {port: 1}", Map.of("TOCSIN_HTTP_PORT", "2"), "http.port=3")
                        .http()
                        .port())
                .isEqualTo(3);
    }

    @Test
    void theLastOfTwoAssignmentsCounts() throws Exception {
        assertThat(read("", Map.of(), "http.port=3", "http.port=4").http().port())
                .isEqualTo(4);
    }

    @Test
    void dashesAndDotsAreUnderscoresInTheEnvironment() throws Exception {
        Settings settings = read(
                "",
                Map.of(
                        "TOCSIN_INGEST_UDP_RECEIVE_BUFFER", "1M",
                        "TOCSIN_SERIES_MAX_PER_METRIC", "5",
                        "TOCSIN_DEMO", "true"));

        assertThat(settings.ingest().udp().receiveBufferBytes()).isEqualTo(1_048_576);
        assertThat(settings.series().maxPerMetric()).isEqualTo(5);
        assertThat(settings.demo()).isTrue();
    }

    @Test
    void listsAndMappingsAreWrittenInBracketsAndBraces() throws Exception {
        Settings settings = read(
                "",
                Map.of("TOCSIN_SERIES_PRECISION_METRICS", "{pay: 4}"),
                "http.auth.tokens=[first-token, second-token]");

        assertThat(settings.series().precision().metrics()).isEqualTo(Map.of("pay", 4));
        assertThat(settings.http().auth()).isEqualTo(new HttpAuth.Tokens(List.of("first-token", "second-token")));
    }

    @Test
    void aWholeSectionCanBeSetAtOnce() throws Exception {
        Settings settings = read("http: {port: 1, host: localhost}", Map.of(), "http={port: 2}");

        assertThat(settings.http().port()).isEqualTo(2);
        assertThat(settings.http().host()).isEqualTo("localhost");
    }

    @Test
    void aStrongerPlaceReplacesTheKindOfAuthAsAWhole() throws Exception {
        String tokens = "http: {auth: {tokens: [first-token]}}";

        assertThat(read(tokens, Map.of("TOCSIN_HTTP_AUTH", "none")).http().auth())
                .isEqualTo(new HttpAuth.None());
        assertThat(read("http: {auth: none}", Map.of("TOCSIN_HTTP_AUTH_TOKENS", "other-token"))
                        .http()
                        .auth())
                .isEqualTo(new HttpAuth.Tokens(List.of("other-token")));
    }

    @Test
    void textIsTakenAsItIs() throws Exception {
        assertThat(read("", Map.of("TOCSIN_INGEST_UNIX_PATH", "/tmp/a: b #c"))
                        .ingest()
                        .unix()
                        .path())
                .isEqualTo("/tmp/a: b #c");
    }

    @Test
    void anEmptyTextSwitchesOffWhatTheFileSwitchesOn() throws Exception {
        assertThat(read("log: {file: a.log}", Map.of(), "log.file=").log().file())
                .isEmpty();
    }

    @Test
    void theFileMayNameAnyVariable() throws Exception {
        assertThat(read("http: {auth: {tokens: ['${SECRET}']}}", Map.of("SECRET", "hunter2-hunter2"))
                        .http()
                        .auth())
                .isEqualTo(new HttpAuth.Tokens(List.of("hunter2-hunter2")));
    }

    @Test
    void whatKubernetesPutsBesideAServiceNamedTocsinIsNoSetting() throws Exception {
        Map<String, String> environment = Map.of(
                "TOCSIN_SERVICE_HOST", "10.0.0.1",
                "TOCSIN_SERVICE_PORT_HTTP", "8080",
                "TOCSIN_PORT", "tcp://10.0.0.1:8080",
                "TOCSIN_HTTP_PORT", "tcp://10.0.0.1:8080",
                "TOCSIN_PORT_8080_TCP_ADDR", "10.0.0.1",
                "TOCSIN_STATSD_PORT_8125_UDP", "udp://10.0.0.1:8125");

        assertThat(read("", environment)).isEqualTo(Settings.DEFAULTS);
    }
}
