package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.http.HttpCredentials;
import dev.tocsin.watch.scrape.Discovery;
import dev.tocsin.watch.scrape.ScrapeJob;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrapeFileTest {
    private static List<ScrapeJob> read(String yaml) throws ConfigException {
        return ScrapeFile.parse(new ConfigText("conf/scrape.yaml", yaml), Path.of("/conf"), Map.of("TOKEN", "t0"));
    }

    @Test
    void whatIsNotSaidIsAsInPrometheus() throws ConfigException {
        ScrapeJob job = read("scrape_configs: [{job_name: j}]").getFirst();

        assertThat(job.intervalMillis()).isEqualTo(60_000);
        assertThat(job.timeoutMillis()).isEqualTo(10_000);
        assertThat(job.metricsPath()).isEqualTo("/metrics");
        assertThat(job.scheme()).isEqualTo("http");
        assertThat(job.honorLabels()).isFalse();
        assertThat(job.honorTimestamps()).isTrue();
        assertThat(read("")).isEmpty();
    }

    @Test
    void everyKeyIsTaken() throws ConfigException {
        ScrapeJob job = read("""
                global: {scrape_interval: 20s, scrape_timeout: 15s, evaluation_interval: 1m}
                scrape_configs:
                  - job_name: j
                    scrape_interval: 5s
                    metrics_path: /m
                    params: {a: [b, c]}
                    scheme: https
                    honor_labels: true
                    honor_timestamps: false
                    authorization: {credentials: "${TOKEN}"}
                    tls_config: {insecure_skip_verify: true}
                    follow_redirects: false
                    static_configs: [{targets: ["h:1"], labels: {x: y}}]
                    file_sd_configs: [{files: ["sd/*.json"], refresh_interval: 1m}]
                    http_sd_configs: [{url: "http://h/sd", basic_auth: {username: u, password: p}}]
                    dns_sd_configs: [{names: [a.example], type: A, port: 9100}, {names: [_m._tcp.example]}]
                    relabel_configs: [{target_label: z, replacement: "${1}"}]
                    sample_limit: 1
                    label_limit: 2
                    label_name_length_limit: 3
                    label_value_length_limit: 4
                    target_limit: 5
                    body_size_limit: 6KiB
                """).getFirst();

        assertThat(job.intervalMillis()).isEqualTo(5_000);
        // The global time-out is longer than the job's interval.
        assertThat(job.timeoutMillis()).isEqualTo(5_000);
        assertThat(job.params()).isEqualTo(Map.of("a", List.of("b", "c")));
        assertThat(job.client().credentials()).isInstanceOf(HttpCredentials.Scheme.class);
        assertThat(job.client().tls().insecureSkipVerify()).isTrue();
        assertThat(job.client().followRedirects()).isFalse();
        assertThat(job.relabelings().getFirst().replacement()).isEqualTo("${1}");
        assertThat(job.limits())
                .hasToString("ScrapeLimits[samples=1, labels=2, labelNameLength=3, labelValueLength=4, targets=5,"
                        + " bodyBytes=6144]");
        assertThat(job.discoveries())
                .contains(
                        new Discovery.Files(List.of(Path.of("/conf/sd/*.json")), 60_000),
                        new Discovery.Dns(List.of("a.example"), Discovery.DnsType.A, 9_100, 30_000),
                        new Discovery.Dns(List.of("_m._tcp.example"), Discovery.DnsType.SRV, 0, 30_000));
    }

    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '`', textBlock = """
            {scrapes: []} => conf/scrape.yaml:1: scrapes: unknown key
            {rule_files: [a]} => has no place here: rules lie in the folder rules
            {global: {external_labels: {a: b}}} => give labels to the targets
            {global: {scrape_interval: 5s, scrape_timeout: 6s}} => global scrape timeout greater than scrape interval
            {scrape_configs: [{}]} => needs the key job_name
            {scrape_configs: [{job_name: a}, {job_name: a}]} => a job "a" stands above already
            {scrape_configs: [{job_name: a, scrape_interval: 5}]} => not a valid duration
            {scrape_configs: [{job_name: a, scrape_interval: 10ms}]} => must be at least 100ms
            {scrape_configs: [{job_name: a, scrape_interval: 5s, scrape_timeout: 6s}]} => scrape timeout greater than scrape interval
            {scrape_configs: [{job_name: a, honor_label: true}]} => did you mean "honor_labels"?
            {scrape_configs: [{job_name: a, scheme: ftp}]} => undefined scheme "ftp"
            {scrape_configs: [{job_name: a, body_size_limit: 1XB}]} => expected a size like 512KB
            {scrape_configs: [{job_name: a, bearer_token: x, basic_auth: {username: u}}]} => at most one of
            {scrape_configs: [{job_name: a, static_configs: [{targets: ["http://h/"]}]}]} => is not a valid hostname
            {scrape_configs: [{job_name: a, static_configs: [{labels: {a-b: c}}]}]} => "a-b" is not a valid label name
            {scrape_configs: [{job_name: a, file_sd_configs: [{files: [a.txt]}]}]} => is not valid for file discovery
            {scrape_configs: [{job_name: a, file_sd_configs: [{}]}]} => must contain at least one path name
            {scrape_configs: [{job_name: a, http_sd_configs: [{url: "ftp://x"}]}]} => unsupported scheme
            {scrape_configs: [{job_name: a, dns_sd_configs: [{names: [x], type: A}]}]} => a port is required
            {scrape_configs: [{job_name: a, relabel_configs: [{action: hash}]}]} => unknown relabel action "hash"
            {scrape_configs: [{job_name: a, relabel_configs: [{regex: "("}]}]} => invalid regular expression
            {scrape_configs: [{job_name: a, relabel_configs: [{action: replace}]}]} => requires 'target_label' value
            {scrape_configs: [{job_name: a, relabel_configs: [{action: hashmod, target_label: x}]}]} => requires non-zero modulus
            {scrape_configs: [{job_name: a, relabel_configs: [{action: labeldrop, target_label: x}]}]} => requires only regex
            {scrape_configs: [{job_name: a, relabel_configs: [{action: lowercase, target_label: x, replacement: y}]}]} => 'replacement' can not be set
            {scrape_configs: [{job_name: a, relabel_configs: [{action: labelmap, replacement: "-"}]}]} => is invalid 'replacement'
            """)
    void whatIsWrongIsToldWithItsPlace(String yaml, String problem) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("conf/scrape.yaml:1: ")
                .hasMessageContaining(problem);
    }
}
