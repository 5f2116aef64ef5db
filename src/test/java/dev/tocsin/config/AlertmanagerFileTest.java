package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.alert.GroupBy;
import dev.tocsin.alert.InhibitRule;
import dev.tocsin.alert.Route;
import dev.tocsin.alert.RouteOptions;
import dev.tocsin.alert.TimeGate;
import dev.tocsin.alert.TimeInterval;
import dev.tocsin.alert.TimeInterval.Range;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.HttpCredentials;
import dev.tocsin.http.ProxySettings;
import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsSettings;
import dev.tocsin.notify.ChannelSettings;
import dev.tocsin.notify.WebhookSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertmanagerFileTest {
    private static final Path SHIPPED = Path.of(System.getProperty("tocsin.basedir", "."), "conf/alertmanager.yaml");
    private static final Path AMTOOL = Path.of("/usr/bin/amtool");

    @TempDir
    private Path folder;

    private AlertmanagerFile parse(String text) throws ConfigException {
        return AlertmanagerFile.parse(
                new ConfigText("am.yaml", text), folder, Map.of("TOKEN", "t0p", "HOST", "hooks.example"));
    }

    @Test
    void defaultsAreAlertmanagers() throws ConfigException {
        AlertmanagerFile file = parse("""
                route: {receiver: x}
                receivers: [{name: x}]
                """);

        assertThat(file.routing().root().options())
                .isEqualTo(new RouteOptions(
                        "x", GroupBy.NOTHING, Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4)));
        assertThat(file.routing().resolveTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(file.channels()).isEmpty();
    }

    @Test
    void readsAWebhookWithAllItsKeys() throws ConfigException, IOException {
        Files.writeString(folder.resolve("password"), "secret\n");
        Files.writeString(folder.resolve("ca.pem"), "");
        AlertmanagerFile file = parse("""
                route: {receiver: x}
                receivers:
                  - name: x
                    webhook_configs:
                      - url: https://${HOST}/a?token=${TOKEN}
                        send_resolved: false
                        max_alerts: 10
                        timeout: 3s
                        hmac_secret: ${TOKEN}
                        http_config:
                          basic_auth: {username: u, password_file: password}
                          follow_redirects: false
                          proxy_url: http://proxy:3128
                          tls_config: {ca_file: ca.pem, server_name: other, insecure_skip_verify: true}
                          http_headers: {X-Team: {values: [a], secrets: ["${TOKEN}"], files: [password]}}
                """);

        Integration hook = new Integration("x", "webhook", 0);
        assertThat(file.channels())
                .isEqualTo(Map.<Integration, ChannelSettings>of(
                        hook,
                        new WebhookSettings(
                                new Secret.Inline("https://hooks.example/a?token=t0p"),
                                10,
                                Duration.ofSeconds(3),
                                new Secret.Inline("t0p"),
                                new HttpClientSettings(
                                        new HttpCredentials.Basic(
                                                new Secret.Inline("u"), new Secret.InFile(folder.resolve("password"))),
                                        false,
                                        new TlsSettings(
                                                new Secret.InFile(folder.resolve("ca.pem")), null, null, "other", true),
                                        ProxySettings.of(URI.create("http://proxy:3128")),
                                        Map.of(
                                                "X-Team",
                                                List.of(
                                                        new Secret.Inline("a"),
                                                        new Secret.Inline("t0p"),
                                                        new Secret.InFile(folder.resolve("password"))))))));
        assertThat(file.routing()
                        .receivers()
                        .get("x")
                        .subscriptions()
                        .getFirst()
                        .sendResolved())
                .isFalse();
        assertThat(file.toString()).doesNotContain("t0p");
    }

    @Test
    void aTemplateThatCannotBeParsedIsToldWithFileAndLine() throws IOException {
        Files.createDirectories(folder.resolve("texts"));
        Files.writeString(folder.resolve("texts/a.tmpl"), "{{ define \"a\" }}a{{ end }}\n");
        Path broken = Files.writeString(folder.resolve("texts/b.tmpl"), "\n{{ define \"b\" }}{{ nope }}{{ end }}\n");

        assertThatThrownBy(() -> parse("""
                        route: {receiver: x}
                        receivers: [{name: x}]
                        templates: ['texts/*.tmpl']
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessage(broken + ":2: column 20: template: function \"nope\" not defined");
    }

    @Test
    void aWebhookTakesItsHttpConfigFromGlobalWhereItHasNone() throws ConfigException {
        AlertmanagerFile file = parse("""
                global: {resolve_timeout: 1m, http_config: {bearer_token: "${TOKEN}"}, smtp_from: a@b}
                route: {receiver: x}
                receivers: [{name: x, webhook_configs: [{url: "http://a/"}]}]
                """);

        WebhookSettings settings = (WebhookSettings) file.channels().get(new Integration("x", "webhook", 0));
        assertThat(settings.http().credentials())
                .isEqualTo(new HttpCredentials.Scheme("Bearer", new Secret.Inline("t0p")));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(file.routing().resolveTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aChildRouteInheritsWhatItDoesNotSay() throws ConfigException {
        AlertmanagerFile file = parse("""
                route:
                  receiver: x
                  group_by: [alertname]
                  group_wait: 1s
                  routes:
                    - match: {team: a}
                      match_re: {env: "prod|stage"}
                      matchers: ['severity != "info"', 'zone=b']
                      receiver: y
                      group_interval: 2m
                      continue: true
                      routes:
                        - matchers: [{}]
                          group_by: ['...']
                receivers: [{name: x}, {name: y}]
                """.replace("[{}]", "['{deep=~\"x.*\"}']"));

        Route child = file.routing().root().children().getFirst();
        Route grandchild = child.children().getFirst();
        assertThat(child.key()).isEqualTo("{}/{env=~\"^(?:prod|stage)$\",severity!=\"info\",team=\"a\",zone=\"b\"}");
        assertThat(child.options())
                .isEqualTo(new RouteOptions(
                        "y",
                        GroupBy.of("alertname"),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(2),
                        Duration.ofHours(4)));
        assertThat(grandchild.options().groupBy()).isEqualTo(GroupBy.ALL);
        assertThat(grandchild.options().receiver()).isEqualTo("y");
        assertThat(file.routing().root().match(Labels.of("team", "a", "env", "prod", "zone", "b", "deep", "xy")))
                .containsExactly(grandchild);
        assertThat(file.routing().root().match(Labels.of("team", "a", "env", "production", "zone", "b")))
                .containsExactly(file.routing().root());
    }

    @Test
    void readsInhibitRulesAndTimeIntervals() throws ConfigException {
        AlertmanagerFile file = parse("""
                route:
                  receiver: x
                  routes:
                    - matchers: [a=b]
                      mute_time_intervals: [lunch, weekend]
                      active_time_intervals: [month-end]
                receivers: [{name: x}]
                inhibit_rules:
                  - source_matchers: [severity="critical"]
                    target_match: {severity: warning}
                    target_match_re: {zone: a|b}
                    equal: [service]
                mute_time_intervals:
                  - name: lunch
                    time_intervals:
                      - times: [{start_time: '12:00', end_time: '13:30'}, {start_time: '23:00', end_time: '24:00'}]
                        weekdays: ['Monday:friday', sunday]
                time_intervals:
                  - name: weekend
                    time_intervals: [{weekdays: [saturday, sunday], location: Europe/Berlin}]
                  - name: month-end
                    time_intervals: [{days_of_month: ['1:5', '-3:-1'], months: ['1:3', december], years: ['2026:2027', 2030]}]
                """);

        TimeGate times = file.routing().root().children().getFirst().times();
        assertThat(times.mute()).extracting(TimeGate.Named::name).containsExactly("lunch", "weekend");
        assertThat(times.mute().getFirst().intervals())
                .containsExactly(new TimeInterval(
                        List.of(new Range(720, 810), new Range(1380, 1440)),
                        List.of(new Range(1, 5), new Range(0, 0)),
                        List.of(),
                        List.of(),
                        List.of(),
                        ZoneOffset.UTC));
        assertThat(times.active().getFirst().intervals())
                .containsExactly(new TimeInterval(
                        List.of(),
                        List.of(),
                        List.of(new Range(1, 5), new Range(-3, -1)),
                        List.of(new Range(1, 3), new Range(12, 12)),
                        List.of(new Range(2026, 2027), new Range(2030, 2030)),
                        ZoneOffset.UTC));
        assertThat(file.routing().inhibitRules())
                .containsExactly(new InhibitRule(
                        List.of(Matcher.equal("severity", "critical")),
                        List.of(
                                Matcher.equal("severity", "warning"),
                                new Matcher("zone", Matcher.Op.MATCHES, "^(?:a|b)$")),
                        List.of("service")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            receivers: [{name: x}]                                       | am.yaml:1: no routes provided
            route: {group_wait: 1s};receivers: [{name: x}]               | am.yaml:1: route: root route must specify a default receiver
            route: {receiver: y};receivers: [{name: x}]                  | am.yaml:1: route.receiver: undefined receiver "y" used in route
            route: {receiver: x, matchers: [a=b]};receivers: [{name: x}] | am.yaml:1: route: root route must not have any matchers
            route: {receiver: x, routes: [{receiver: z}]};receivers: [{name: x}] | am.yaml:1: route.routes[0].receiver: undefined receiver "z" used in route
            route: {receiver: x, group_interval: 0s};receivers: [{name: x}] | am.yaml:1: route.group_interval: group_interval cannot be zero
            route: {receiver: x, repeat_interval: 0s};receivers: [{name: x}] | am.yaml:1: route.repeat_interval: repeat_interval cannot be zero
            route: {receiver: x, group_by: [a, a]};receivers: [{name: x}] | am.yaml:1: route.group_by[1]: duplicated label "a" in group_by
            route: {receiver: x, group_by: [a, '...']};receivers: [{name: x}] | am.yaml:1: route.group_by: cannot have wildcard group_by (`...`) and other other labels at the same time
            route: {receiver: x, group_wait: 1 minute};receivers: [{name: x}] | am.yaml:1: route.group_wait: not a valid duration string: "1 minute", expected something like 30s, 5m or 1h30m
            route: {receiver: x};receivers: [{name: x}, {name: x}]       | am.yaml:2: receivers[1]: notification config name "x" is not unique
            route: {receiver: x};receivers: [{name: x, victorops_configs: []}] | am.yaml:2: receivers[0].victorops_configs: not supported yet
            route: {receiver: x};receivers: [{name: x, webhook_configs: [{}]}] | am.yaml:2: receivers[0].webhook_configs[0]: one of url or url_file must be configured
            route: {receiver: x};receivers: [{name: x, webhook_configs: [{url: foo}]}] | am.yaml:2: receivers[0].webhook_configs[0].url: unsupported scheme "" for URL
            route: {receiver: x};receivers: [{name: x, webhook_configs: [{url: 'http://a b'}]}] | am.yaml:2: receivers[0].webhook_configs[0].url: not a valid URL
            route: {receiver: x};receivers: [{name: x, webhook_configs: [{url_file: nosuch}]}] | am.yaml:2: receivers[0].webhook_configs[0].url_file: no readable file "nosuch"
            route: {receiver: x, mute_time_intervals: [a]};receivers: [{name: x}] | am.yaml:1: route.mute_time_intervals: root route must not have any mute time intervals
            route: {receiver: x, routes: [{mute_time_intervals: [a]}]};receivers: [{name: x}] | am.yaml:1: route.routes[0].mute_time_intervals[0]: undefined time interval "a" used in route
            route: {receiver: x};receivers: [{name: x}];time_intervals: [{name: a, time_intervals: [{times: [{start_time: '9:00', end_time: '10:00'}]}]}] | am.yaml:3: time_intervals[0].time_intervals[0].times[0].start_time: couldn't parse timestamp 9:00, invalid format
            route: {receiver: x};receivers: [{name: x}];time_intervals: [{name: a, time_intervals: [{weekdays: ['saturday:sunday']}]}] | am.yaml:3: time_intervals[0].time_intervals[0].weekdays[0]: end day is before start day
            route: {receiver: x};receivers: [{name: x}];time_intervals: [{name: a, time_intervals: [{days_of_month: ['0:5']}]}] | am.yaml:3: time_intervals[0].time_intervals[0].days_of_month[0]: 0 is not a valid day of the month: out of range
            route: {receiver: x};receivers: [{name: x}];time_intervals: [{name: a, time_intervals: [{location: Mars}]}] | am.yaml:3: time_intervals[0].time_intervals[0].location: unknown time zone Mars
            route: {receiver: x};receivers: [{name: x}];time_intervals: [{name: a}, {name: a}] | am.yaml:3: time_intervals[1]: time interval "a" is not unique
            route: {receiver: x};receivers: [{name: x}];global: {http_config: {proxy_connect_header: {A: [b]}}} | am.yaml:3: global.http_config: if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be
            route: {receiver: x};receivers: [{name: x}];global: {http_config: {tls_config: {ca: x}}} | am.yaml:3: global.http_config.tls_config.ca: not PEM: it begins with no "-----BEGIN …"
            route: {receiver: x};receivers: [{name: x}];global: {http_config: {no_proxy: a}} | am.yaml:3: global.http_config.no_proxy: if no_proxy is configured, proxy_url must also be
            route: {receiver: x};receivers: [{name: x}];global: {http_config: {oauth2: {client_id: a, token_url: "http://t"}}} | am.yaml:3: global.http_config.oauth2: either client_secret or client_secret_file must be configured
            route: {receiver: x};receivers: [{name: x}];global: {http_config: {tls_config: {max_version: TLS11}}} | am.yaml:3: global.http_config.tls_config.max_version: only TLS12 and TLS13 are spoken
            """)
    void refuses(String text, String message) {
        assertThatThrownBy(() -> parse(text.replace(';', '\n')))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void anUnknownKeyIsToldWithFileLineAndKey() {
        assertThatThrownBy(() -> parse("""
                route:
                  receiver: x
                  group_wait: 1s
                  group_intervall: 1s
                receivers: [{name: x}]
                """))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("am.yaml:4: route.group_intervall: unknown key");
    }

    @Test
    void anEnvironmentVariableThatIsNotSetIsToldWhereItIsNamed() {
        assertThatThrownBy(() -> parse("""
                route: {receiver: x}
                receivers:
                  - name: x
                    webhook_configs:
                      - url: http://a/${NOPE}
                """))
                .hasMessageStartingWith(
                        "am.yaml:5: receivers[0].webhook_configs[0].url: the environment variable \"NOPE\" is not set");
    }

    @Test
    void theShippedFileTellsAtOnceAndOnlyThePage() throws ConfigException, IOException {
        AlertmanagerFile file = AlertmanagerFile.parse(
                new ConfigText("conf/alertmanager.yaml", Files.readString(SHIPPED)), folder, Map.of());

        assertThat(file.routing().root().options().groupWait()).isZero();
        assertThat(file.channels()).isEmpty();
    }

    @Test
    void theShippedFilePassesAmtool() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(AMTOOL), "amtool is not installed");

        assertThat(amtool("check-config", SHIPPED.toString())).contains("SUCCESS");
    }

    @Test
    void theShippedFileWithItsExamplesUncommentedPassesHereAndWithAmtool()
            throws ConfigException, IOException, InterruptedException {
        String text = Files.readString(SHIPPED)
                .replaceAll(
                        "(?m)^  # (routes:|  - matchers|    receiver:|- name|  webhook_configs|    - url"
                                + "|      send_resolved|      http_config|        authorization|          credentials)",
                        "  $1");
        Path file = Files.writeString(folder.resolve("uncommented.yaml"), text);

        AlertmanagerFile parsed =
                AlertmanagerFile.parse(new ConfigText("uncommented.yaml", text), folder, Map.of("HOOK_TOKEN", "t"));

        assertThat(parsed.channels()).containsOnlyKeys(new Integration("on-call", "webhook", 0));
        assertThat(parsed.routing().receiversOf(Labels.of("severity", "critical")))
                .isEqualTo(List.of("on-call"));
        assumeTrue(Files.isExecutable(AMTOOL), "amtool is not installed");
        assertThat(amtool("check-config", file.toString())).contains("SUCCESS", "2 receivers");
    }

    private static String amtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of(AMTOOL.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
