package dev.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertArchive;
import dev.tocsin.core.AlertEvent;
import dev.tocsin.core.AlertEvent.Kind;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Notification;
import dev.tocsin.core.StateInMemory;
import dev.tocsin.core.Verdict;
import dev.tocsin.store.Database.UnavailableException;
import dev.tocsin.store.embedded.TestServer.Binaries;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** From what was decided about alerts to rows in a real server, while it is there and while it is not. */
@ParameterizedClass
@EnumSource(Binaries.class)
class StoredTrailTest extends OverServer {
    private static final Labels ALERT = Labels.of("alertname", "Slow", "route", "/a");

    private static final Instant BEGIN = Instant.ofEpochMilli(HistoryScene.START);

    private static final Integration HOOK = new Integration("me", "webhook", 0);

    private final StateInMemory state = new StateInMemory();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private int ids;

    /** A process's trail: another one of the same state is the next process. */
    private StoredTrail trail() {
        return new StoredTrail(state, scene::pool, HistorySettings.DEFAULT, scene.clock, meters, new Random(1));
    }

    private AlertEvent event(Kind kind, String actor, String detail, String notification, long second) {
        Instant at = BEGIN.plusSeconds(second);
        return new AlertEvent("id-" + ids++, ALERT, BEGIN, at, kind, actor, detail, notification, 1, at);
    }

    private AlertEvent event(Kind kind, String actor, long second) {
        return event(kind, actor, "", "", second);
    }

    private static AlertTrail.Step step(AlertEvent... events) {
        return new AlertTrail.Step(events[0].at(), List.of(events), List.of());
    }

    private static Notification notification(String key) {
        Alert alert = new Alert(ALERT, Map.of(), BEGIN, null, "", new Alert.Receipt(0, 0, 0));
        return new Notification(
                key, HOOK, "{}:{}", Labels.EMPTY, List.of(alert), Verdict.FIRST, BEGIN, BEGIN.plusSeconds(60));
    }

