package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An alert as somebody posts it, times left out where they left them out.
 *
 * @param startsAt null for the end, or for now where that is null too
 * @param endsAt null for {@code resolve_timeout} from now
 */
public record PostedAlert(
        Labels labels,
        Map<String, String> annotations,
        @Nullable Instant startsAt,
        @Nullable Instant endsAt,
        String generatorUrl) {
    /** @throws IllegalArgumentException in Alertmanager's words */
    public PostedAlert {
        annotations = Map.copyOf(annotations);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("at least one label pair required");
        }
        if (startsAt != null && endsAt != null && endsAt.isBefore(startsAt)) {
            throw new IllegalArgumentException("start time must be before end time");
        }
    }

    Alert toAlert(Instant now, Duration resolveTimeout) {
        Instant end = endsAt == null ? now.plus(resolveTimeout) : endsAt;
        Instant start = startsAt != null ? startsAt : endsAt != null ? endsAt : now;
        long nowMillis = now.toEpochMilli();
        return new Alert(
                labels, annotations, start, end, generatorUrl, new Alert.Receipt(nowMillis, nowMillis, nowMillis));
    }
}
