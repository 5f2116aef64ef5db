package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each kind of receiver is told. */
class ChannelMessagesTest {
    private static final String GROUP_HASH = GroupKeys.hash("{}:{alertname=\"Slow\"}");

    private static JsonObject first(JsonObject object, String list) {
        return object.getJsonArray(list).getJsonObject(0);
    }

    @Test
    void slackShowsSeverityStartAndLabels() throws Exception {
        JsonObject message =
                new JsonObject(ChannelScene.told("slack", "api_url: 'URL/x', channel: '#alerts'", true, Receiver.OK)
                        .body());

        assertThat(message.getString("channel")).isEqualTo("#alerts");
        assertThat(message.getString("username")).isEqualTo("Tocsin");
        JsonObject attachment = first(message, "attachments");
        assertThat(attachment.getString("color")).isEqualTo("danger");
        assertThat(attachment.getString("title")).isEqualTo("[FIRING:1] Slow (api critical)");
        assertThat(attachment.getString("title_link")).isEqualTo("http://tocsin/#/alerts?receiver=team");
        assertThat(attachment.getString("text")).isEqualTo("it <is> slow");
        assertThat(attachment.getJsonArray("fields"))
                .isEqualTo(new JsonArray()
                        .add(field("Severity", "critical"))
                        .add(field("Started", "2026-11-21 11:58:30 UTC"))
                        .add(field("service", "api")));
    }

    private static JsonObject field(String title, String value) {
        return new JsonObject().put("title", title).put("value", value).put("short", true);
    }

    @ParameterizedTest
    @CsvSource({
        "critical, danger",
        "high, danger",
        "warning, warning",
        "medium, warning",
        "info, #439FE0",
        "low, #439FE0"
    })
    void slacksColourTellsTheSeverity(String severity, String colour) throws Exception {
        try (Receiver receiver = new Receiver();
                ChannelScene scene = new ChannelScene("slack", "{api_url: '" + receiver.url("/x") + "'}")) {
            Alert alert = ChannelScene.alert(null, "alertname", "Slow", "severity", severity);
            scene.tell(scene.notification("key", Verdict.FIRST, alert));
            assertThat(first(new JsonObject(receiver.next().body()), "attachments")
                            .getString("color"))
                    .isEqualTo(colour);
        }
    }

    @Test
    void slackSaysWhatIsConfigured() throws Exception {
        String entry = "api_url: 'URL/x', title: '{{ .Status }}', color: '#000', message_text: hello, link_names: true,"
                + " short_fields: true, fields: [{title: T, value: '{{ .CommonLabels.service }}'}],"
                + " actions: [{type: button, text: Runbook, url: 'https://r/{{ .CommonLabels.service }}', name: n},"
                + " {type: button, text: Ask, name: n, value: v, confirm: {text: 'sure?'}}]";
        JsonObject message = new JsonObject(
                ChannelScene.told("slack", entry, false, Receiver.OK).body());

        assertThat(message.getString("text")).isEqualTo("hello");
        assertThat(message.getBoolean("link_names")).isTrue();
        JsonObject attachment = first(message, "attachments");
        assertThat(attachment.getString("title")).isEqualTo("resolved");
        assertThat(attachment.getString("color")).isEqualTo("#000");
        assertThat(attachment.getJsonArray("fields")).isEqualTo(new JsonArray().add(field("T", "api")));
        assertThat(attachment.getJsonArray("actions"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject()
                                .put("type", "button")
                                .put("text", "Runbook")
                                .put("url", "https://r/api"))
                        .add(new JsonObject()
                                .put("type", "button")
                                .put("text", "Ask")
                                .put("name", "n")
                                .put("value", "v")
                                .put("confirm", new JsonObject().put("text", "sure?"))));
    }

