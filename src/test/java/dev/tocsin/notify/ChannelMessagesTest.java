package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.core.DeliveryOutcome;
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

    /** The request that one firing, or resolved, group leads to. */
    private static Receiver.Request told(String kind, String entry, boolean firing, String yes) throws Exception {
        try (Receiver receiver = new Receiver(yes);
                ChannelScene scene = new ChannelScene(kind, "{" + entry.replace("URL", receiver.url("")) + "}")) {
            DeliveryOutcome outcome = firing ? scene.tellFiring() : scene.tellResolved();
            assertThat(outcome.result()).as(outcome.detail()).isEqualTo(Result.ACCEPTED);
            assertThat(scene.templateFailures()).isZero();
            return receiver.next();
        }
    }

    private static JsonObject body(String kind, String entry, boolean firing) throws Exception {
        return new JsonObject(
                told(kind, entry, firing, Receiver.answer(202, "{\"ok\":true}")).body());
    }

    private static JsonObject first(JsonObject object, String list) {
        return object.getJsonArray(list).getJsonObject(0);
    }

    @Test
    void slackShowsSeverityStartAndLabels() throws Exception {
        JsonObject message = new JsonObject(told("slack", "api_url: 'URL/x', channel: '#alerts'", true, Receiver.OK)
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
        JsonObject message =
                new JsonObject(told("slack", entry, false, Receiver.OK).body());

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

    @ParameterizedTest
    @CsvSource({"true, trigger", "false, resolve"})
    void pagerdutyKnowsTheGroupByAlertmanagersKey(boolean firing, String action) throws Exception {
        JsonObject event = body(
                "pagerduty",
                "routing_key: k, url: 'URL/', links: [{href: 'https://r', text: runbook}, {text: none}],"
                        + " images: [{src: 'https://i', alt: chart}], details: {more: '{{ .Status }}'}, class: c",
                firing);

        assertThat(event.getString("routing_key")).isEqualTo("k");
        assertThat(event.getString("event_action")).isEqualTo(action);
        assertThat(event.getString("dedup_key"))
                .isEqualTo(GROUP_HASH)
                .isEqualTo("cad65463d11e13d83ed22ad561d73269e67fe33734367787065cd4e397bf771c");
        assertThat(event.getJsonArray("links"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("href", "https://r").put("text", "runbook")));
        assertThat(event.getJsonArray("images"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject().put("src", "https://i").put("alt", "chart")));
        JsonObject payload = event.getJsonObject("payload");
        assertThat(payload.getString("source")).isEqualTo("Tocsin");
        assertThat(payload.getString("class")).isEqualTo("c");
        assertThat(payload.getJsonObject("custom_details").getString("num_firing"))
                .isEqualTo(firing ? "1" : "0");
        assertThat(payload.getJsonObject("custom_details").getString("more")).isEqualTo(firing ? "firing" : "resolved");
        assertThat(payload.getJsonObject("custom_details").getString(firing ? "firing" : "resolved"))
                .contains(" - service = api\n", "Source: http://tocsin/graph");
    }

    @ParameterizedTest
    @CsvSource({
        "critical, critical",
        "high, error",
        "warning, warning",
        "medium, warning",
        "info, info",
        "low, info",
        "odd, error"
    })
    void pagerdutysSeverityIsTheAlerts(String severity, String expected) throws Exception {
        try (Receiver receiver = new Receiver();
                ChannelScene scene =
                        new ChannelScene("pagerduty", "{routing_key: k, url: '" + receiver.url("/") + "'}")) {
            Alert alert = ChannelScene.alert(null, "alertname", "Slow", "severity", severity);
            scene.tell(scene.notification("key", Verdict.FIRST, alert));
            assertThat(new JsonObject(receiver.next().body())
                            .getJsonObject("payload")
                            .getString("severity"))
                    .isEqualTo(expected);
        }
    }

    @Test
    void pagerdutysIncidentIsAcknowledged() throws Exception {
        try (Receiver receiver = new Receiver();
                ChannelScene scene =
                        new ChannelScene("pagerduty", "{routing_key: k, url: '" + receiver.url("/") + "'}")) {
            Alert alert = ChannelScene.alert(null, "alertname", "Slow");
            Notification notice = scene.notification("key", Verdict.TAKEN_ON, alert);
            scene.tell(notice);

            assertThat(new JsonObject(receiver.next().body()))
                    .isEqualTo(new JsonObject()
                            .put("routing_key", "k")
                            .put("event_action", "acknowledge")
                            .put("dedup_key", GROUP_HASH));
        }
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
    void anEventThatPagerdutyWouldRefuseForItsSizeGoesWithoutDetails() throws Exception {
        JsonObject event = body(
                "pagerduty",
                "routing_key: k, url: 'URL/', details: {big: '{{ range 60000 }}0123456789{{ end }}'}",
                true);

        assertThat(event.getJsonObject("payload")
                        .getJsonObject("custom_details")
                        .fieldNames())
                .containsExactly("error");
    }

    @Test
    void opsgenieOpensAndClosesOneAlertPerGroup() throws Exception {
        String entry = "api_key: k, api_url: 'URL/', tags: 'a, b', priority: P1, details: {more: x},"
                + " responders: [{name: 'one,two', type: teams}, {username: u, type: user}]";
        Receiver.Request opened = told("opsgenie", entry, true, Receiver.answer(202, "{}"));
        Receiver.Request closed = told("opsgenie", entry, false, Receiver.answer(202, "{}"));

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
        JsonObject message = body(
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
        JsonObject message = body(
                "telegram",
                "bot_token: t, chat_id: 1, api_url: 'URL', message: '<b>{{ printf \"%5000d\" 1 }}</b>'",
                true);

        assertThat(message.getString("text")).hasSize(4_096).endsWith("…");
        assertThat(message.containsKey("parse_mode")).isFalse();
    }

    @Test
    void discordGetsAnEmbed() throws Exception {
        JsonObject message = body("discord", "webhook_url: 'URL/', username: u", false);

        assertThat(message.getString("username")).isEqualTo("u");
        JsonObject embed = first(message, "embeds");
        assertThat(embed.getString("title")).isEqualTo("[RESOLVED] Slow (api critical)");
        assertThat(embed.getString("description")).contains("Alerts Resolved:", " - service = api");
        assertThat(embed.getInteger("color")).isEqualTo(0x15803d);
    }

    @Test
    void teamsGetsACardOfEitherKind() throws Exception {
        JsonObject old = body("msteams", "webhook_url: 'URL/'", true);
        JsonObject flow = body("msteamsv2", "webhook_url: 'URL/'", true);

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
        JsonObject message = body("ntfy", "topic: alerts, url: 'URL/'", true);

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
        JsonObject slack = new JsonObject(
                told("slack", "api_url: 'URL/x'", true, Receiver.OK).body());

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
