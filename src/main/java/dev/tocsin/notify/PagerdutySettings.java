package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One entry of {@code pagerduty_configs}. Immutable.
 *
 * @param url of the events API
 * @param key {@code routing_key}, of an integration of the type "Events API v2", or {@code service_key}, of one of the
 *     type "Events API v1"
 * @param api the one that the key belongs to
 */
public record PagerdutySettings(
        String url,
        Secret key,
        EventsApi api,
        MessageTemplate client,
        MessageTemplate clientUrl,
        MessageTemplate description,
        MessageTemplate severity,
        MessageTemplate source,
        MessageTemplate component,
        MessageTemplate group,
        MessageTemplate eventClass,
        Map<String, MessageTemplate> details,
        List<Image> images,
        List<Link> links,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {
    public PagerdutySettings {
        details = Map.copyOf(details);
        images = List.copyOf(images);
        links = List.copyOf(links);
    }

    /** The version of PagerDuty's events API. */
    public enum EventsApi {
        V1,
        V2
    }

    /** Left out where its source is empty. */
    public record Image(MessageTemplate src, MessageTemplate alt, MessageTemplate href) {}

    /** Left out where its target is empty. */
    public record Link(MessageTemplate href, MessageTemplate text) {}
}
