package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.StateInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was told and silenced by one process, in the next. */
class KeptAlertingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NotificationLog.Key KEY =
            new NotificationLog.Key(new Integration("me", "webhook", 0), "{}:{a=\"b\"}");

    private final StateInMemory state = new StateInMemory();

    private NotificationLog log(Instant now) {
        NotificationLog log = new NotificationLog(2);
        log.keepIn(state, now);
        return log;
    }

    private Silences silences() {
        Silences silences = new Silences(10, AlertScene.ids());
        silences.keepIn(state);
        return silences;
    }

    @Test
    void whatWasToldIsKnown() {
        NotificationLog.Entry entry = new NotificationLog.Entry(NOW, Set.of(1L, -2L), Set.of(3L));
        log(NOW).record(KEY, entry);

        assertThat(log(NOW.plusSeconds(60)).get(KEY)).isEqualTo(entry);
    }

    @Test
    void whatFiresNoMoreOrIsTooOldOrTooMuchIsNot() {
        NotificationLog log = log(NOW);
        log.record(KEY, new NotificationLog.Entry(NOW, Set.of(1L), Set.of()));
        log.record(KEY, new NotificationLog.Entry(NOW, Set.of(), Set.of(1L)));
        assertThat(log(NOW).size()).isZero();

        for (int i = 0; i < 3; i++) {
            NotificationLog.Key key = new NotificationLog.Key(KEY.integration(), "group " + i);
            log.record(key, new NotificationLog.Entry(NOW, Set.of(1L), Set.of()));
        }
        assertThat(log(NOW).size()).isEqualTo(2);
        log.sweep(NOW.plus(Duration.ofDays(6)));
        assertThat(log(NOW).size()).isZero();
    }

    @Test
    void aTimeAheadOfTheClockCountsAsNow() {
        log(NOW).record(KEY, new NotificationLog.Entry(NOW, Set.of(1L), Set.of()));

        Instant back = NOW.minus(Duration.ofHours(1));
        assertThat(log(back).get(KEY))
                .isNotNull()
                .satisfies(entry -> assertThat(entry.timestamp()).isEqualTo(back));
    }

    @Test
    void postedAlertsFireOnAndEndAsMuchLaterAsNobodyCouldPostThem() {
        AlertScene scene = AlertScene.of(AlertScene.options("0s", "1m", "4h")).restart(state);
        PostedAlert posted = new PostedAlert(AlertScene.labels("a"), Map.of("s", "t"), null, null, "http://x/");
        scene.engine.post(List.of(posted), scene.now);
        scene.deliver();
        HeldAlert before = scene.engine.book.get(AlertScene.labels("a")).orElseThrow();
        scene.pass("1m");
        state.endedAt(scene.now.toEpochMilli());
        scene.now = scene.now.plus(Duration.ofMinutes(10));

        scene.restart(state).pass("3m59s");

        HeldAlert after = scene.engine.book.get(AlertScene.labels("a")).orElseThrow();
        assertThat(after).isEqualTo(before.endingLater(Duration.ofMinutes(10)));
        assertThat(scene.told).containsExactly("0s team FIRST firing=a resolved=");
        scene.pass("2m");
        assertThat(scene.told).hasSize(2).last().asString().contains("ALL_RESOLVED firing= resolved=a");
    }

    @Test
    void aPostedAlertThatEndedUntoldIsToldByTheNextProcessAndThenForgotten() {
        AlertScene scene = AlertScene.of(AlertScene.options("0s", "1m", "4h")).restart(state);
        PostedAlert fires = new PostedAlert(AlertScene.labels("a"), Map.of(), scene.now, null, "");
        scene.engine.post(List.of(fires), scene.now);
        scene.deliver();
        scene.pass("10s");
        scene.engine.post(
                List.of(new PostedAlert(AlertScene.labels("a"), Map.of(), fires.startsAt(), scene.now, "")), scene.now);

        scene.restart(state).pass("2m").restart(state).pass("2m");

        assertThat(scene.told).hasSize(2).last().asString().contains("ALL_RESOLVED firing= resolved=a");
        scene.pass("1h").engine.sweep(scene.now);
        assertThat(state.withPrefix("posted/")).isEmpty();
    }

    @Test
    void silencesHoldAndEndAsTheyWereSet() throws Exception {
        Silence asked = new Silence(
                "",
                List.of(Matcher.equal("a", "b"), new Matcher("c", Matcher.Op.NOT_MATCHES, "d.*")),
                NOW,
                NOW.plusSeconds(3_600),
                NOW,
                "me",
                "why");
        Silences silences = silences();
        String id = silences.set(asked, NOW);

        assertThat(silences().get(id)).isEqualTo(silences.get(id));
        silences.expire(id, NOW.plusSeconds(10));
        assertThat(silences().get(id).orElseThrow().stateAt(NOW.plusSeconds(11)))
                .isEqualTo(Silence.State.EXPIRED);
        silences.sweep(NOW.plus(Duration.ofDays(6)));
        assertThat(silences().all()).isEmpty();
    }

    @Test
    void whatFiresAnewAsItsResolutionByHandExpiredIsOfTheSameEpisodeInTheNextProcess() throws Exception {
        AlertScene scene = AlertScene.of(AlertScene.options("0s", "1m", "4h")).restart(state);
        Labels alert = AlertScene.labels("a");
        scene.fire("a").pass("10m");
        Answer answer = new Answer("ann", "", scene.now.plus(Duration.ofMinutes(5)));
        scene.engine.resolve(alert.fingerprint(), answer, scene.now);
        scene.pass("6m").say("a", AlertScene.START, null);
        HeldAlert before = scene.engine.book.get(alert).orElseThrow();
        assertThat(before.isResolvedAt(scene.now)).isFalse();

        scene.restart(state).say("a", AlertScene.START, null);

        assertThat(scene.engine.book.get(alert).orElseThrow().episode())
                .isEqualTo(before.episode())
                .isAfter(AlertScene.START);
    }

    @Test
    void whichAlertBeganLastIsKnownToTheNextProcess() {
        AlertScene scene = AlertScene.of(AlertScene.options("0s", "1m", "4h")).restart(state);
        scene.fire("a").pass("1m").fire("b").pass("10m");

        scene.restart(state);

        assertThat(scene.engine.latest())
                .contains(new LatestAlert(AlertScene.labels("b"), AlertScene.START.plusSeconds(60)));
    }
}
