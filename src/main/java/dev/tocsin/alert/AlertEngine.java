package dev.tocsin.alert;

import dev.tocsin.alert.AnswerRefusedException.Reason;
import dev.tocsin.alert.Flapping.Heard;
import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertEvent.Kind;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DurableState;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The alerting side as a function of (state, input, now): the book of alerts, what people said to them, silences, and
 * the dispatcher. Confined to the thread of its owner.
 */
final class AlertEngine {
    /** Counting looks at every alert, so not after each delivery. */
    private static final Duration COUNT_INTERVAL = Duration.ofSeconds(1);

    final AlertBook book;
    final NotificationLog log;
    final Silences silences;
    final Acknowledgements acknowledgements;
    private final HandResolutions resolutions;
    private final PostedAlerts posted = new PostedAlerts();
    private final LatchedAlerts latched;
    private final Flapping flapping;
    private final AlertHistory history;
    private final Decisions decisions;
    private final Links links;
    private final Fallbacks fallbacks;
    /** What is to be handed over because of how something else ended. */
    private final List<Notification> followUps = new ArrayList<>();

    private final AlertMetrics metrics;
    private Dispatcher dispatcher;
    private final LatestBeginning latest = new LatestBeginning();
    private Instant countedAt = Instant.EPOCH;

    /**
     * @param startedAt now
     * @param ids gives a new id for a silence each time
     * @param links of what is told
     * @param run tells this process from others that used the same data folder
     */
    AlertEngine(
            Routing routing,
            Instant startedAt,
            AlertLimits limits,
            Supplier<String> ids,
            Links links,
            String run,
            AlertMetrics metrics) {
        this.links = links;
        this.metrics = metrics;
        book = new AlertBook(limits.alerts());
        log = new NotificationLog(limits.groups());
        silences = new Silences(limits.silences(), ids);
        acknowledgements = new Acknowledgements(limits.answers());
        resolutions = new HandResolutions(limits.answers());
        latched = new LatchedAlerts(limits.alerts());
        flapping = new Flapping(limits.alerts());
        fallbacks = new Fallbacks(routing, log);
        history = new AlertHistory(limits.events(), run);
        decisions = new Decisions(history);
        dispatcher = new Dispatcher(
                routing, startedAt, log, silences, acknowledgements, flapping, decisions, limits.groups());
    }

    /** Takes over what an earlier process told and people said, and keeps both from now on. Before anything else. */
    void keepIn(DurableState state, Instant now) {
        fallbacks.keepIn(state);
        latest.keepIn(state);
        log.keepIn(state, now);
        silences.keepIn(state);
        acknowledgements.keepIn(state, now);
        Set<Long> calledFiring = log.calledFiring();
        Consumer<HeldAlert> restore = alert -> {
            boolean isOld = !book.restore(alert);
            boolean fires = !alert.isResolvedAt(now);
            if (fires && !isOld) {
                decisions.fired(alert, now);
            }
            // Of one that is over, whoever called it firing is still to be told.
            if (!isOld && (fires || calledFiring.contains(alert.labels().fingerprint()))) {
                dispatcher.insert(alert, false, now);
            }
        };
        resolutions.keepIn(state, now).stream()
                .map(each -> each.source().resolvedBy(each.answer(), each.at()))
                .forEach(restore);
        latched.keepIn(state, now).forEach(restore);
        flapping.keepIn(state, now).forEach(restore);
        posted.keepIn(state, now).forEach(restore);
        unlatch(now);
    }

    /**
     * Takes in what the source of an alert says.
     *
     * @param timesOut whether {@code said.endsAt()} was only assumed
     * @return false where there was no room
     */
    boolean take(Alert said, boolean timesOut, Instant now) {
        boolean fired = isFiring(said.labels(), now);
        if (resolutions.hears(said, timesOut, now)) {
            metrics.received(said.endsAt() != null && !said.endsAt().isAfter(now));
            return true;
        }
        if (said.endsAt() == null && DeadMansSwitch.isOf(said.labels())) {
            return take(DeadMansSwitch.expiring(said, now), true, now);
        }
        Heard heard = routing().latches(said.labels())
                ? latched(said, timesOut, now)
                : flapping.hear(
                        said, timesOut, routing().flapLimitOf(said.labels()).orElse(null), now);
        Optional<HeldAlert> held = hold(heard, now);
        if (held.isEmpty()) {
            return false;
        }
        HeldAlert alert = resolutions.since(held.get(), now);
        book.replace(alert);
        flapping.held(alert);
        metrics.received(alert.isResolvedAt(now));
        put(alert, fired, now);
        return true;
    }

    private Heard latched(Alert said, boolean timesOut, Instant now) {
        Alert heard = latched.hear(said, timesOut, now);
        return new Heard(heard, timesOut && heard.endsAt() != null, null);
    }

