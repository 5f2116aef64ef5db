package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * SMS by Twilio's REST API: one request per number, so that a number that failed is tried again alone. A message is one
 * segment ({@link SmsText}). Answered by 201.
 */
final class SmsProtocol implements HttpProtocol {
    private final SmsSettings settings;

    SmsProtocol(SmsSettings settings) {
        this.settings = settings;
    }

    @Override
    public List<Secret> secrets() {
        return List.of(settings.authToken());
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        String url = settings.apiUrl() + "/2010-04-01/Accounts/" + encoded(settings.accountSid()) + "/Messages.json";
        String credentials = Base64.getEncoder()
                .encodeToString((settings.accountSid() + ":" + secrets.getFirst()).getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers =
                Map.of("Content-Type", "application/x-www-form-urlencoded", "Authorization", "Basic " + credentials);
        String text = SmsText.oneSegment(filling.text(settings.text()));
        String sender = settings.from().startsWith("MG") ? "MessagingServiceSid" : "From";
        return settings.to().stream()
                .map(number -> new HttpMessage(
                        number,
                        "POST",
                        url,
                        headers,
                        Buffer.buffer(form("To", number, sender, settings.from(), "Body", text))))
                .toList();
    }

    private static String form(String... namesAndValues) {
        return Stream.iterate(0, i -> i < namesAndValues.length, i -> i + 2)
                .map(i -> namesAndValues[i] + "=" + encoded(namesAndValues[i + 1]))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
