package dev.tocsin.store;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What makes a series in the database.
 *
 * @param layout of a distribution, else null
 * @param recorded whether rules or our own metrics wrote it: such a series ends with its last sample
 */
record SeriesKey(Labels labels, Kind kind, @Nullable BucketLayout layout, boolean recorded) {
    private static final int RECORDED = 8;

    /** As stored in the column kind. */
    int kindCode() {
        return kind.ordinal() | (recorded ? RECORDED : 0);
    }

    int digits() {
        return layout == null ? 0 : layout.digits();
    }

    static SeriesKey of(Labels labels, int kindCode, int digits) {
        Kind[] kinds = Kind.values();
        return new SeriesKey(
                labels,
                kinds[Math.min(kindCode & 7, kinds.length - 1)],
                digits == 0 ? null : BucketLayout.ofDigits(digits),
                (kindCode & RECORDED) != 0);
    }

    /** name, value, name, value, …, without the metric's name. */
    String[] labelTexts() {
        List<String> texts = new ArrayList<>();
        labels.forEach((name, value) -> {
            if (!name.equals(Labels.NAME)) {
                texts.add(name);
                texts.add(value);
            }
        });
        return texts.toArray(String[]::new);
    }

    /** The first 128 bits of the SHA-256 of all of it. */
    UUID id() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) kindCode());
            digest.update((byte) digits());
            labels.forEach((name, value) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0xff);
                digest.update(value.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0xff);
            });
            ByteBuffer hash = ByteBuffer.wrap(digest.digest());
            return new UUID(hash.getLong(), hash.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
