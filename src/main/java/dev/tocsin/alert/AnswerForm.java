package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alerts and what people said to them in bytes, for the next process. */
final class AnswerForm {
    private AnswerForm() {}

    static byte[] bytes(Acknowledgement acknowledgement) {
        ByteWriter out = new ByteWriter(1 << 8);
        out.putLabels(acknowledgement.alert());
        put(out, acknowledgement.episode());
        put(out, acknowledgement.at());
        put(out, acknowledgement.answer());
        return out.toBytes();
    }

    static Acknowledgement acknowledgement(ByteReader in) {
        return new Acknowledgement(in.readLabels(), time(in), time(in), answer(in));
    }

    static byte[] bytes(HandResolution resolution) {
        ByteWriter out = new ByteWriter(1 << 8);
        put(out, resolution.source());
        put(out, resolution.at());
        put(out, resolution.answer());
        return out.toBytes();
    }

    static HandResolution handResolution(ByteReader in) {
        return new HandResolution(heldAlert(in), time(in), answer(in));
    }

    static byte[] bytes(HeldAlert held) {
        ByteWriter out = new ByteWriter(1 << 8);
        put(out, held);
        return out.toBytes();
    }

    static HeldAlert heldAlert(ByteReader in) {
        Alert alert = new Alert(
                in.readLabels(),
                texts(in),
                time(in),
                maybeTime(in),
                in.readText(),
                new Alert.Receipt(in.readSigned(), in.readSigned(), in.readSigned()));
        return new HeldAlert(alert, in.readByte() == 1, time(in), time(in));
    }

    private static void put(ByteWriter out, HeldAlert held) {
        Alert alert = held.alert();
        out.putLabels(alert.labels());
        out.putVarint(alert.annotations().size());
        alert.annotations().forEach((name, text) -> {
            out.putText(name);
            out.putText(text);
        });
        put(out, alert.startsAt());
        putMaybe(out, alert.endsAt());
        out.putText(alert.generatorUrl());
        out.putSigned(alert.receipt().tickMillis());
        out.putSigned(alert.receipt().tickClosedMillis());
        out.putSigned(alert.receipt().judgedMillis());
        out.putByte(held.timesOut() ? 1 : 0);
        put(out, held.updatedAt());
        put(out, held.episode());
    }

    private static Map<String, String> texts(ByteReader in) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = in.readCount(); i > 0; i--) {
            texts.put(in.readText(), in.readText());
        }
        return texts;
    }

    private static void put(ByteWriter out, Answer answer) {
        out.putText(answer.by());
        out.putText(answer.comment());
        putMaybe(out, answer.expiresAt());
    }

    private static Answer answer(ByteReader in) {
        return new Answer(in.readText(), in.readText(), maybeTime(in));
    }

    private static void put(ByteWriter out, Instant time) {
        out.putSigned(time.toEpochMilli());
    }

    private static Instant time(ByteReader in) {
        return Instant.ofEpochMilli(in.readSigned());
    }

    private static void putMaybe(ByteWriter out, @Nullable Instant time) {
        out.putByte(time == null ? 0 : 1);
        if (time != null) {
            put(out, time);
        }
    }

    private static @Nullable Instant maybeTime(ByteReader in) {
        return in.readByte() == 1 ? time(in) : null;
    }
}
