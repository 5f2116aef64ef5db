package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Integration;
import java.time.Instant;
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
