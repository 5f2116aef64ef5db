package dev.tocsin.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Notification;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class WebhookProtocolTest {
    private static final Notification NOTIFICATION = Notifications.of("Slow", Duration.ofMinutes(1));

    private static HttpMessage message(Secret hmac) {
        WebhookProtocol protocol = new WebhookProtocol(
                new WebhookSettings(new Secret.Inline("http://a/"), 0, Duration.ZERO, hmac, HttpClientSettings.DEFAULT),
                "http://tocsin");
        List<String> secrets = hmac == null ? List.of("http://a/") : List.of("http://a/", "key");
        assertThat(protocol.secrets()).hasSameSizeAs(secrets);
        return protocol.messages(
                        NOTIFICATION, new Filling(NOTIFICATION, "http://tocsin", Notifications.TICK, () -> {}), secrets)
                .getFirst();
    }

    @Test
    void signsTimeAndBody() throws Exception {
        HttpMessage message = message(new Secret.Inline("key"));

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        long seconds = Notifications.TICK.getEpochSecond();
        String expected = HexFormat.of()
                .formatHex(mac.doFinal((seconds + "." + message.body()).getBytes(StandardCharsets.UTF_8)));
        assertThat(message.headers()).containsEntry("X-Tocsin-Signature", "t=" + seconds + ",v1=" + expected);
    }

    @Test
    void signsNothingWithoutASecret() {
        assertThat(message(null).headers()).doesNotContainKey("X-Tocsin-Signature");
    }
}
