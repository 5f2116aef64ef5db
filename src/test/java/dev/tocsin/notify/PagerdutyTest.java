package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Verdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Incidents, by both of PagerDuty's events APIs. */
class PagerdutyTest {
    private static final String GROUP_HASH = GroupKeys.hash("{}:{alertname=\"Slow\"}");

    @ParameterizedTest
    @CsvSource({"true, trigger", "false, resolve"})
    void pagerdutyKnowsTheGroupByAlertmanagersKey(boolean firing, String action) throws Exception {
        JsonObject event = ChannelScene.body(
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
    void anEventThatPagerdutyWouldRefuseForItsSizeGoesWithoutDetails() throws Exception {
        JsonObject event = ChannelScene.body(
                "pagerduty",
                "routing_key: k, url: 'URL/', details: {big: '{{ range 60000 }}0123456789{{ end }}'}",
                true);

        assertThat(event.getJsonObject("payload")
                        .getJsonObject("custom_details")
                        .fieldNames())
                .containsExactly("error");
    }

    @ParameterizedTest
    @CsvSource({"true, trigger", "false, resolve"})
    void aServiceKeyIsToldByTheFirstApi(boolean firing, String type) throws Exception {
        JsonObject event = ChannelScene.body(
                "pagerduty",
                "service_key: '{{ .CommonLabels.service }}-key', url: 'URL/', client: us, client_url: 'http://us',"
                        + " description: 'it is {{ .Status }}', details: {more: x}",
                firing);

        JsonObject details = event.getJsonObject("details");
        event.remove("details");
        JsonObject expected = new JsonObject()
                .put("service_key", "api-key")
                .put("incident_key", GROUP_HASH)
                .put("event_type", type)
                .put("description", firing ? "it is firing" : "it is resolved");
        assertThat(event).isEqualTo(firing ? expected.put("client", "us").put("client_url", "http://us") : expected);
        assertThat(details.getString("more")).isEqualTo("x");
        assertThat(details.getString("num_firing")).isEqualTo(firing ? "1" : "0");
    }

    @Test
    void itsIncidentIsAcknowledgedToo() throws Exception {
        try (Receiver receiver = new Receiver();
                ChannelScene scene =
                        new ChannelScene("pagerduty", "{service_key: k, url: '" + receiver.url("/") + "'}")) {
            scene.tell(scene.notification("key", Verdict.TAKEN_ON, ChannelScene.firing()));

            JsonObject event = new JsonObject(receiver.next().body());
            assertThat(event.getString("service_key")).isEqualTo("k");
            assertThat(event.getString("event_type")).isEqualTo("acknowledge");
            assertThat(event.getString("incident_key")).isEqualTo(GROUP_HASH);
        }
    }

    @Test
    void whereTheFirstApiSaysThatThereWereTooManyItIsTriedAgain() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.status(403));
                ChannelScene scene =
                        new ChannelScene("pagerduty", "{service_key: k, url: '" + receiver.url("/") + "'}")) {
            assertThat(scene.tellFiring().attempts()).isEqualTo(2);
            scene.assertAttempts("rate_limited", 1);
        }
    }
}
