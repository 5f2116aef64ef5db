package dev.tocsin.store;

import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Notification;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is stored of one step, and its bytes while it waits.
 *
 * <pre>
 *   step          1 byte: format 1 · events · notifications, each preceded by how many they are
 *   event         id · labels · episode · at · kind · actor · detail · notification · count · lastAt
 *   notification  key · integration · group key · reason · handed over · count · fingerprint (8 bytes) …
 *   moment        seconds since 1970, signed · nanoseconds
 * </pre>
 */
final class TrailCodec {
    private static final int FORMAT = 1;

    private TrailCodec() {}

    /** What is stored of one step. */
    record StoredStep(List<AlertEvent> events, List<HandedOver> handedOver) {}

    /** What is stored of a notification. */
    record HandedOver(
            String key, String integration, String groupKey, String reason, Instant at, List<Long> fingerprints) {}

    static StoredStep stored(AlertTrail.Step step) {
        List<HandedOver> handedOver = new ArrayList<>();
        for (Notification notification : step.handedOver()) {
            handedOver.add(new HandedOver(
                    notification.key(),
                    notification.integration().toString(),
                    notification.groupKey(),
                    notification.reason().label(),
                    notification.flushedAt(),
                    notification.alerts().stream()
                            .map(alert -> alert.labels().fingerprint())
                            .toList()));
        }
        return new StoredStep(step.events(), handedOver);
    }

    static byte[] encode(StoredStep step) {
        ByteWriter out = new ByteWriter(1 << 10);
        out.putByte(FORMAT);
        out.putVarint(step.events.size());
        for (AlertEvent event : step.events) {
            out.putText(event.id());
            out.putLabels(event.alert());
            put(out, event.episode());
            put(out, event.at());
            out.putText(event.kind().name());
            out.putText(event.actor());
            out.putText(event.detail());
            out.putText(event.notification());
            out.putVarint(event.count());
            put(out, event.lastAt());
        }
        out.putVarint(step.handedOver.size());
        for (HandedOver each : step.handedOver) {
            out.putText(each.key);
            out.putText(each.integration);
            out.putText(each.groupKey);
            out.putText(each.reason);
            put(out, each.at);
            out.putVarint(each.fingerprints.size());
            each.fingerprints.forEach(out::putLong);
        }
        return out.toBytes();
    }

    /** @throws ByteReader.UnreadableException, IllegalArgumentException where the bytes are of another version */
    static StoredStep decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        if (in.readByte() != FORMAT) {
            throw new IllegalArgumentException("of another version");
        }
        List<AlertEvent> events = new ArrayList<>();
        for (int i = in.readCount(); i > 0; i--) {
            events.add(new AlertEvent(
                    in.readText(),
                    in.readLabels(),
                    readInstant(in),
                    readInstant(in),
                    AlertEvent.Kind.valueOf(in.readText()),
                    in.readText(),
                    in.readText(),
                    in.readText(),
                    in.readIndex(Integer.MAX_VALUE),
                    readInstant(in)));
        }
        List<HandedOver> handedOver = new ArrayList<>();
        for (int i = in.readCount(); i > 0; i--) {
            String key = in.readText();
            String integration = in.readText();
            String groupKey = in.readText();
            String reason = in.readText();
            Instant at = readInstant(in);
            List<Long> fingerprints = new ArrayList<>();
            for (int n = in.readCount(); n > 0; n--) {
                fingerprints.add(in.readLong());
            }
            handedOver.add(new HandedOver(key, integration, groupKey, reason, at, fingerprints));
        }
        return new StoredStep(events, handedOver);
    }

    private static void put(ByteWriter out, Instant at) {
        out.putSigned(at.getEpochSecond());
        out.putVarint(at.getNano());
    }

    private static Instant readInstant(ByteReader in) {
        return Instant.ofEpochSecond(in.readSigned(), in.readVarint());
    }
}