    @Test
    void opsgeniesAlertIsAcknowledged() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answer(202, "{}"));
                ChannelScene scene =
                        new ChannelScene("opsgenie", "{api_key: k, api_url: '" + receiver.url("/") + "'}")) {
            scene.tell(scene.notification("key", Verdict.TAKEN_ON, ChannelScene.firing()));

            assertThat(receiver.next().line())
                    .isEqualTo("POST /v2/alerts/" + GROUP_HASH + "/acknowledge?identifierType=alias HTTP/1.1");
        }
    }

    @Test
    void opsgenieOpensAndClosesOneAlertPerGroup() throws Exception {
        String entry = "api_key: k, api_url: 'URL/', tags: 'a, b', priority: P1, details: {more: x},"
                + " responders: [{name: 'one,two', type: teams}, {username: u, type: user}]";
        Receiver.Request opened = ChannelScene.told("opsgenie", entry, true, Receiver.answer(202, "{}"));
        Receiver.Request closed = ChannelScene.told("opsgenie", entry, false, Receiver.answer(202, "{}"));

        assertThat(opened.headers()).containsEntry("authorization", "GenieKey k");
        JsonObject alert = new JsonObject(opened.body());
        assertThat(alert.getString("alias")).isEqualTo(GROUP_HASH);
        assertThat(alert.getString("message")).isEqualTo("[FIRING:1] Slow (api critical)");
        assertThat(alert.getJsonArray("tags")).containsExactly("a", "b");
        assertThat(alert.getString("priority")).isEqualTo("P1");
        assertThat(alert.getJsonObject("details").getMap())
                .containsEntry("service", "api")
                .containsEntry("more", "x");
        assertThat(alert.getJsonArray("responders"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("name", "one").put("type", "team"))
                        .add(new JsonObject().put("name", "two").put("type", "team"))
                        .add(new JsonObject().put("username", "u").put("type", "user")));
        assertThat(closed.line()).isEqualTo("POST /v2/alerts/" + GROUP_HASH + "/close?identifierType=alias HTTP/1.1");
    }

    @Test
    void opsgenieIsToldOfChangesWhereAskedTo() throws Exception {
        String yes = Receiver.answer(202, "{}");
        try (Receiver receiver = new Receiver(yes, yes, yes);
                ChannelScene scene = new ChannelScene(
                        "opsgenie", "{api_key: k, update_alerts: true, api_url: '" + receiver.url("/") + "'}")) {
            scene.tellFiring();

            assertThat(java.util.List.of(
                            receiver.next().line(),
                            receiver.next().line(),
                            receiver.next().line()))
                    .containsExactlyInAnyOrder(
                            "POST /v2/alerts HTTP/1.1",
                            "PUT /v2/alerts/" + GROUP_HASH + "/message?identifierType=alias HTTP/1.1",
                            "PUT /v2/alerts/" + GROUP_HASH + "/description?identifierType=alias HTTP/1.1");
        }
    }

    @Test
    void telegramIsToldInHtmlThatIsEscaped() throws Exception {
        JsonObject message = ChannelScene.body(
                "telegram",
                "bot_token: t, chat_id: -100, message_thread_id: 7, api_url: 'URL/',"
                        + " message: '<b>{{ .CommonAnnotations.summary }}</b>'",
                true);

        assertThat(message)
                .isEqualTo(new JsonObject()
                        .put("chat_id", "-100")
                        .put("text", "<b>it &lt;is&gt; slow</b>")
                        .put("disable_notification", false)
                        .put("disable_web_page_preview", true)
                        .put("parse_mode", "HTML")
                        .put("message_thread_id", 7));
    }

    @Test
    void aMessageTooLongForTelegramGoesCutAsPlainText() throws Exception {
        JsonObject message = ChannelScene.body(
                "telegram",
                "bot_token: t, chat_id: 1, api_url: 'URL', message: '<b>{{ printf \"%5000d\" 1 }}</b>'",
                true);

        assertThat(message.getString("text")).hasSize(4_096).endsWith("…");
        assertThat(message.containsKey("parse_mode")).isFalse();
    }

    @Test
    void discordGetsAnEmbed() throws Exception {
        JsonObject message = ChannelScene.body("discord", "webhook_url: 'URL/', username: u", false);

        assertThat(message.getString("username")).isEqualTo("u");
        JsonObject embed = first(message, "embeds");
        assertThat(embed.getString("title")).isEqualTo("[RESOLVED] Slow (api critical)");
        assertThat(embed.getString("description")).contains("Alerts Resolved:", " - service = api");
        assertThat(embed.getInteger("color")).isEqualTo(0x15803d);
    }

    @Test
    void teamsGetsACardOfEitherKind() throws Exception {
        JsonObject old = ChannelScene.body("msteams", "webhook_url: 'URL/'", true);
        JsonObject flow = ChannelScene.body("msteamsv2", "webhook_url: 'URL/'", true);

        assertThat(old.getString("@type")).isEqualTo("MessageCard");
        assertThat(old.getString("themeColor")).isEqualTo("B91C1C");
        assertThat(old.getString("text")).contains("# Alerts Firing:", "  - service = api");
        JsonObject card = first(flow, "attachments").getJsonObject("content");
        assertThat(card.getString("type")).isEqualTo("AdaptiveCard");
        assertThat(first(card, "body").getString("text")).isEqualTo("[FIRING:1] Slow (api critical)");
        assertThat(first(card, "body").getString("color")).isEqualTo("Attention");
    }

    @ParameterizedTest
    @CsvSource({"429, rate_limited", "502, server_error"})
    void whatTeamsDidNotTakeThoughTheConnectorSays200IsTriedAgain(int inner, String reason) throws Exception {
        String no = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error " + inner;
        try (Receiver receiver = new Receiver(Receiver.answer(200, no), Receiver.answer(200, "1"));
                ChannelScene scene = new ChannelScene("msteams", "{webhook_url: '" + receiver.url("/") + "'}")) {
            assertThat(scene.tellFiring().attempts()).isEqualTo(2);
            scene.assertAttempts(reason, 1);
        }
    }

    @Test
    void ntfyGetsPriorityAndTags() throws Exception {
        JsonObject message = ChannelScene.body("ntfy", "topic: alerts, url: 'URL/'", true);

        assertThat(message.getString("topic")).isEqualTo("alerts");
        assertThat(message.getString("title")).isEqualTo("[FIRING:1] Slow (api critical)");
        assertThat(message.getInteger("priority")).isEqualTo(5);
        assertThat(message.getJsonArray("tags")).containsExactly("rotating_light");
        assertThat(message.getString("click")).isEqualTo("http://tocsin/#/alerts?receiver=team");
    }

    private static final AlertLinks LINKS =
            new AlertLinks("http://tocsin/p", "http://tocsin/s?a=1&b=2", "http://tocsin/a?x=1&y=2");

    /** The body that a notification with links leads to. */
    private static String toldWithLinks(String kind, String entry, Alert... alerts) throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answer(200, "{\"ok\":true}"));
                ChannelScene scene = new ChannelScene(kind, "{" + entry.replace("URL", receiver.url("")) + "}")) {
            Notification notification = scene.notification("key", Verdict.FIRST, alerts);
            scene.tell(notification.withLinks(alert -> alert.isFiring() ? LINKS : AlertLinks.NONE));
            assertThat(scene.templateFailures()).isZero();
            return receiver.next().body();
        }
    }

    @Test
    void whatFiresCanBeAcknowledgedFromChats() throws Exception {
        JsonObject slack = new JsonObject(toldWithLinks("slack", "api_url: 'URL/x'", ChannelScene.firing()));
        JsonObject ntfy = new JsonObject(toldWithLinks("ntfy", "topic: t, url: 'URL'", ChannelScene.firing()));
        JsonObject telegram = new JsonObject(
                toldWithLinks("telegram", "bot_token: t, chat_id: 1, api_url: 'URL'", ChannelScene.firing()));
        JsonObject teams = new JsonObject(toldWithLinks("msteams", "webhook_url: 'URL'", ChannelScene.firing()));

        assertThat(first(slack, "attachments").getJsonArray("actions"))
                .isEqualTo(new JsonArray()
                        .add(button("Acknowledge", LINKS.acknowledge()))
                        .add(button("Silence", LINKS.silence())));
        assertThat(first(ntfy, "actions").getString("url")).isEqualTo(LINKS.acknowledge());
        assertThat(telegram.getString("text")).contains("Acknowledge: http://tocsin/a?x=1&amp;y=2");
        assertThat(teams.getString("text")).contains("[Acknowledge](http://tocsin/a?x=1&y=2)");
    }

    private static JsonObject button(String text, String url) {
        return new JsonObject().put("type", "button").put("text", text).put("url", url);
    }

    @Test
    void whereSeveralFireNoButtonStandsForOneOfThem() throws Exception {
        Alert other = ChannelScene.alert(null, "alertname", "Slow", "service", "other");
        JsonObject slack = new JsonObject(toldWithLinks("slack", "api_url: 'URL/x'", ChannelScene.firing(), other));

        assertThat(first(slack, "attachments").containsKey("actions")).isFalse();
    }

    @Test
    void slacksFooterSaysWhereTheMillisecondsWent() throws Exception {
        JsonObject slack = new JsonObject(ChannelScene.told("slack", "api_url: 'URL/x'", true, Receiver.OK)
                .body());

        assertThat(first(slack, "attachments").getString("footer"))
                .startsWith("after the tick: judged 0 ms, grouped 0 ms, sent ");
    }

    @Test
    void aTextThatFailsIsReplacedAndCounted() throws Exception {
        try (Receiver receiver = new Receiver();
                ChannelScene scene = new ChannelScene(
                        "slack", "{api_url: '" + receiver.url("/x") + "', title: '{{ index .Alerts 9 }}'}")) {
            assertThat(scene.tellFiring().result()).isEqualTo(Result.ACCEPTED);

            assertThat(first(new JsonObject(receiver.next().body()), "attachments")
                            .getString("title"))
                    .isEqualTo("[FIRING:1] Slow: it <is> slow");
            assertThat(scene.templateFailures()).isEqualTo(1);
        }
    }
}
