package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A webhook: Alertmanager's body by POST. Any 2xx is a yes.
 *
 * <p>With a secret, the header {@code X-Tocsin-Signature: t=SECONDS,v1=HEX} says when it was sent and the HMAC-SHA256 of
 * {@code SECONDS.BODY}: a receiver that checks both takes neither a forged notification nor an old one again.
 */
final class WebhookProtocol implements HttpProtocol {
    private final WebhookSettings settings;
    private final String externalUrl;

    WebhookProtocol(WebhookSettings settings, String externalUrl) {
        this.settings = settings;
        this.externalUrl = externalUrl;
    }

    @Override
    public List<Secret> secrets() {
        Secret hmac = settings.hmacSecret();
        return hmac == null ? List.of(settings.url()) : List.of(settings.url(), hmac);
    }

    @Override
    public List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets) {
        byte[] body = WebhookBody.encode(
                notification, externalUrl, settings.maxAlerts(), filling.now().toEpochMilli());
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", HttpMessage.JSON);
        headers.put("Idempotency-Key", notification.key());
        if (secrets.size() > 1) {
            long seconds = filling.now().getEpochSecond();
            headers.put("X-Tocsin-Signature", "t=" + seconds + ",v1=" + hmac(secrets.get(1), seconds, body));
        }
        return List.of(new HttpMessage("", "POST", secrets.getFirst(), headers, Buffer.buffer(body)));
    }

    private static String hmac(String secret, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "every Java platform has HmacSHA256, and takes any key but an empty one", e);
        }
    }
}
