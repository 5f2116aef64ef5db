package dev.tocsin.notify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What other systems know a group of alerts by. Stateless. */
final class GroupKeys {
    private GroupKeys() {}

    /** SHA-256 of a group's key in hexadecimal: Alertmanager's, so that what it opened is closed by us. */
    static String hash(String groupKey) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(groupKey.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
