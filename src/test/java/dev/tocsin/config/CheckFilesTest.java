package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.watch.check.CheckDefinition;
import dev.tocsin.watch.check.ProbeSpec;
import dev.tocsin.watch.check.RecoverySpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckFilesTest {
    /** What may be run to recover. */
    private static final List<String> RESTART = List.of("/usr/bin/systemctl", "restart", "shop");

    private static List<CheckDefinition> parse(String text) throws ConfigException {
        return CheckFiles.parseAll(
                List.of(new ConfigText("checks/a.yaml", text)), Map.of("TOKEN", "s3cret"), Set.of(RESTART));
    }

    @Test
    void whatIsNotSaidIsAsTheDefaults() throws Exception {
        CheckDefinition check = parse("""
                checks:
                  - {name: shop, kind: http, url: "http://localhost:8080/health"}
                """).getFirst();

        assertThat(check.name()).isEqualTo("shop");
        assertThat(check.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(check.failures()).isEqualTo(3);
        assertThat(check.successes()).isEqualTo(1);
        assertThat(check.severity()).isEqualTo("critical");
        assertThat(check.labels()).isEqualTo(Labels.EMPTY);
        assertThat(check.dependsOn()).isEmpty();
        assertThat(check.maintenance().covers(0)).isFalse();
        ProbeSpec.Http http = (ProbeSpec.Http) check.probe();
        assertThat(http.url()).isEqualTo(URI.create("http://localhost:8080/health"));
        assertThat(http.method()).isEqualTo("GET");
        assertThat(http.redirects()).isEqualTo(5);
        assertThat(http.maxBody()).isEqualTo(1 << 20);
        assertThat(http.verify()).isTrue();
    }

    @Test
    void everyKeyIsTaken() throws Exception {
        List<CheckDefinition> checks = parse("""
                checks:
                  - name: shop
                    kind: http
                    url: https://shop.example/health
                    method: POST
                    headers: {Authorization: "Bearer ${TOKEN}"}
                    body: ping
                    status: [200, 204]
                    contains: ok
                    matches: "v[0-9]+"
                    json: {/status: healthy, /checks/0/up: true}
                    answer-headers: {Content-Type: "application/json.*"}
                    redirects: 0
                    max-body: 64k
                    certificate-days: 14
                    verify-certificate: false
                    interval: 1m
                    timeout: 5s
                    failures: 2
                    successes: 4
                    severity: warning
                    labels: {team: shop}
                    depends-on: gateway
                    maintenance:
                      - {weekdays: [sunday], times: [{start_time: "02:00", end_time: "04:00"}]}
                  - {name: gateway, kind: tcp, address: "[::1]:22", send: hello, expect: SSH}
                """);

        CheckDefinition shop = checks.getFirst();
        ProbeSpec.Http http = (ProbeSpec.Http) shop.probe();
        assertThat(http.headers()).containsEntry("Authorization", "Bearer s3cret");
        assertThat(http.toString()).doesNotContain("s3cret");
        assertThat(http.statuses()).containsExactly(200, 204);
        assertThat(http.json()).isEqualTo(Map.of("/status", "healthy", "/checks/0/up", "true"));
        assertThat(http.answerHeaders().get("Content-Type").matches("application/json; charset=utf-8"))
                .isTrue();
        assertThat(http.maxBody()).isEqualTo(65_536);
        assertThat(http.certificateDays()).isEqualTo(14);
        assertThat(http.verify()).isFalse();
        assertThat(shop.labels()).isEqualTo(Labels.of("team", "shop"));
        assertThat(shop.dependsOn()).containsExactly("gateway");
        assertThat(shop.maintenance()
                        .covers(Instant.parse("2026-11-22T03:00:00Z").toEpochMilli()))
                .isTrue();
        assertThat(shop.maintenance()
                        .covers(Instant.parse("2026-11-22T04:00:00Z").toEpochMilli()))
                .isFalse();
        assertThat(checks.get(1).probe()).isEqualTo(new ProbeSpec.Tcp("::1", 22, "hello", "SSH"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kind: htp, url: "http://a/"                          | checks[0].kind: no such kind of check; did you mean "http"?
            url: "http://a/"                                     | checks[0]: a check needs kind
            kind: http                                           | checks[0]: a check of the kind http needs url
            kind: http, url: "ftp://a/"                          | checks[0].url: expected a URL
            kind: http, url: "http://a/", intervall: 1m          | checks[0].intervall: unknown key; did you mean "interval"?
            kind: http, url: "http://a/", interval: 10ms         | checks[0].interval: expected a duration from 1s to 1d
            kind: http, url: "http://a/", interval: 5s, timeout: 6s | checks[0]: the time-out of a is longer than its interval
            kind: http, url: "http://a/", failures: 0            | checks[0].failures: expected a whole number from 1 to 100
            kind: http, url: "http://a/", status: OK             | checks[0].status: expected a status from 100 to 599
            kind: http, url: "http://a/", json: {status: ok}     | "status" is no JSON pointer
            kind: http, url: "http://a/", matches: "("           | checks[0].matches: invalid regular expression
            kind: http, url: "http://a/", headers: {A: "${NONE}"} | the environment variable "NONE" is not set
            kind: http, url: "http://a/", labels: {check: b}     | the label "check" is one that Tocsin sets
            kind: http, url: "http://a/", depends-on: b          | checks[0].depends-on: there is no check "b"
            kind: http, url: "http://a/", depends-on: a          | checks[0].depends-on: dependencies go in a circle: a → a
            kind: http, url: "http://a/", maintenance: [{day: x}] | checks[0].maintenance[0].day: unknown key
            kind: heartbeat                                      | checks[0]: a check of the kind heartbeat needs interval
            kind: process                                        | checks[0]: a check of the kind process needs one of
            kind: dns, query: a, type: a                         | checks[0].type: expected one of [A, AAAA
            kind: file, path: dump                               | checks[0].path: expected a whole path
            kind: memory, max-used-percent: 101                  | checks[0].max-used-percent: expected 0 to 100
            kind: command, command: "check_load -w 5"            | checks[0].command: expected a list, the program first
            kind: command, command: [check_load]                 | checks[0].command: expected the whole path
            kind: memory, recovery: {command: [/bin/sh]}         | checks[0].recovery.command: checks.recovery.allow in tocsin.yaml does not name this command; add [/bin/sh] there
            kind: memory, recovery: {command: [/usr/bin/systemctl, restart, shop, x]} | does not name this command
            kind: memory, recovery: {command: [/usr/bin/systemctl, restart, shop], user: "a b"} | "a b" is no name of a user
            kind: memory, recovery: {command: [/usr/bin/systemctl, restart, shop], after: 2} | checks[0].recovery.after: expected a whole number from 3
            kind: memory, recovery: {}                           | a recovery needs command
            kind: tcp, address: "localhost"                      | checks[0].address: address localhost: missing port
            """)
    void whatIsWrongIsToldWithItsPlace(String keys, String told) {
        assertThatThrownBy(() -> parse("# a comment\nchecks:\n  - {name: a, " + keys + "}\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("checks/a.yaml:3: ")
                .hasMessageContaining(told);
    }

    @Test
    void aNameStandsOnceInAllFiles() {
        ConfigText one = new ConfigText("checks/a.yaml", "checks: [{name: a, kind: tcp, address: \"a:1\"}]");
        ConfigText other = new ConfigText("checks/b.yaml", "checks: [{name: a, kind: tcp, address: \"b:1\"}]");

        assertThatThrownBy(() -> CheckFiles.parseAll(List.of(one, other), Map.of(), Set.of()))
                .hasMessage("checks/b.yaml:1: checks[0]: a check \"a\" stands at checks/a.yaml:1 already");
    }

    @Test
    void aFileWithoutTheListIsRefused() {
        assertThatThrownBy(() -> parse("")).hasMessageContaining("a file of checks has the key checks: a list");
        assertThatThrownBy(() -> parse("check: []")).hasMessageContaining("did you mean \"checks\"?");
    }

    @Test
    void whatBringsACheckBackIsReadWhereItIsAllowed() throws Exception {
        CheckDefinition check = parse("""
                checks:
                  - name: shop
                    kind: memory
                    failures: 2
                    recovery:
                      name: restart
                      command: [/usr/bin/systemctl, restart, shop]
                      user: www-data
                      after: 4
                      timeout: 30s
                      most-per-hour: 2
                      cool-down: 1m
                      environment: {KEY: "${TOKEN}"}
                """).getFirst();

        assertThat(check.recovery())
                .isEqualTo(new RecoverySpec(
                        "restart",
                        RESTART,
                        "www-data",
                        4,
                        Duration.ofSeconds(30),
                        2,
                        Duration.ofMinutes(1),
                        Map.of("KEY", "s3cret")));
        assertThat(parse("checks: [{name: a, kind: memory}]").getFirst().recovery())
                .isNull();
        assertThat(parse("checks: [{name: a, kind: memory, recovery: {command: [/usr/bin/systemctl, restart, shop]}}]")
                        .getFirst()
                        .recovery())
                .isEqualTo(new RecoverySpec(
                        "recovery", RESTART, "", 3, Duration.ofMinutes(1), 3, Duration.ofMinutes(5), Map.of()));
    }

    @Test
    void checksOfThisMachineAreRead() throws Exception {
        List<CheckDefinition> checks = parse("""
                checks:
                  - {name: backup, kind: heartbeat, interval: 30d, grace: 2h}
                  - {name: nginx, kind: process, process: nginx, least: 2}
                  - {name: app, kind: process, pid-file: /run/app.pid}
                  - {name: dump, kind: file, path: /var/dump, max-age: 25h, min-size: 1k}
                  - {name: root, kind: disk, path: /, min-free: 5G}
                  - {name: memory, kind: memory}
                  - {name: tocsin, kind: self, max-tick-delay: 3s}
                  - {name: mail, kind: tls, address: "mail.example:465"}
                  - {name: names, kind: dns, query: mail.example, type: MX, server: "127.0.0.1:5353", expect: "10 a"}
                  - {name: cache, kind: redis, address: "localhost:6379", password: "${TOKEN}", max-memory: 1G}
                  - {name: load, kind: command, command: [/usr/bin/check_load, -w, "5"], environment: {KEY: "${TOKEN}"}}
                """);

        assertThat(checks)
                .extracting(CheckDefinition::probe)
                .containsExactly(
                        new ProbeSpec.Heartbeat(Duration.ofDays(30), Duration.ofHours(2)),
                        new ProbeSpec.ProcessUp("nginx", null, null, 2),
                        new ProbeSpec.ProcessUp("", null, Path.of("/run/app.pid"), 1),
                        new ProbeSpec.FileAge(Path.of("/var/dump"), Duration.ofHours(25), 1_024, Long.MAX_VALUE),
                        new ProbeSpec.Disk(Path.of("/"), 10, 5L << 30),
                        new ProbeSpec.Memory(90),
                        new ProbeSpec.Self(Map.of(
                                "event_bus",
                                Duration.ofSeconds(1),
                                "ticks",
                                Duration.ofSeconds(3),
                                "database",
                                Duration.ofSeconds(1))),
                        new ProbeSpec.Tls("mail.example", 465, "mail.example", 14, true),
                        new ProbeSpec.Dns("mail.example", ProbeSpec.Dns.Type.MX, "127.0.0.1", 5_353, List.of("10 a")),
                        new ProbeSpec.Redis("localhost", 6_379, "s3cret", 0, 1L << 30),
                        new ProbeSpec.Command(List.of("/usr/bin/check_load", "-w", "5"), Map.of("KEY", "s3cret")));
        assertThat(checks.getFirst().failures()).isEqualTo(1);
        assertThat(checks.getFirst().interval()).isEqualTo(Duration.ofSeconds(5));
    }
}
