package dev.tocsin.alert;

import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What an alert's escalation policy does next if nobody answers. Immutable.
 *
 * @param level of the policy, from 1
 * @param receivers by name
 */
public record EscalationStep(String policy, int level, List<String> receivers, Instant at) {
    public EscalationStep {
        receivers = List.copyOf(receivers);
    }

    /** For people: {@code next: chat and mail in 7m}. */
    public String text(Instant now) {
        long seconds = Math.max(0, Duration.between(now, at).toSeconds());
        long rounded = seconds >= 120 ? (seconds + 59) / 60 * 60 : seconds;
        String names = receivers.size() == 1
                ? receivers.getFirst()
                : String.join(", ", receivers.subList(0, receivers.size() - 1)) + " and " + receivers.getLast();
        return "next: " + names + (rounded == 0 ? " now" : " in " + PromDuration.format(rounded * 1000));
    }
}
