package dev.tocsin.alert;

import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All silences, with Alertmanager's rules of what may be changed. Confined to the thread of its owner. Bounded: at the
 * limit expired ones are forgotten first; where none is expired, a new one is refused.
 */
final class Silences {
    /** How long an expired silence is shown. */
    static final Duration EXPIRED_RETENTION = Duration.ofHours(120);

    private static final String PREFIX = "silence/";

    private static final int CANDIDATES_LIMIT = 100_000;

    private final Map<String, Silence> silences = new LinkedHashMap<>();
    /** What could match each alert, until a silence changes: most are asked for again and again. */
    private final Map<Labels, List<Silence>> candidates = new HashMap<>();

    private final Supplier<String> ids;
    private final int limit;

    private DurableState kept = DurableState.NONE;

    /** @param ids gives a new id each time */
    Silences(int limit, Supplier<String> ids) {
        this.limit = limit;
        this.ids = ids;
    }

    /**
     * Makes a silence, or changes the one of its id. One that has begun can't be made to match something else or to have
     * begun at another time: then it is ended, and a new one takes its place.
     *
     * @return its id
     */
    String set(Silence silence, Instant now) throws SilenceRefusedException {
        validate(silence);
        Silence previous = silences.get(silence.id());
        if (previous == null && !silence.id().isEmpty()) {
            throw new SilenceRefusedException("silence not found", true);
        }
        if (previous != null && isChange(previous, silence, now)) {
            put(silence.with(silence.id(), silence.startsAt(), silence.endsAt(), now));
            return silence.id();
        }
        if (silences.size() >= limit) {
            forgetExpired(now);
            if (silences.size() >= limit) {
                throw new SilenceRefusedException("there are " + limit + " silences already", false);
            }
        }
        if (previous != null && previous.stateAt(now) != Silence.State.EXPIRED) {
            expire(previous, now);
        }
        String id = ids.get();
        Instant start = silence.startsAt().isBefore(now) ? now : silence.startsAt();
        put(silence.with(id, start, silence.endsAt(), now));
        return id;
    }

    /** Takes over those of an earlier process, and keeps from now on what changes. */
    void keepIn(DurableState state) {
        kept = state;
        state.withPrefix(PREFIX).values().forEach(bytes -> {
            Silence silence = SilenceForm.read(new ByteReader(bytes));
            silences.put(silence.id(), silence);
        });
    }

    private void forget(String id) {
        silences.remove(id);
        kept.remove(PREFIX + id);
    }

    private static void validate(Silence silence) throws SilenceRefusedException {
        if (silence.matchers().isEmpty()) {
            throw new SilenceRefusedException("invalid silence: at least one matcher required", false);
        }
        if (silence.matchers().stream().allMatch(m -> m.matchesEmpty())) {
            throw new SilenceRefusedException(
                    "invalid silence: at least one matcher must not match the empty string", false);
        }
        if (silence.endsAt().isBefore(silence.startsAt())) {
            throw new SilenceRefusedException("invalid silence: end time must not be before start time", false);
        }
    }

    private static boolean isChange(Silence previous, Silence next, Instant now) {
        if (!previous.matchers().equals(next.matchers())) {
            return false;
        }
        return switch (previous.stateAt(now)) {
            case ACTIVE ->
                next.startsAt().equals(previous.startsAt()) && !next.endsAt().isBefore(now);
            case PENDING -> !next.startsAt().isBefore(now);
            case EXPIRED -> false;
        };
    }

    /** Ends a silence now; one that is over stays as it is. */
    void expire(String id, Instant now) throws SilenceRefusedException {
        Silence silence = silences.get(id);
        if (silence == null) {
            throw new SilenceRefusedException("silence not found", true);
        }
        if (silence.stateAt(now) != Silence.State.EXPIRED) {
            expire(silence, now);
        }
    }

    private void expire(Silence silence, Instant now) {
        // The end is inclusive, so it lies before now.
        Instant end = now.minusMillis(1);
        Instant start = silence.startsAt().isAfter(end) ? end : silence.startsAt();
        put(silence.with(silence.id(), start, end, now));
    }

    /** The active silences that match. */
    List<Silence> silencing(Labels labels, Instant now) {
        if (silences.isEmpty()) {
            return List.of();
        }
        List<Silence> matching = candidates.get(labels);
        if (matching == null) {
            if (candidates.size() >= CANDIDATES_LIMIT) {
                candidates.clear();
            }
            matching = silences.values().stream()
                    .filter(silence -> !now.isAfter(silence.endsAt()) && silence.matches(labels))
                    .toList();
            candidates.put(labels, matching);
        }
        return matching.isEmpty()
                ? List.of()
                : matching.stream()
                        .filter(silence -> silence.stateAt(now) == Silence.State.ACTIVE)
                        .toList();
    }

    private void put(Silence silence) {
        silences.put(silence.id(), silence);
        kept.put(PREFIX + silence.id(), SilenceForm.bytes(silence));
        candidates.clear();
    }

    Optional<Silence> get(String id) {
        return Optional.ofNullable(silences.get(id));
    }

    List<Silence> all() {
        return List.copyOf(silences.values());
    }

    void sweep(Instant now) {
        Instant before = now.minus(EXPIRED_RETENTION);
        silences.values().stream()
                .filter(silence -> silence.endsAt().isBefore(before))
                .map(Silence::id)
                .toList()
                .forEach(this::forget);
    }

    private void forgetExpired(Instant now) {
        silences.values().stream()
                .filter(silence -> silence.stateAt(now) == Silence.State.EXPIRED)
                .sorted(Comparator.comparing(Silence::endsAt))
                .map(Silence::id)
                .toList()
                .forEach(this::forget);
    }
}
