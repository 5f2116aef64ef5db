package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One entry of {@code opsgenie_configs}. Immutable.
 *
 * @param apiUrl with a slash at the end
 * @param details beside the common labels
 * @param tags separated by commas, as are {@code actions}
 * @param updatesAlerts whether message and description of an alert that is there already follow
 */
public record OpsgenieSettings(
        String apiUrl,
        Secret apiKey,
        MessageTemplate message,
        MessageTemplate description,
        MessageTemplate source,
        Map<String, MessageTemplate> details,
        List<Responder> responders,
        MessageTemplate tags,
        MessageTemplate note,
        MessageTemplate priority,
        MessageTemplate entity,
        MessageTemplate actions,
        boolean updatesAlerts,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {
    public OpsgenieSettings {
        details = Map.copyOf(details);
        responders = List.copyOf(responders);
    }

    /** Who is told: by id, name or user name, of a type. Immutable. */
    public record Responder(MessageTemplate id, MessageTemplate name, MessageTemplate username, MessageTemplate type) {}
}
