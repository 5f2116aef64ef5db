package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Integration;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a drill came, and when. Immutable.
 *
 * @param receipt of the alert; null where no notification was handed over
 * @param groupedAt when its group was flushed; null likewise
 * @param told in the order in which they settled
 * @param expected how many integrations are to be told
 */
public record DrillReport(
        long number,
        Instant sentAt,
        Alert.@Nullable Receipt receipt,
        @Nullable Instant groupedAt,
        List<Told> told,
        int expected) {
    public DrillReport {
        told = List.copyOf(told);
    }

    /** @param at when the channel had answered, or delivery was given up */
    public record Told(Integration integration, boolean accepted, String detail, Instant at) {}

    /** Under which the last one outlives the process. */
    private static final String KEY = "last-drill";

    /** Keeps it as the last one. */
    public void keepIn(DurableState state) {
        ByteWriter out = new ByteWriter(1 << 8);
        out.putSigned(number);
        out.putSigned(sentAt.toEpochMilli());
        out.putByte(receipt == null || groupedAt == null ? 0 : 1);
        if (receipt != null && groupedAt != null) {
            out.putSigned(receipt.tickMillis());
            out.putSigned(receipt.tickClosedMillis());
            out.putSigned(receipt.judgedMillis());
            out.putSigned(groupedAt.toEpochMilli());
        }
        out.putVarint(expected);
        out.putVarint(told.size());
        for (Told each : told) {
            out.putText(each.integration().receiver());
            out.putText(each.integration().kind());
            out.putVarint(each.integration().index());
            out.putByte(each.accepted() ? 1 : 0);
            out.putText(each.detail());
            out.putSigned(each.at().toEpochMilli());
        }
        state.put(KEY, out.toBytes());
    }

    /** The last one of all processes; null where there was none. */
    public static @Nullable DrillReport last(DurableState state) {
        byte[] bytes = state.get(KEY);
        if (bytes == null) {
            return null;
        }
        ByteReader in = new ByteReader(bytes);
        long number = in.readSigned();
        Instant sentAt = Instant.ofEpochMilli(in.readSigned());
        boolean isHandedOver = in.readByte() == 1;
        Alert.Receipt receipt =
                isHandedOver ? new Alert.Receipt(in.readSigned(), in.readSigned(), in.readSigned()) : null;
        Instant groupedAt = isHandedOver ? Instant.ofEpochMilli(in.readSigned()) : null;
        int expected = in.readIndex(Integer.MAX_VALUE);
        List<Told> told = new ArrayList<>();
        for (int i = in.readCount(); i > 0; i--) {
            told.add(new Told(
                    new Integration(in.readText(), in.readText(), in.readIndex(Integer.MAX_VALUE)),
                    in.readByte() == 1,
                    in.readText(),
                    Instant.ofEpochMilli(in.readSigned())));
        }
        return new DrillReport(number, sentAt, receipt, groupedAt, told, expected);
    }

    /** Whether everybody who is to be told took it. */
    public boolean hasArrived() {
        return told.stream().filter(Told::accepted).count() >= expected;
    }

    /** For people: where it ended. */
    public String text() {
        if (hasArrived()) {
            return "arrived";
        }
        if (receipt == null) {
            return "the packet led to no notification";
        }
        return told.stream()
                .filter(each -> !each.accepted())
                .map(each -> each.integration() + " did not take it: " + each.detail())
                .findFirst()
                .orElse(told.size() + " of " + expected + " integrations have answered");
    }
}
