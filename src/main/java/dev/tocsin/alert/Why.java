package dev.tocsin.alert;

import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.AlertEvent.Kind;
import java.util.List;
import java.util.Optional;

/** Answers "why was nobody told?". A pure function of what happened. */
final class Why {
    private Why() {}

    /** The one reason, in words; empty where somebody was told in the newest episode. */
    static Optional<String> nobodyWasTold(AlertHistory.Story story) {
        AlertEvent reason = null;
        for (AlertEvent event : story.ofThisEpisode()) {
            if (event.kind() == Kind.ACCEPTED) {
                return Optional.empty();
            }
            // The latest decides.
            if (isReason(event.kind()) && (reason == null || !event.lastAt().isBefore(reason.lastAt()))) {
                reason = event;
            }
        }
        List<AlertEvent> events = story.ofThisEpisode();
        if (reason == null) {
            return Optional.of(
                    events.stream().anyMatch(e -> e.kind() == Kind.ROUTED)
                            ? "its receiver has no integration"
                            : "nothing was decided about it yet");
        }
        return Optional.of(words(reason));
    }

    private static boolean isReason(Kind kind) {
        return switch (kind) {
            case REFUSED,
                    WAITING,
                    INHIBITED,
                    SILENCED,
                    MUTED,
                    DEDUPLICATED,
                    NOT_REPEATED,
                    HANDED_OVER,
                    ATTEMPT_FAILED,
                    GIVEN_UP,
                    FLAPPING -> true;
            default -> false;
        };
    }

    private static String words(AlertEvent event) {
        String what = switch (event.kind()) {
            case REFUSED -> "refused for lack of room";
            case WAITING -> "it waits";
            case INHIBITED -> "inhibited";
            case SILENCED -> "silenced";
            case MUTED -> "muted";
            case HANDED_OVER -> "it is on its way";
            case ATTEMPT_FAILED -> "delivery fails";
            case GIVEN_UP -> "delivery was given up";
            case FLAPPING -> "it flaps";
            default -> "nothing to tell";
        };
        String whom = event.actor().isEmpty() ? "" : " (" + event.actor() + ")";
        return what + whom + (event.detail().isEmpty() ? "" : ": " + event.detail());
    }
}
