package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An alert as the book holds it. Immutable.
 *
 * <p>An alert of our own rules fires until its rule says that it is over. A posted one says when it ends, or gets an end
 * of {@code resolve_timeout} from now that every further post moves on.
 *
 * @param alert its {@code endsAt} may lie ahead, then it fires until that moment
 * @param timesOut whether {@code endsAt} was only assumed: a stated one takes precedence
 * @param updatedAt when it was last said
 * @param episode when it began to fire this time: its {@code startsAt} as first said, or, where that lies before the
 *     end of the episode before, that end
 */
public record HeldAlert(Alert alert, boolean timesOut, Instant updatedAt, Instant episode) {
    /** An alert of which nothing is known but this saying. */
    static HeldAlert first(Alert said, boolean timesOut, Instant now) {
        return new HeldAlert(said, timesOut, now, said.startsAt());
    }

    public Labels labels() {
        return alert.labels();
    }

    public boolean isResolvedAt(Instant time) {
        Instant endsAt = alert.endsAt();
        return endsAt != null && !endsAt.isAfter(time);
    }

    /** Whether it changes too often for each change to be told. */
    public boolean isFlapping() {
        return alert.annotations().getOrDefault(Flapping.ANNOTATION, "").startsWith(FlapWatch.FLAPS);
    }

    /** Whether it fires only because nobody has resolved it. */
    public boolean isLatched() {
        return alert.annotations().containsKey(LatchedAlerts.ANNOTATION);
    }

    /** The alert as it stands at a moment: without an end that lies ahead, so that it can't run out on its way. */
    public Alert at(Instant time) {
        return alert.endsAt() == null || isResolvedAt(time) ? alert : withTimes(alert, alert.startsAt(), null);
    }

    /** What is held of the alert after this was said of it. */
    HeldAlert followedBy(Alert said, boolean saidTimesOut, Instant now) {
        HeldAlert next = mergedWith(first(said, saidTimesOut, now)).keepingReceiptOf(this, now);
        Instant end = endOf(alert);
        Instant began = isResolvedAt(now) && !next.isResolvedAt(now)
                ? said.startsAt().isBefore(end) ? end : said.startsAt()
                : episode;
        return new HeldAlert(next.alert, next.timesOut, next.updatedAt, began);
    }

    /** This alert, its end, where it has one, moved on. */
    HeldAlert endingLater(Duration by) {
        Instant endsAt = alert.endsAt();
        return endsAt == null
                ? this
                : new HeldAlert(withTimes(alert, alert.startsAt(), endsAt.plus(by)), timesOut, updatedAt, episode);
    }

    /** This alert, its episode not begun before that moment. */
    HeldAlert notBefore(Instant moment) {
        return episode.isBefore(moment) ? new HeldAlert(alert, timesOut, updatedAt, moment) : this;
    }

    /** This alert, ended now by somebody. */
    HeldAlert resolvedBy(Answer answer, Instant now) {
        Map<String, String> annotations = new LinkedHashMap<>(alert.annotations());
        annotations.put(
                Alert.RESOLVED_REASON,
                "resolved by " + answer.by() + (answer.comment().isEmpty() ? "" : ": " + answer.comment()));
        long millis = now.toEpochMilli();
        Alert resolved = new Alert(
                alert.labels(),
                annotations,
                alert.startsAt(),
                now,
                alert.generatorUrl(),
                new Alert.Receipt(millis, millis, millis));
        return new HeldAlert(resolved, false, now, episode);
    }

    /**
     * What the book holds after {@code newer} was said: Alertmanager's rule ({@code types.Alert.Merge}) where the two
     * overlap in time, otherwise simply the newer one.
     */
    private HeldAlert mergedWith(HeldAlert newer) {
        Instant start = alert.startsAt();
        Instant newStart = newer.alert.startsAt();
        Instant end = endOf(alert);
        Instant newEnd = endOf(newer.alert);
        boolean endsWithin = newEnd.isAfter(start) && newEnd.isBefore(end);
        boolean startsWithin = newStart.isAfter(start) && newStart.isBefore(end);
        if (!endsWithin && !startsWithin) {
            return newer;
        }
        Instant mergedStart = start.isBefore(newStart) ? start : newStart;
        Instant mergedEnd = newEnd;
        if (newer.isResolvedAt(newer.updatedAt)) {
            // The latest explicit end wins where both are over.
            if (isResolvedAt(newer.updatedAt) && end.isAfter(newEnd)) {
                mergedEnd = end;
            }
        } else if (end.isAfter(newEnd) && !timesOut) {
            mergedEnd = end;
        }
        return new HeldAlert(
                withTimes(newer.alert, mergedStart, mergedEnd.equals(Instant.MAX) ? null : mergedEnd),
                newer.timesOut,
                newer.updatedAt,
                newer.episode);
    }

    /** This alert with the receipt of the moment that its state began, where {@code before} is in the same state. */
    private HeldAlert keepingReceiptOf(HeldAlert before, Instant now) {
        boolean sameState = isResolvedAt(now) == before.isResolvedAt(now)
                && alert.startsAt().equals(before.alert.startsAt());
        if (!sameState || before.alert.receipt().equals(alert.receipt())) {
            return this;
        }
        return new HeldAlert(
                new Alert(
                        alert.labels(),
                        alert.annotations(),
                        alert.startsAt(),
                        alert.endsAt(),
                        alert.generatorUrl(),
                        before.alert.receipt()),
                timesOut,
                updatedAt,
                episode);
    }

    private static Instant endOf(Alert alert) {
        Instant endsAt = alert.endsAt();
        return endsAt == null ? Instant.MAX : endsAt;
    }

    private static Alert withTimes(Alert a, Instant startsAt, @Nullable Instant endsAt) {
        return new Alert(a.labels(), a.annotations(), startsAt, endsAt, a.generatorUrl(), a.receipt());
    }
}
