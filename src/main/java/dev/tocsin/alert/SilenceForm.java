package dev.tocsin.alert;

import dev.tocsin.core.Matcher;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A {@link Silence} in bytes, for the next process. */
final class SilenceForm {
    private SilenceForm() {}

    static byte[] bytes(Silence silence) {
        ByteWriter out = new ByteWriter(1 << 8);
        out.putText(silence.id());
        out.putVarint(silence.matchers().size());
        for (Matcher matcher : silence.matchers()) {
            out.putText(matcher.name());
            out.putText(matcher.op().name());
            out.putText(matcher.value());
        }
        out.putSigned(silence.startsAt().toEpochMilli());
        out.putSigned(silence.endsAt().toEpochMilli());
        out.putSigned(silence.updatedAt().toEpochMilli());
        out.putText(silence.createdBy());
        out.putText(silence.comment());
        return out.toBytes();
    }

    static Silence read(ByteReader in) {
        String id = in.readText();
        List<Matcher> matchers = new ArrayList<>();
        for (int i = in.readCount(); i > 0; i--) {
            matchers.add(Matcher.ofAlert(in.readText(), Matcher.Op.valueOf(in.readText()), in.readText()));
        }
        return new Silence(
                id,
                matchers,
                Instant.ofEpochMilli(in.readSigned()),
                Instant.ofEpochMilli(in.readSigned()),
                Instant.ofEpochMilli(in.readSigned()),
                in.readText(),
                in.readText());
    }
}
