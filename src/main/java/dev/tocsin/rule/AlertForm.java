package dev.tocsin.rule;

import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An {@link ActiveAlert} in bytes, for the next process. When it was last said is left out: it is said again at once, and
 * the alerting side knows what it has told.
 */
final class AlertForm {
    private AlertForm() {}

    static void write(ActiveAlert alert, ByteWriter out) {
        out.putLabels(alert.labels());
        out.putLabels(alert.source());
        out.putVarint(alert.annotations().size());
        alert.annotations().forEach((name, text) -> {
            out.putText(name);
            out.putText(text);
        });
        out.putNumber(alert.value());
        out.putText(alert.state().name());
        out.putText(alert.reason().name());
        out.putSigned(alert.activeAt());
        out.putSigned(alert.firedAt());
        out.putSigned(alert.keepFiringSince());
        out.putSigned(alert.noDataSince());
        out.putSigned(alert.resolvedAt());
        out.putSigned(alert.seenAt());
        out.putVarint(alert.watched());
        out.putSigned(alert.changedAt());
    }

    /** @throws IllegalArgumentException where a state or reason of another version is not known here */
    static ActiveAlert read(ByteReader in, Interruption interruption) {
        var labels = in.readLabels();
        var source = in.readLabels();
        Map<String, String> annotations = new LinkedHashMap<>();
        for (int i = in.readCount(); i > 0; i--) {
            annotations.put(in.readText(), in.readText());
        }
        double value = in.readNumber();
        AlertState state = AlertState.valueOf(in.readText());
        AlertReason reason = AlertReason.valueOf(in.readText());
        long activeAt = in.readSigned();
        return new ActiveAlert(
                labels,
                source,
                annotations,
                value,
                state,
                reason,
                state == AlertState.PENDING ? interruption.count(activeAt) : interruption.moment(activeAt),
                interruption.moment(in.readSigned()),
                interruption.count(in.readSigned()),
                interruption.count(in.readSigned()),
                interruption.moment(in.readSigned()),
                interruption.moment(in.readSigned()),
                in.readVarint(),
                interruption.moment(in.readSigned()),
                ActiveAlert.NEVER,
                null);
    }
}