    /** @return empty where there was no room */
    private Optional<HeldAlert> hold(Heard heard, Instant now) {
        Optional<HeldAlert> held = book.put(heard.alert(), heard.timesOut(), now);
        if (held.isEmpty()) {
            metrics.refusedAlert(heard.alert());
            decisions.noRoom(heard.alert().labels(), book.size(), now);
        } else if (heard.began() != null) {
            decisions.flapping(held.get(), heard.began(), now);
        }
        return held;
    }

    /** Those that flapped, and have not changed for long. */
    private void calmDown(Instant now) {
        for (Heard heard : flapping.due(now)) {
            boolean fired = isFiring(heard.alert().labels(), now);
            hold(heard, now).ifPresent(alert -> put(alert, fired, now));
        }
    }

    private boolean isFiring(Labels alert, Instant now) {
        return book.get(alert).filter(held -> !held.isResolvedAt(now)).isPresent();
    }

    /** @param fired whether it did before */
    private void put(HeldAlert alert, boolean fired, Instant now) {
        acknowledgements.heard(alert, now);
        posted.changed(alert);
        boolean fires = !alert.isResolvedAt(now);
        if (!fired && history.isFiring(alert.labels())) {
            decisions.ranOut(alert.labels(), now);
        }
        if (fires && !fired) {
            decisions.fired(alert, now);
            latest.began(alert, now);
        } else if (!fires && fired) {
            decisions.resolved(alert, now);
        }
        metrics.refusedGroups(dispatcher.insert(alert, fires != fired, now), alert.alert());
        if (dispatcher.routing().namesUnknownPolicy(alert.labels())) {
            metrics.unknownPolicy(alert.alert());
        }
    }

    /** @return how many were refused because there was no room */
    int post(List<PostedAlert> alerts, Instant now) {
        Duration resolveTimeout = dispatcher.routing().resolveTimeout();
        int refused = 0;
        for (PostedAlert each : alerts) {
            refused += take(each.toAlert(now, resolveTimeout), each.endsAt() == null, now) ? 0 : 1;
            book.get(each.labels()).ifPresent(posted::put);
        }
        return refused;
    }

    /** Acknowledges one firing of an alert and no later one. */
    HeldAlert acknowledge(long fingerprint, Instant episode, Answer answer, Instant now) throws AnswerRefusedException {
        if (!firing(fingerprint, now).episode().equals(episode)) {
            throw new AnswerRefusedException(Reason.OVER, "that firing of the alert is over");
        }
        return acknowledge(fingerprint, answer, now);
    }

    /** Acknowledges an alert that fires; what it was acknowledged by before is replaced. */
    HeldAlert acknowledge(long fingerprint, Answer answer, Instant now) throws AnswerRefusedException {
        HeldAlert alert = firing(fingerprint, now);
        acknowledgements.set(alert, answer, now);
        decisions.answered(alert.labels(), Kind.ACKNOWLEDGED, answer, now);
        TakenOn.tell(alert, book, log, acknowledgements, now).forEach(this::follow);
        return alert;
    }

    /** Takes the acknowledgement back: the alert is repeated and escalated as if there had been none. */
    HeldAlert unacknowledge(long fingerprint, Answer answer, Instant now) throws AnswerRefusedException {
        HeldAlert alert = firing(fingerprint, now);
        if (acknowledgements.remove(alert.labels(), now) == null) {
            throw new AnswerRefusedException(Reason.OVER, "the alert is not acknowledged");
        }
        decisions.answered(alert.labels(), Kind.UNACKNOWLEDGED, answer, now);
        return alert;
    }

    /** Ends the episode of an alert that fires, whatever its source goes on saying. */
    HeldAlert resolve(long fingerprint, Answer answer, Instant now) throws AnswerRefusedException {
        HeldAlert source = firing(fingerprint, now);
        resolutions.set(new HandResolution(flapping.sourceOf(latched.sourceOf(source)), now, answer));
        latched.release(source.labels());
        flapping.release(source.labels());
        HeldAlert alert = source.resolvedBy(answer, now);
        book.replace(alert);
        decisions.answered(alert.labels(), Kind.RESOLVED, answer, now);
        put(alert, true, now);
        return alert;
    }

    private HeldAlert firing(long fingerprint, Instant now) throws AnswerRefusedException {
        HeldAlert alert = book.withFingerprint(fingerprint)
                .orElseThrow(() -> new AnswerRefusedException(Reason.UNKNOWN, "no alert has this fingerprint"));
        if (alert.isResolvedAt(now)) {
            throw new AnswerRefusedException(
                    Reason.OVER,
                    "the alert is over: resolved at " + alert.alert().endsAt());
        }
        return alert;
    }

    String silence(Silence silence, Instant now) throws SilenceRefusedException {
        return silences.set(silence, now);
    }

