package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts somebody has resolved whose source still says that they fire: until it has been false once, or the answer
 * expires, they stay resolved. Outlives restarts. Confined to the thread of its owner. Bounded: at the limit an alert
 * can't be resolved by hand.
 */
final class HandResolutions {
    /** A source that has said nothing for so long is gone: rules say every minute that an alert fires. */
    static final Duration SILENT_RETENTION = Duration.ofHours(1);

    private final KeptByAlert<HandResolution> standing =
            new KeptByAlert<>("resolved/", each -> each.source().labels(), AnswerForm::bytes);
    /** Those whose answers have expired while the source went on: where the episode began that it knows nothing of. */
    private final KeptByAlert<HandResolution> expired =
            new KeptByAlert<>("expired/", each -> each.source().labels(), AnswerForm::bytes);

    private final int limit;
    private Instant loadedAt = Instant.MIN;

    HandResolutions(int limit) {
        this.limit = limit;
    }

    /** Takes over those of an earlier process, and keeps from now on what changes. */
    Collection<HandResolution> keepIn(DurableState state, Instant now) {
        standing.keepIn(state, AnswerForm::handResolution);
        expired.keepIn(state, AnswerForm::handResolution);
        loadedAt = now;
        return standing.all().values();
    }

    void set(HandResolution resolution) throws AnswerRefusedException {
        if (standing.size() + expired.size() >= limit) {
            throw new AnswerRefusedException(
                    AnswerRefusedException.Reason.NO_ROOM,
                    "as many alerts as allowed are resolved by hand already: " + limit);
        }
        expired.remove(resolution.source().labels());
        standing.put(resolution);
    }

    /** @return whether the saying is dealt with: the alert stays resolved */
    boolean hears(Alert said, boolean timesOut, Instant now) {
        HandResolution resolution = standing.get(said.labels());
        if (resolution == null) {
            return false;
        }
        return switch (resolution.hear(said, timesOut, now)) {
            case HandResolution.Heard.Still still -> {
                standing.put(still.next());
                yield true;
            }
            case HandResolution.Heard.Over over -> {
                standing.remove(said.labels());
                yield true;
            }
            case HandResolution.Heard.Anew anew -> {
                standing.remove(said.labels());
                yield false;
            }
            case HandResolution.Heard.Expired after -> {
                standing.remove(said.labels());
                expired.put(resolution);
                yield false;
            }
        };
    }

    /**
     * Something was heard of an alert that is not resolved by hand.
     *
     * @return the alert, its episode not begun before somebody ended the one before
     */
    HeldAlert since(HeldAlert alert, Instant now) {
        HandResolution before = expired.get(alert.labels());
        if (before == null || alert.episode().isAfter(before.at())) {
            expired.remove(alert.labels());
            return alert;
        }
        if (alert.isResolvedAt(now)) {
            expired.remove(alert.labels());
        }
        return alert.notBefore(before.at());
    }

    /** @return the alerts that fire again, because their answers have expired */
    List<HeldAlert> sweep(AlertBook book, Instant now) {
        if (now.isAfter(loadedAt.plus(SILENT_RETENTION))) {
            for (Labels alert : expired.all().keySet()) {
                if (book.get(alert).filter(held -> !held.isResolvedAt(now)).isEmpty()) {
                    expired.remove(alert);
                }
            }
        }
        List<HeldAlert> anew = new ArrayList<>();
        for (HandResolution each : standing.all().values()) {
            HeldAlert source = each.source();
            Instant heard = source.updatedAt().isAfter(loadedAt) ? source.updatedAt() : loadedAt;
            boolean gone = source.isResolvedAt(now)
                    || source.alert().endsAt() == null && now.isAfter(heard.plus(SILENT_RETENTION));
            if (gone) {
                standing.remove(source.labels());
            } else if (!each.answer().holdsAt(now)) {
                anew.add(source);
            }
        }
        return anew;
    }

    @Nullable
    HandResolution of(Labels alert) {
        return standing.get(alert);
    }

    Map<Labels, HandResolution> all() {
        return standing.all();
    }
}
