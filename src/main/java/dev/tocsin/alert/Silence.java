package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Alerts that all matchers match tell nobody while it is active. Immutable.
 *
 * @param id empty for one that is new
 * @param endsAt inclusive, as in Alertmanager
 */
public record Silence(
        String id,
        List<Matcher> matchers,
        Instant startsAt,
        Instant endsAt,
        Instant updatedAt,
        String createdBy,
        String comment) {
    /** Whether it begins later, holds, or is over. */
    public enum State {
        PENDING,
        ACTIVE,
        EXPIRED;

        /** As in Alertmanager's API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Silence {
        matchers = List.copyOf(matchers);
    }

    public State stateAt(Instant time) {
        if (time.isBefore(startsAt)) {
            return State.PENDING;
        }
        return time.isAfter(endsAt) ? State.EXPIRED : State.ACTIVE;
    }

    boolean matches(Labels labels) {
        for (Matcher matcher : matchers) {
            if (!matcher.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    Silence with(String newId, Instant newStart, Instant newEnd, Instant now) {
        return new Silence(newId, matchers, newStart, newEnd, now, createdBy, comment);
    }
}
