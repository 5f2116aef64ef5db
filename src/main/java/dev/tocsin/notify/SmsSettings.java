package dev.tocsin.notify;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.time.Duration;
import java.util.List;

/**
 * One entry of {@code sms_configs}: Twilio, or what speaks its REST API. Immutable.
 *
 * @param apiUrl without a slash at the end
 * @param from a number, a sender's name, or the id of a messaging service ({@code MG…})
 * @param to numbers in E.164, each told by a request of its own
 */
public record SmsSettings(
        String apiUrl,
        String accountSid,
        Secret authToken,
        String from,
        List<String> to,
        MessageTemplate text,
        Duration timeout,
        HttpClientSettings http)
        implements HttpChannelSettings {
    public SmsSettings {
        to = List.copyOf(to);
    }
}
