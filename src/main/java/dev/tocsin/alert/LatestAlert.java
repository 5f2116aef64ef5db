package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Instant;

/**
 * The alert that began to fire last, drills and the dead man's switch left out. Immutable.
 *
 * @param at when it was said, to the millisecond
 */
public record LatestAlert(Labels alert, Instant at) {
    /** Under which it outlives the process. */
    static final String KEY = "latest-alert";

    byte[] bytes() {
        ByteWriter out = new ByteWriter(1 << 7);
        out.putLabels(alert);
        out.putSigned(at.toEpochMilli());
        return out.toBytes();
    }

    static LatestAlert read(ByteReader in) {
        return new LatestAlert(in.readLabels(), Instant.ofEpochMilli(in.readSigned()));
    }
}
