package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one alert at one moment. Immutable.
 *
 * @param held null where it was over long ago, or refused
 * @param acknowledgement that stands; null for none
 * @param resolution that stands although its source fires; null for none
 * @param next what its escalation policy does if nobody answers; null for nothing
 * @param events in their order, the oldest may be left out
 * @param receipts of what was told, in their order
 * @param why nobody was told of the newest episode, in words; null where somebody was
 */
public record AlertRecord(
        Instant at,
        Labels alert,
        @Nullable HeldAlert held,
        @Nullable Acknowledgement acknowledgement,
        @Nullable HandResolution resolution,
        Suppression suppression,
        @Nullable EscalationStep next,
        List<AlertEvent> events,
        List<Receipt> receipts,
        @Nullable String why) {
    /**
     * That an integration was told of an alert, and when what led to it had come how far.
     *
     * @param alert the milliseconds of the state that was told
     * @param groupedAt when its group was flushed
     * @param handedOverAt when the attempt that was accepted began
     * @param acceptedAt when the channel had answered
     */
    public record Receipt(
            Integration integration,
            Verdict reason,
            boolean firing,
            Alert.Receipt alert,
            Instant groupedAt,
            Instant handedOverAt,
            Instant acceptedAt) {}

    /** Of an alert that nothing is known of but what happened long ago. */
    public static AlertRecord ofThePast(Instant at, List<AlertEvent> events) {
        return new AlertRecord(
                at, events.getLast().alert(), null, null, null, Suppression.NONE, null, events, List.of(), null);
    }

    /** With what happened before all that it has. */
    public AlertRecord after(List<AlertEvent> older) {
        List<AlertEvent> all = new ArrayList<>(older);
        all.addAll(events);
        return new AlertRecord(
                at, alert, held, acknowledgement, resolution, suppression, next, List.copyOf(all), receipts, why);
    }

    /** Where it stands, in one word. */
    public enum State {
        /** Not held: there was no room. */
        REFUSED,
        FIRING,
        ACKNOWLEDGED,
        SUPPRESSED,
        RESOLVED
    }

    public State state() {
        if (held == null && !events.isEmpty() && events.getLast().kind() == AlertEvent.Kind.REFUSED) {
            return State.REFUSED;
        }
        if (held == null || held.isResolvedAt(at)) {
            return State.RESOLVED;
        }
        if (acknowledgement != null) {
            return State.ACKNOWLEDGED;
        }
        return suppression.isSuppressed() ? State.SUPPRESSED : State.FIRING;
    }
}
