package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.notify.MessageTemplate;
import dev.tocsin.notify.PagerdutySettings;
import dev.tocsin.notify.PagerdutySettings.EventsApi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads {@code pagerduty_configs}. */
final class AlertmanagerPagerduty {
    static final ChannelKind KIND = ChannelKind.http(
            "pagerduty",
            true,
            Set.of(
                    "routing_key",
                    "routing_key_file",
                    "service_key",
                    "service_key_file",
                    "url",
                    "client",
                    "client_url",
                    "description",
                    "severity",
                    "source",
                    "details",
                    "images",
                    "links",
                    "component",
                    "group",
                    "class"),
            AlertmanagerPagerduty::read);

    private static final String URL = "https://events.pagerduty.com/v2/enqueue";
    private static final String GENERIC_URL = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";
    private static final String CLIENT = "{{ template \"pagerduty.default.client\" . }}";
    private static final Map<String, String> DETAILS = Map.of(
            "firing", "{{ template \"pagerduty.default.instances\" .Alerts.Firing }}",
            "resolved", "{{ template \"pagerduty.default.instances\" .Alerts.Resolved }}",
            "num_firing", "{{ .Alerts.Firing | len }}",
            "num_resolved", "{{ .Alerts.Resolved | len }}",
            "receipt", "{{ .Receipt }}");

    private AlertmanagerPagerduty() {}

    private static PagerdutySettings read(AlertmanagerKeys keys) throws ConfigException {
        Secret routingKey = keys.secret("routing_key");
        Secret serviceKey = keys.secret("service_key");
        if (routingKey == null && serviceKey == null) {
            throw keys.error("missing service or routing key in PagerDuty config");
        }
        // Where both are there, the service's is used; pagerduty_url is the second API's: both as in Alertmanager.
        return new PagerdutySettings(
                keys.url("url", serviceKey == null ? keys.global().url("pagerduty_url", URL) : GENERIC_URL),
                serviceKey == null ? Objects.requireNonNull(routingKey) : serviceKey,
                serviceKey == null ? EventsApi.V2 : EventsApi.V1,
                keys.template("client", CLIENT),
                keys.defined("client_url", "pagerduty.default.clientURL"),
                keys.defined("description", "pagerduty.default.description"),
                keys.defined("severity", "pagerduty.default.severity"),
                keys.template("source", keys.text("client", CLIENT)),
                keys.template("component", ""),
                keys.template("group", ""),
                keys.template("class", ""),
                details(keys),
                images(keys),
                links(keys),
                keys.timeout(),
                keys.http());
    }

    private static Map<String, MessageTemplate> details(AlertmanagerKeys keys) throws ConfigException {
        Map<String, MessageTemplate> details = new LinkedHashMap<>(keys.templates("details"));
        for (Map.Entry<String, String> usual : DETAILS.entrySet()) {
            if (!details.containsKey(usual.getKey())) {
                details.put(usual.getKey(), keys.compiled(usual.getKey(), usual.getValue()));
            }
        }
        return details;
    }

    private static List<PagerdutySettings.Image> images(AlertmanagerKeys keys) throws ConfigException {
        List<PagerdutySettings.Image> images = new ArrayList<>();
        for (AlertmanagerKeys image : keys.mappings("images", Set.of("src", "alt", "href"))) {
            images.add(new PagerdutySettings.Image(
                    image.template("src", ""), image.template("alt", ""), image.template("href", "")));
        }
        return images;
    }

    private static List<PagerdutySettings.Link> links(AlertmanagerKeys keys) throws ConfigException {
        List<PagerdutySettings.Link> links = new ArrayList<>();
        for (AlertmanagerKeys link : keys.mappings("links", Set.of("href", "text"))) {
            links.add(new PagerdutySettings.Link(link.template("href", ""), link.template("text", "")));
        }
        return links;
    }
}
