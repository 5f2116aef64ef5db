package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.alert.Receiver;
import dev.tocsin.core.Integration;
import dev.tocsin.http.Secret;
import dev.tocsin.notify.PagerdutySettings;
import dev.tocsin.notify.SlackSettings;
import dev.tocsin.notify.TelegramSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The integrations of receivers, read as Debian's amtool reads them. */
class AlertmanagerChannelsTest {
    private static final Path AMTOOL = Path.of("/usr/bin/amtool");

    @TempDir
    private Path folder;

    private AlertmanagerFile parse(String text) throws ConfigException {
        return AlertmanagerFile.parse(new ConfigText("am.yaml", text), folder, Map.of("TOKEN", "t0p"));
    }

    private static String file(String global, String integrations) {
        return "global: {" + global + "}\nroute: {receiver: x}\nreceivers:\n  - {name: x, " + integrations + "}\n";
    }

    /** Everything that amtool takes is taken. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '\0', textBlock = """
            slack_api_url: 'http://a/'      § slack_configs: [{}]
            slack_api_url: 'http://a/'      § slack_configs: [{channel: c, fields: [], mrkdwn_in: [text], actions: [{type: t, text: b, name: n}]}]
                                            § slack_configs: [{api_url_file: secret, fields: [{title: t, value: v, short: false}]}]
                                            § pagerduty_configs: [{routing_key: k}, {service_key: k}, {service_key_file: secret, routing_key: k}]
            pagerduty_url: 'http://a/'      § pagerduty_configs: [{routing_key_file: secret, images: [{}], links: [{href: x}], severity: critical}]
            opsgenie_api_key: k             § opsgenie_configs: [{}]
            opsgenie_api_key_file: secret, opsgenie_api_url: 'http://a' § opsgenie_configs: [{update_alerts: true, responders: [{id: a, type: Team}, {name: '{{ .Status }}', type: '{{ .Status }}'}]}]
                                            § opsgenie_configs: [{api_key: k, details: {a: b}, priority: P1, tags: 'a,b', entity: e, actions: a, note: n}]
            telegram_api_url: 'http://a'    § telegram_configs: [{bot_token: t, chat_id: -5}]
                                            § telegram_configs: [{bot_token: t, chat_id: 5, parse_mode: '', disable_notifications: true}]
                                            § discord_configs: [{webhook_url: 'http://a/', title: t, message: m}]
            smtp_from: a@b, smtp_smarthost: 'h:25' § email_configs: [{to: 'x@y, z@y'}]
            smtp_from: a@b, smtp_smarthost: 'h:25', smtp_auth_username: u, smtp_auth_password: p, smtp_auth_identity: u, smtp_require_tls: false, smtp_hello: me § email_configs: [{to: x@y, headers: {subject: s, X-a: b}, html: '', text: t}]
                                            § email_configs: [{to: x@y, from: a@b, smarthost: '[::1]:465', auth_username: u, auth_secret: s, require_tls: true, tls_config: {insecure_skip_verify: true}}]
                                            § webhook_configs: [{url: 'http://a/'}], discord_configs: [], slack_configs: []
            """)
    void takesWhatAmtoolTakes(String global, String integrations) throws Exception {
        Files.writeString(folder.resolve("secret"), "http://a/");
        String text = file(global == null ? "" : global, integrations);

        parse(text);
        assumeTrue(Files.isExecutable(AMTOOL), "amtool is not installed");
        assertThat(amtool(text)).contains("SUCCESS");
    }

    /** What amtool refuses is refused, with the place; the words are Alertmanager's where they say enough. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '\0', textBlock = """
             § slack_configs: [{}]                            § no Slack API URL nor App token set
             § slack_configs: [{api_url: 'http://a/', api_url_file: f}] § at most one of api_url & api_url_file must be configured
             § slack_configs: [{api_url: nowhere}]            § unsupported scheme
             § slack_configs: [{api_url: 'http://a/', fields: [{title: t}]}] § missing value in Slack field configuration
             § slack_configs: [{api_url: 'http://a/', actions: [{type: t, text: x}]}] § missing name or url in Slack action configuration
             § slack_configs: [{api_url: 'http://a/', chanel: c}] § unknown key
            slack_api_url: 'http://a/', slack_api_url_file: f § slack_configs: [{}] § at most one of slack_api_url & slack_api_url_file must be configured
             § pagerduty_configs: [{}]                        § missing service or routing key in PagerDuty config
             § pagerduty_configs: [{routing_key: k, routing_key_file: f}] § at most one of routing_key & routing_key_file must be configured
             § pagerduty_configs: [{service_key: k, service_key_file: f}] § at most one of service_key & service_key_file must be configured
             § opsgenie_configs: [{}]                         § no global OpsGenie API Key set either inline or in a file
             § opsgenie_configs: [{api_key: k, api_key_file: f}] § at most one of api_key & api_key_file must be configured
             § opsgenie_configs: [{api_key: k, responders: [{type: team}]}] § has to have at least one of id, username or name
             § opsgenie_configs: [{api_key: k, responders: [{id: a, type: crowd}]}] § is none of team, teams, user, escalation, schedule
             § telegram_configs: [{chat_id: 1}]               § missing bot_token or bot_token_file on telegram_config
             § telegram_configs: [{bot_token: t}]             § missing chat_id on telegram_config
             § telegram_configs: [{bot_token: t, chat_id: me}] § expected a whole number
             § telegram_configs: [{bot_token: t, chat_id: 1, parse_mode: html}] § unknown parse_mode on telegram_config
             § email_configs: [{from: a@b, smarthost: 'h:25'}] § missing to address in email config
             § email_configs: [{to: a@b, smarthost: 'h:25'}]  § no global SMTP from set
             § email_configs: [{to: a@b, from: a@b}]          § no global SMTP smarthost set
             § email_configs: [{to: a@b, from: a@b, smarthost: h}] § missing port in address
            smtp_smarthost: 'h:' § webhook_configs: []        § port cannot be empty
             § email_configs: [{to: a@b, from: a@b, smarthost: 'h:25', headers: {a-b: c, A-B: d}}] § duplicate header "A-B" in email config
             § discord_configs: [{}]                          § one of webhook_url or webhook_url_file must be configured
             § discord_configs: [{webhook_url: 'ftp://a/'}]   § unsupported scheme
            """)
    void refusesWhatAmtoolRefuses(String global, String integrations, String reason) throws Exception {
        String text = file(global == null ? "" : global, integrations);

        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("am.yaml:")
                .hasMessageContaining(reason);
        assumeTrue(Files.isExecutable(AMTOOL), "amtool is not installed");
        assertThat(amtool(text)).contains("FAILED");
    }

    /** Kinds and keys that are newer than Debian's amtool, or ours. */
    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '\0', textBlock = """
            msteams_configs: [{webhook_url: 'http://a/'}, {webhook_url_file: secret, summary: s}]
            msteamsv2_configs: [{webhook_url: 'http://a/', title: t, text: x}]
            discord_configs: [{webhook_url_file: secret, content: c, username: u, avatar_url: 'http://a/'}]
            slack_configs: [{app_token: t, update_message: true, message_text: m, timeout: 3s}]
            telegram_configs: [{bot_token_file: secret, chat_id_file: secret, message_thread_id: 3}]
            email_configs: [{to: a@b, from: a@b, smarthost: 'h:25', force_implicit_tls: true, auth_username: u, auth_secret_file: secret, threading: {enabled: true, thread_by_date: daily}}]
            ntfy_configs: [{topic: t, token_file: secret, priority: '5', tags: a, click: 'http://a'}]
            sms_configs: [{account_sid: AC, auth_token_file: secret, from: MG1, to: ['+491511234567']}]
            """)
    void takesNewerKeysAndItsOwn(String integrations) throws Exception {
        Files.writeString(folder.resolve("secret"), "http://a/");

        assertThat(parse(file("", integrations)).channels()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', quoteCharacter = '\0', textBlock = """
            sms_configs: [{account_sid: AC, auth_token: t, from: '+1555'}] § missing to on sms_config
            sms_configs: [{account_sid: AC, auth_token: t, from: '+1555', to: ['0151 1234']}] § is no number in E.164
            sms_configs: [{auth_token: t, from: '+1555', to: ['+491511234567']}] § missing account_sid
            ntfy_configs: [{url: 'http://a'}] § missing topic on ntfy_config
            slack_configs: [{api_url: 'http://a/', update_message: true}] § incoming webhooks can't change a message
            slack_configs: [{api_url: 'http://a/', title: '{{ .Status '}] § template, line 1
            slack_configs: [{api_url: 'http://a/', title: '{{ template "slack.default.tile" . }}'}] § no template "slack.default.tile" is defined
            email_configs: [{to: a@b, from: a@b, smarthost: 'h:25', auth_username: u}] § neither auth_password nor auth_secret
            email_configs: [{to: a@b, from: a@b, smarthost: 'h:25', threading: {enabled: true}}] § threading.thread_by_date must be
            pushover_configs: [] § not supported yet
            """)
    void refusesWhatCannotWork(String integrations, String reason) {
        assertThatThrownBy(() -> parse(file("", integrations)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("am.yaml:4: receivers[0].")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "slack, false",
        "email, false",
        "pagerduty, true",
        "opsgenie, true",
        "telegram, true",
        "discord, true",
        "msteams, true",
        "msteamsv2, true",
        "webhook, true"
    })
    void sendResolvedIsByDefaultAsInAlertmanager(String kind, boolean expected) throws ConfigException {
        String entry = switch (kind) {
            case "slack" -> "api_url: 'http://a/'";
            case "pagerduty" -> "routing_key: k";
            case "opsgenie" -> "api_key: k";
            case "telegram" -> "bot_token: t, chat_id: 1";
            case "webhook" -> "url: 'http://a/'";
            case "email" -> "to: a@b, from: a@b, smarthost: 'h:25'";
            default -> "webhook_url: 'http://a/'";
        };
        AlertmanagerFile plain = parse(file("", kind + "_configs: [{" + entry + "}]"));
        AlertmanagerFile other =
                parse(file("", kind + "_configs: [{" + entry + ", send_resolved: " + !expected + "}]"));

        assertThat(subscription(plain).sendResolved()).isEqualTo(expected);
        assertThat(subscription(other).sendResolved()).isEqualTo(!expected);
        assertThat(subscription(plain).integration()).isEqualTo(new Integration("x", kind, 0));
    }

    private static Receiver.Subscription subscription(AlertmanagerFile file) {
        return file.routing().receivers().get("x").subscriptions().getFirst();
    }

    @Test
    void takesFromGlobalWhatAnIntegrationDoesNotSay() throws ConfigException {
        AlertmanagerFile file = parse(file(
                "slack_api_url: 'http://slack/', pagerduty_url: 'http://pd/', telegram_api_url: 'http://tg/'",
                "slack_configs: [{}, {api_url: 'http://own/'}], pagerduty_configs: [{routing_key: \"${TOKEN}\"}],"
                        + " telegram_configs: [{bot_token: t, chat_id: 1}]"));

        assertThat(((SlackSettings) file.channels().get(new Integration("x", "slack", 0))).apiUrl())
                .isEqualTo(new Secret.Inline("http://slack/"));
        assertThat(((SlackSettings) file.channels().get(new Integration("x", "slack", 1))).apiUrl())
                .isEqualTo(new Secret.Inline("http://own/"));
        PagerdutySettings pagerduty = (PagerdutySettings) file.channels().get(new Integration("x", "pagerduty", 0));
        assertThat(pagerduty.url()).isEqualTo("http://pd/");
        assertThat(pagerduty.key()).isEqualTo(new Secret.Inline("t0p"));
        assertThat(((TelegramSettings) file.channels().get(new Integration("x", "telegram", 0))).apiUrl())
                .isEqualTo("http://tg");
    }

    @Test
    void secretsAreNotShown() throws ConfigException {
        AlertmanagerFile file = parse(file(
                "opsgenie_api_key: s3cret",
                "slack_configs: [{api_url: 'https://hooks/s3cret'}], pagerduty_configs: [{routing_key: s3cret}],"
                        + " opsgenie_configs: [{}], telegram_configs: [{bot_token: s3cret, chat_id: 1}],"
                        + " discord_configs: [{webhook_url: 'https://d/s3cret'}],"
                        + " msteamsv2_configs: [{webhook_url: 'https://t/s3cret'}],"
                        + " email_configs: [{to: a@b, from: a@b, smarthost: 'h:25', auth_username: u, auth_password: s3cret}],"
                        + " ntfy_configs: [{topic: t, token: s3cret}],"
                        + " sms_configs: [{account_sid: A, auth_token: s3cret, from: x, to: ['+491511234567']}],"
                        + " webhook_configs: [{url: 'http://a/', hmac_secret: s3cret, http_config:"
                        + " {http_headers: {X: {secrets: [s3cret]}}}}]"));

        assertThat(file.redacted()).doesNotContain("s3cret").contains("<secret>");
        assertThat(file.channels().toString()).doesNotContain("s3cret");
    }

    @Test
    void equalFilesMakeEqualChannels() throws ConfigException {
        String text =
                file("", "slack_configs: [{api_url: 'http://a/'}], discord_configs: [{webhook_url: 'http://a/'}]");

        assertThat(parse(text).channels())
                .as("a reload that changes nothing leaves channels alone")
                .isEqualTo(parse(text).channels());
    }

    private String amtool(String text) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("am.yaml"), text);
        Process process = new ProcessBuilder(AMTOOL.toString(), "check-config", file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