    void expireSilence(String id, Instant now) throws SilenceRefusedException {
        silences.expire(id, now);
    }

    List<Silence> silences() {
        return silences.all();
    }

    Routing routing() {
        return dispatcher.routing();
    }

    /** @param atSwap run between the last decision of the old routing and the first of the new */
    void reroute(Routing routing, Runnable atSwap, Instant now) {
        Dispatcher next = dispatcher.reroute(routing, book.all(), now);
        atSwap.run();
        dispatcher = next;
        fallbacks.use(routing);
        unlatch(now);
    }

    /** Ends what only a configuration before this one kept from ending. */
    private void unlatch(Instant now) {
        for (HeldAlert source : latched.releaseUnless(routing()::latches)) {
            take(source.alert(), source.timesOut(), now);
        }
    }

    /** When {@link #due} has something to do next; {@link Instant#MAX} for never. */
    Instant nextDue() {
        if (!followUps.isEmpty()) {
            return Instant.EPOCH;
        }
        Instant next = dispatcher.nextDue().orElse(Instant.MAX);
        return flapping.nextDue().filter(next::isAfter).orElse(next);
    }

    /** What is to be handed over for delivery now. */
    List<Notification> due(Instant now) {
        calmDown(now);
        List<Notification> due = new ArrayList<>(followUps);
        followUps.clear();
        for (Notification notification : dispatcher.due(now)) {
            metrics.decided(notification.reason());
            due.addAll(fallbacks.handOver(notification, now));
        }
        due.forEach(notification -> decisions.handedOver(notification, now));
        return due;
    }

    /** Brings what is counted up to date, where that was long enough ago. */
    void count(Instant now) {
        if (!now.isBefore(countedAt.plus(COUNT_INTERVAL.multipliedBy(1 + book.size() / 10_000)))) {
            countedAt = now;
            metrics.state(book, dispatcher, silences, acknowledgements, now);
            metrics.history(history);
        }
    }

    void settled(Notification notification, DeliveryOutcome outcome, Instant now) {
        decisions.settled(notification, outcome, now);
        Fallbacks.Step step = fallbacks.settled(notification, outcome, now);
        followUps.addAll(step.next());
        step.settled().forEach(settled -> dispatcher.settled(settled.notification(), settled.outcome(), now));
        if (outcome.isAccepted()) {
            TakenOn.arrived(notification, book, log, acknowledgements, now).ifPresent(this::follow);
        }
    }

    private void follow(Notification notice) {
        metrics.decided(notice.reason());
        followUps.add(notice);
    }

    /** Forgets what is long over, ends what has expired. */
    void sweep(Instant now) {
        for (Acknowledgement expired : acknowledgements.sweep(book, now)) {
            decisions.expired(expired, now);
        }
        for (HeldAlert alert : book.all()) {
            if (alert.isResolvedAt(now) && history.isFiring(alert.labels())) {
                decisions.ranOut(alert.labels(), now);
            }
        }
        for (HeldAlert anew : resolutions.sweep(book, now)) {
            take(anew.alert(), anew.timesOut(), now);
        }
        flapping.sweep(now);
        book.sweep(now);
        posted.sweep(book);
        log.sweep(now);
        silences.sweep(now);
        dispatcher.sweep(now);
    }

    /** A notification with its links, to be handed over. */
    Notification linked(Notification notification, Instant now) {
        return notification.withLinks(alert ->
                book.get(alert.labels()).map(held -> links.of(held, now)).orElse(AlertLinks.NONE));
    }

    /** The alert that began last, drills and the dead man's switch left out; empty where none ever did. */
    Optional<LatestAlert> latest() {
        return latest.get();
    }

    /** What was decided since the last call, with what leaves because of it. */
    AlertTrail.Step step(List<Notification> handedOver, Instant now) {
        latest.keep();
        return new AlertTrail.Step(now, history.takeChanged(), handedOver);
    }

    /** What is known of an alert; empty where nothing is. */
    Optional<AlertRecord> record(long fingerprint, Instant now) {
        HeldAlert held = book.withFingerprint(fingerprint).orElse(null);
        return history.of(fingerprint)
                .map(story -> new AlertRecord(
                        now,
                        story.alert(),
                        held,
                        acknowledgements.of(story.alert(), now).orElse(null),
                        resolutions.of(story.alert()),
                        dispatcher.suppression(story.alert(), now),
                        held == null ? null : dispatcher.escalationOf(held, now).orElse(null),
                        story.events(),
                        story.receipts(),
                        Why.nobodyWasTold(story).orElse(null)));
    }

    AlertSnapshot snapshot(Instant now) {
        return AlertSnapshot.of(book, dispatcher, log, silences, answers(), now);
    }

    /** What people said that stands now. */
    Answers answers() {
        return new Answers(acknowledgements.all(), resolutions.all());
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }
}
