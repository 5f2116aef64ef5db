package dev.tocsin.alert;

import dev.tocsin.core.AlertLinks;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the links that a message about an alert leads to, and knows its own again. The one that acknowledges is signed
 * with HMAC-SHA256 over fingerprint, episode and expiry, so that it is good for this firing of this alert only. Immutable;
 * safe from any thread.
 */
public final class Links {
    /** A link in a message that is older acknowledges nothing. */
    static final Duration LIFETIME = Duration.ofDays(7);

    private static final String ALGORITHM = "HmacSHA256";

    private final String externalUrl;
    /** Ready for use; each signature is made by a clone, since to ask the platform for one is dear. */
    private final Mac mac;

    /**
     * @param externalUrl how people reach this server, without a slash at the end
     * @param key 32 random bytes that nobody else knows
     */
    public Links(String externalUrl, byte[] key) {
        if (key.length < 32) {
            throw new IllegalArgumentException("a key of 32 bytes is needed, this has " + key.length);
        }
        this.externalUrl = externalUrl;
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    /** What came back by a link. */
    public enum Validity {
        VALID,
        EXPIRED,
        /** Not made by this server, or changed on its way. */
        FORGED
    }

    /**
     * The signed part of a link.
     *
     * @param episodeMillis when the firing began that it is for
     * @param expirySeconds since 1970
     * @param signature base64url without padding
     */
    public record Signed(long fingerprint, long episodeMillis, long expirySeconds, String signature) {
        public Instant episode() {
            return Instant.ofEpochMilli(episodeMillis);
        }
    }

    AlertLinks of(HeldAlert alert, Instant now) {
        String fingerprint = alert.labels().fingerprintHex();
        String page = externalUrl + "/#/alerts?alert=" + fingerprint;
        return new AlertLinks(
                page, page + "&answer=silence", alert.isResolvedAt(now) ? "" : externalUrl + path(alert, now));
    }

    private String path(HeldAlert alert, Instant now) {
        long fingerprint = alert.labels().fingerprint();
        long episode = alert.episode().toEpochMilli();
        long expiry = now.plus(LIFETIME).getEpochSecond();
        return "/alerts/" + alert.labels().fingerprintHex() + "/ack?episode=" + episode + "&expires=" + expiry
                + "&signature="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(sign(fingerprint, episode, expiry));
    }

    public Validity check(Signed link, Instant now) {
        byte[] presented;
        try {
            presented = Base64.getUrlDecoder().decode(link.signature());
        } catch (IllegalArgumentException e) {
            return Validity.FORGED;
        }
        byte[] expected = sign(link.fingerprint(), link.episodeMillis(), link.expirySeconds());
        if (!MessageDigest.isEqual(expected, presented)) {
            return Validity.FORGED;
        }
        return now.getEpochSecond() < link.expirySeconds() ? Validity.VALID : Validity.EXPIRED;
    }

    private byte[] sign(long fingerprint, long episodeMillis, long expirySeconds) {
        try {
            return ((Mac) mac.clone())
                    .doFinal(ByteBuffer.allocate(3 * Long.BYTES)
                            .putLong(fingerprint)
                            .putLong(episodeMillis)
                            .putLong(expirySeconds)
                            .array());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's own HMAC-SHA256 can be cloned", e);
        }
    }
}
