package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Integration;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stable key of a notification: a hash of whom it tells, of which group, which alerts in which state, and of what it
 * follows. So the same news has the same key, however often it is tried and whoever tries it; a repeat after the repeat
 * interval, or an alert that fires again, has another.
 */
final class NotificationKey {
    private NotificationKey() {}

    /** @param previous what the integration was last told of the group; null for nothing */
    static String of(
            Integration integration, String groupKey, List<Alert> alerts, NotificationLog.@Nullable Entry previous) {
        MessageDigest digest = sha256();
        text(digest, integration.toString());
        text(digest, groupKey);
        if (previous != null) {
            // Not the time alone: what is told in the same millisecond follows one another too.
            number(digest, previous.timestamp().toEpochMilli());
            previous.firing().stream().sorted().forEach(fingerprint -> number(digest, fingerprint));
            previous.resolved().stream().sorted().forEach(fingerprint -> number(digest, ~fingerprint));
        }
        for (Alert alert : alerts) {
            number(digest, alert.labels().fingerprint());
            number(digest, alert.startsAt().toEpochMilli());
            Instant endsAt = alert.endsAt();
            number(digest, endsAt == null ? 0 : endsAt.toEpochMilli());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** The key of a copy that goes to another integration. */
    static String forStandIn(String key, Integration standIn) {
        MessageDigest digest = sha256();
        text(digest, key);
        text(digest, standIn.toString());
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static void text(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static void number(MessageDigest digest, long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