    private List<List<String>> rows(String query) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        for (Row row : scene.database().ask(query, Tuple.tuple())) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                values.add(String.valueOf(row.getValue(i)));
            }
            rows.add(values);
        }
        return rows;
    }

    private List<String> row(String query) throws Exception {
        List<List<String>> rows = rows(query);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private double count(String meter) {
        return meters.get(meter).counter().count();
    }

    private static final String EPISODE = "SELECT state, acknowledged_by, labels->>'route' FROM alert_episode";

    @Test
    void anEpisodeIsFiringAcknowledgedGivenBackAndResolvedAsItsEventsSay() throws Exception {
        StoredTrail trail = trail();
        trail.append(step(event(Kind.FIRED, "rule", 0), event(Kind.ROUTED, "me", 0)));
        trail.step();
        assertThat(row(EPISODE)).containsExactly("firing", "null", "/a");
        trail.append(step(event(Kind.ACKNOWLEDGED, "ann", 5)));
        trail.step();
        assertThat(row(EPISODE)).containsExactly("acknowledged", "ann", "/a");
        trail.append(step(event(Kind.UNACKNOWLEDGED, "ann", 6)));
        trail.step();
        assertThat(row(EPISODE)).containsExactly("firing", "null", "/a");
        trail.append(step(event(Kind.RESOLVED, "rule", 9)));
        trail.step();
        assertThat(row(EPISODE)).containsExactly("resolved", "null", "/a");
        assertThat(scene.rows("alert_event")).isEqualTo(5);
    }

    @Test
    void aNotificationIsPendingUntilItsChannelTookItOrItWasGivenUp() throws Exception {
        String query = "SELECT key, integration, status, attempts, answer FROM notification ORDER BY key";
        StoredTrail trail = trail();
        AlertEvent failed = event(Kind.ATTEMPT_FAILED, HOOK.toString(), "503", "k1", 1);
        trail.append(new AlertTrail.Step(
                BEGIN,
                List.of(event(Kind.HANDED_OVER, HOOK.toString(), "first", "k1", 0)),
                List.of(notification("k1"), notification("k2"))));
        trail.append(step(failed));
        trail.step();
        assertThat(rows(query))
                .containsExactly(
                        List.of("k1", "me/webhook[0]", "pending", "1", "503"),
                        List.of("k2", "me/webhook[0]", "pending", "0", ""));

        trail.append(step(failed.again(BEGIN.plusSeconds(2))));
        trail.append(step(event(Kind.ACCEPTED, HOOK.toString(), "200 OK", "k1", 3)));
        trail.append(step(event(Kind.GIVEN_UP, HOOK.toString(), "refused", "k2", 3)));
        trail.step();

        assertThat(rows(query))
                .containsExactly(
                        List.of("k1", "me/webhook[0]", "accepted", "3", "200 OK"),
                        List.of("k2", "me/webhook[0]", "given_up", "0", "refused"));
    }

    @Test
    void aStepIsThereWholeOrNotAtAll() throws Exception {
        scene.database().define("""
                CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON notification FOR EACH STATEMENT EXECUTE FUNCTION refuse()""");
        StoredTrail trail = trail();
        trail.append(new AlertTrail.Step(BEGIN, List.of(event(Kind.FIRED, "rule", 0)), List.of(notification("k"))));
        try {
            assertThatThrownBy(trail::step).isInstanceOf(UnavailableException.class);
            assertThat(scene.rows("alert_event")).isZero();
            assertThat(scene.rows("alert_episode")).isZero();
        } finally {
            scene.database().define("DROP TRIGGER refuse ON notification");
        }
        trail.step();

        assertThat(scene.rows("alert_event")).isEqualTo(1);
        assertThat(scene.rows("notification")).isEqualTo(1);
        assertThat(trail.waiting()).isZero();
    }

    @Test
    void whatWaitsForTheDatabaseOutlivesTheProcessAndIsCaughtUpWith() throws Exception {
        scene.reachable = false;
        StoredTrail first = trail();
        first.append(new AlertTrail.Step(BEGIN, List.of(event(Kind.FIRED, "rule", 0)), List.of(notification("k"))));
        for (int i = 1; i < 100; i++) {
            first.append(step(event(Kind.SILENCED, "s" + i, i)));
        }
        assertThatThrownBy(first::step).isInstanceOf(UnavailableException.class);

        StoredTrail second = trail();
        assertThat(second.waiting()).isEqualTo(100);
        second.append(step(event(Kind.RESOLVED, "rule", 100)));
        scene.reachable = true;
        second.step();

        assertThat(scene.rows("alert_event")).isEqualTo(101);
        assertThat(scene.rows("notification")).isEqualTo(1);
        assertThat(row(EPISODE)).containsExactly("resolved", "null", "/a");
        assertThat(state.withPrefix("")).as("nothing waits any more").isEmpty();
        assertThat(trail().waiting()).isZero();
    }

    /** Killed after the server took it, before that was noted. */
    @Test
    void whatIsWrittenAgainIsThereOnceAndTheLatestHolds() throws Exception {
        StoredTrail first = trail();
        first.append(new AlertTrail.Step(BEGIN, List.of(event(Kind.FIRED, "rule", 0)), List.of(notification("k"))));
        first.append(step(event(Kind.ACKNOWLEDGED, "ann", 1)));
        first.append(step(event(Kind.ACCEPTED, HOOK.toString(), "200 OK", "k", 2)));
        first.append(step(event(Kind.RESOLVED, "rule", 3)));
        StateInMemory before = new StateInMemory();
        state.withPrefix("").forEach(before::put);
        first.step();
        List<List<String>> events = rows("SELECT * FROM alert_event ORDER BY id");
        List<List<String>> episodes = rows("SELECT * FROM alert_episode");
        List<List<String>> notifications = rows("SELECT n::text FROM notification n");
        before.withPrefix("").forEach(state::put);
        trail().step();

        assertThat(rows("SELECT * FROM alert_event ORDER BY id"))
                .isEqualTo(events)
                .hasSize(4);
        assertThat(rows("SELECT * FROM alert_episode")).isEqualTo(episodes).hasSize(1);
        assertThat(rows("SELECT n::text FROM notification n"))
                .isEqualTo(notifications)
                .hasSize(1);
    }

    @Test
    void pastItsBoundTheOldestGoesAndAllIsCounted() throws Exception {
        scene.reachable = false;
        StoredTrail trail = trail();
        char[] filler = new char[100_000];
        Arrays.fill(filler, 'x');
        int appended = 2 * StoredTrail.MOST_BYTES / filler.length;
        for (int i = 0; i < appended; i++) {
            trail.append(step(event(Kind.ATTEMPT_FAILED, "me", new String(filler), "", i)));
        }
        double dropped = count("tocsin.alert.trail.dropped");
        assertThat(dropped).isPositive();
        assertThat(trail.waiting() + dropped).isEqualTo(appended);
        assertThat(state.withPrefix("")).hasSize(trail.waiting());
        scene.reachable = true;
        trail.step();

        assertThat(scene.rows("alert_event")).isEqualTo(appended - (long) dropped);
        assertThat(row("SELECT id FROM alert_event ORDER BY at DESC LIMIT 1")).containsExactly("id-" + (appended - 1));
    }

    @Test
    void aStepThatTheServerDoesNotTakeHoldsUpNoOther() throws Exception {
        scene.database().define("""
                CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN IF NEW.detail = 'bad' THEN RAISE EXCEPTION 'bad' USING ERRCODE = '22000'; END IF;
                RETURN NEW; END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON alert_event FOR EACH ROW EXECUTE FUNCTION refuse()""");
        StoredTrail trail = trail();
        trail.append(step(event(Kind.FIRED, "rule", 0)));
        trail.append(step(event(Kind.ROUTED, "me", "bad", "", 1)));
        trail.append(step(event(Kind.ROUTED, "me", "a\0b", "", 2)));
        try {
            trail.step();
        } finally {
            scene.database().define("DROP TRIGGER refuse ON alert_event");
        }

        assertThat(count("tocsin.alert.trail.refused")).isEqualTo(1);
        assertThat(rows("SELECT detail FROM alert_event ORDER BY at"))
                .containsExactly(List.of(""), List.of("a\ufffdb"));
        assertThat(trail.waiting()).isZero();
    }

    @Test
    void afterAYearItGoesAndAfterThreeWhatWasAcknowledged() throws Exception {
        Labels other = Labels.of("alertname", "Unanswered");
        StoredTrail trail = trail();
        trail.append(step(event(Kind.FIRED, "rule", 0), event(Kind.ACKNOWLEDGED, "ann", 1)));
        trail.append(step(new AlertEvent("other", other, BEGIN, BEGIN, Kind.FIRED, "rule", "", "", 1, BEGIN)));
        trail.append(new AlertTrail.Step(BEGIN, List.of(), List.of(notification("k"))));
        trail.step();
        StoredArchive archive = new StoredArchive(scene::pool);
        assertThat(archive.events(other.fingerprint(), BEGIN.plusSeconds(60), 10))
                .hasSize(1);

        scene.clock.advance(Duration.ofDays(365 + 31));
        trail.step();
        assertThat(scene.rows("alert_event") + scene.rows("alert_episode") + scene.rows("notification"))
                .isZero();
        Instant now = Instant.ofEpochMilli(scene.clock.wallMillis());
        assertThat(archive.events(ALERT.fingerprint(), now, 10))
                .extracting(AlertEvent::kind)
                .containsExactly(Kind.ACKNOWLEDGED, Kind.FIRED);
        assertThat(archive.events(other.fingerprint(), now, 10)).isEmpty();

        scene.clock.advance(Duration.ofDays(730));
        trail.step();
        assertThat(scene.rows("alert_event_kept") + scene.rows("alert_episode_kept"))
                .isZero();
    }

    @Test
    void theArchiveTellsOfOneAlertTheNewestFirst() throws Exception {
        StoredTrail trail = trail();
        List<AlertEvent> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(event(i == 0 ? Kind.FIRED : Kind.WAITING, "me", "until then", "key", i));
        }
        trail.append(step(events.toArray(AlertEvent[]::new)));
        trail.step();
        StoredArchive archive = new StoredArchive(scene::pool);

        assertThat(archive.events(ALERT.fingerprint(), BEGIN.plusSeconds(10), 3))
                .containsExactly(events.get(9), events.get(8), events.get(7));
        assertThat(archive.events(1, BEGIN.plusSeconds(10), 3)).isEmpty();
        scene.reachable = false;
        assertThatThrownBy(() -> archive.events(ALERT.fingerprint(), BEGIN, 3))
                .isInstanceOf(AlertArchive.AwayException.class);
    }
}
