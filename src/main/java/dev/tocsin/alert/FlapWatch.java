package dev.tocsin.alert;

import static java.util.Objects.requireNonNull;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One alert and how often it changes lately. Confined to the thread of its {@link Flapping}. */
final class FlapWatch {
    /** How the annotation of an alert that flaps begins. */
    static final String FLAPS = "flaps since ";

    private enum Phase {
        STEADY,
        FLAPPING,
        /** Fires, and has not changed for long. */
        CALM
    }

    /** What the alert's source said last. */
    private HeldAlert source;
    /** The newest, no more than it takes to flap. */
    private final Deque<Instant> changes = new ArrayDeque<>();

    private Phase phase = Phase.STEADY;
    /** When the phase began. */
    private Instant since;
    /** Of the alert as it is held while it flaps. */
    private Instant startsAt;
    /** Of the alert as the book holds it. */
    private Instant episode;
    /** Changes since shortly before it flapped. */
    private long total;

    private Duration within = Duration.ZERO;

    /** @param first that fires */
    FlapWatch(HeldAlert first) {
        source = first;
        since = first.updatedAt();
        startsAt = first.alert().startsAt();
        episode = first.episode();
        changes.add(first.updatedAt());
    }

    Labels labels() {
        return source.labels();
    }

    HeldAlert source() {
        return source;
    }

    /** The alert as the book is to hold it after a restart. */
    HeldAlert held(Instant now) {
        return new HeldAlert(alert(), false, now, episode);
    }

    /** @return whether that is another episode than before */
    boolean changeEpisode(Instant newEpisode) {
        boolean other = !episode.equals(newEpisode);
        episode = newEpisode;
        return other;
    }

    boolean isFlapping() {
        return phase == Phase.FLAPPING;
    }

    /** Whether the alert is held with the annotation. */
    boolean isMarked() {
        return phase != Phase.STEADY;
    }

    /** @return whether anything but the moment of saying has changed */
    boolean hear(HeldAlert said, FlapLimit limit, Instant now) {
        boolean fired = !source.isResolvedAt(source.updatedAt());
        boolean ranOut = fired && source.isResolvedAt(now);
        boolean fires = !said.isResolvedAt(now);
        int before = changes.size();
        long totalBefore = total;
        if (ranOut) {
            change(requireNonNull(source.alert().endsAt()), limit);
        }
        if (fires != (fired && !ranOut)) {
            change(now, limit);
        }
        boolean changed = total != totalBefore || changes.size() != before;
        source = said;
        within = limit.within();
        while (!changes.isEmpty() && changes.getFirst().isBefore(now.minus(within))) {
            changes.removeFirst();
        }
        if (phase != Phase.FLAPPING && changes.size() > limit.changes()) {
            phase = Phase.FLAPPING;
            since = now;
            startsAt = said.alert().startsAt();
            total = changes.size();
            return true;
        }
        if (phase == Phase.CALM && !fires) {
            phase = Phase.STEADY;
            return true;
        }
        return changed;
    }

    private void change(Instant at, FlapLimit limit) {
        changes.addLast(at);
        total++;
        if (changes.size() > limit.changes() + 1) {
            changes.removeFirst();
        }
    }

    /** When it is calm, if it does not change before. */
    Instant calmAt() {
        Instant last = changes.isEmpty() ? since : changes.getLast();
        return last.plus(within);
    }

    /** @return whether the end of the alert as it is held now is only assumed */
    boolean calmDown(Instant now) {
        phase = source.isResolvedAt(now) ? Phase.STEADY : Phase.CALM;
        since = now;
        changes.clear();
        return source.timesOut();
    }

    /** The alert as it is to be held. */
    Alert alert() {
        Alert said = source.alert();
        return switch (phase) {
            case STEADY -> said;
            case FLAPPING -> with(said, startsAt, null, FLAPS + since + ", " + total + " changes");
            case CALM ->
                with(said, said.startsAt(), said.endsAt(), "calm since " + since + ", after " + total + " changes");
        };
    }

    private static Alert with(Alert a, Instant startsAt, @Nullable Instant endsAt, String text) {
        Map<String, String> annotations = new LinkedHashMap<>(a.annotations());
        annotations.put(Flapping.ANNOTATION, text);
        return new Alert(a.labels(), annotations, startsAt, endsAt, a.generatorUrl(), a.receipt());
    }

    /** See {@link Flapping#markOf}. */
    long mark() {
        return phase == Phase.STEADY ? 0 : Escalations.mark(labels().fingerprint(), since, phase.ordinal());
    }

    boolean isForgettable(Instant now) {
        return phase == Phase.STEADY && calmAt().isBefore(now) && source.isResolvedAt(now);
    }

    byte[] bytes() {
        ByteWriter out = new ByteWriter(1 << 8);
        byte[] held = AnswerForm.bytes(source);
        out.putBytes(held, 0, held.length);
        out.putVarint(phase.ordinal());
        out.putSigned(since.toEpochMilli());
        out.putSigned(startsAt.toEpochMilli());
        out.putVarint(total);
        out.putVarint(within.toMillis());
        out.putVarint(changes.size());
        changes.forEach(at -> out.putSigned(at.toEpochMilli()));
        out.putSigned(episode.toEpochMilli());
        return out.toBytes();
    }

    static FlapWatch read(ByteReader in) {
        FlapWatch watch = new FlapWatch(AnswerForm.heldAlert(in));
        watch.phase = Phase.values()[in.readIndex(Phase.values().length)];
        watch.since = Instant.ofEpochMilli(in.readSigned());
        watch.startsAt = Instant.ofEpochMilli(in.readSigned());
        watch.total = in.readVarint();
        watch.within = Duration.ofMillis(in.readVarint());
        watch.changes.clear();
        for (int i = in.readCount(); i > 0; i--) {
            watch.changes.addLast(Instant.ofEpochMilli(in.readSigned()));
        }
        watch.episode = in.hasMore() ? Instant.ofEpochMilli(in.readSigned()) : watch.startsAt;
        return watch;
    }
}
