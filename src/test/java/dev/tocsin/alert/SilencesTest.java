package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilencesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Labels ALERT = Labels.of("alertname", "a");

    private final Silences silences = new Silences(2, AlertScene.ids());

    private static Instant at(int seconds) {
        return NOON.plusSeconds(seconds);
    }

    private static Silence silence(String id, int from, int to, Matcher... matchers) {
        return new Silence(
                id,
                matchers.length == 0 ? List.of(Matcher.equal("alertname", "a")) : List.of(matchers),
                at(from),
                at(to),
                Instant.EPOCH,
                "me",
                "why");
    }

    @Test
    void holdsFromItsStartThroughItsEnd() throws SilenceRefusedException {
        String id = silences.set(silence("", 10, 20), at(0));

        assertThat(silences.silencing(ALERT, at(10).minusMillis(1))).isEmpty();
        assertThat(silences.silencing(ALERT, at(10))).extracting(Silence::id).containsExactly(id);
        assertThat(silences.silencing(ALERT, at(20))).extracting(Silence::id).containsExactly(id);
        assertThat(silences.silencing(ALERT, at(20).plusMillis(1))).isEmpty();
        assertThat(silences.silencing(Labels.of("alertname", "b"), at(10))).isEmpty();
    }

    @Test
    void oneThatBeganInThePastBeginsNow() throws SilenceRefusedException {
        String id = silences.set(silence("", -60, 20), at(0));

        assertThat(silences.get(id).orElseThrow().startsAt()).isEqualTo(at(0));
    }

    @Test
    void theEndOfAnActiveOneCanBeMovedUnderTheSameId() throws SilenceRefusedException {
        String id = silences.set(silence("", 0, 20), at(0));

        assertThat(silences.set(silence(id, 0, 100), at(5))).isEqualTo(id);
        assertThat(silences.silencing(ALERT, at(99))).extracting(Silence::id).containsExactly(id);
    }

    @Test
    void anActiveOneThatIsToMatchSomethingElseIsEndedAndReplaced() throws SilenceRefusedException {
        String id = silences.set(silence("", 0, 20), at(0));

        String next = silences.set(silence(id, 0, 20, Matcher.equal("alertname", "b")), at(5));

        assertThat(next).isNotEqualTo(id);
        assertThat(silences.get(id).orElseThrow().stateAt(at(5))).isEqualTo(Silence.State.EXPIRED);
        assertThat(silences.silencing(ALERT, at(5))).isEmpty();
    }

    @Test
    void oneThatIsEndedHoldsNoLonger() throws SilenceRefusedException {
        String id = silences.set(silence("", 0, 20), at(0));

        silences.expire(id, at(5));

        assertThat(silences.silencing(ALERT, at(5))).isEmpty();
        Silence ended = silences.get(id).orElseThrow();
        silences.expire(id, at(6));
        assertThat(silences.get(id)).as("ended once").contains(ended);
    }

    @Test
    void refusesWhatAlertmanagerRefuses() {
        assertThatThrownBy(() -> silences.set(new Silence("", List.of(), at(0), at(1), at(0), "me", ""), at(0)))
                .hasMessage("invalid silence: at least one matcher required");
        assertThatThrownBy(() -> silences.set(silence("", 0, 1, new Matcher("x", Matcher.Op.MATCHES, ".*")), at(0)))
                .hasMessage("invalid silence: at least one matcher must not match the empty string");
        assertThatThrownBy(() -> silences.set(silence("", 2, 1), at(0)))
                .hasMessage("invalid silence: end time must not be before start time");
        assertThatThrownBy(() -> silences.set(silence("nosuch", 0, 1), at(0)))
                .isInstanceOfSatisfying(
                        SilenceRefusedException.class,
                        e -> assertThat(e.isUnknown()).isTrue());
        assertThatThrownBy(() -> silences.expire("nosuch", at(0)))
                .isInstanceOfSatisfying(
                        SilenceRefusedException.class,
                        e -> assertThat(e.isUnknown()).isTrue());
    }

    @Test
    void atTheLimitExpiredOnesMakeRoomAndOtherwiseANewOneIsRefused() throws SilenceRefusedException {
        silences.set(silence("", 0, 10), at(0));
        silences.set(silence("", 0, 100), at(0));

        assertThatThrownBy(() -> silences.set(silence("", 0, 10), at(5))).hasMessage("there are 2 silences already");
        assertThat(silences.set(silence("", 20, 30), at(11))).isEqualTo("silence-3");
        assertThat(silences.all()).extracting(Silence::id).containsExactly("silence-2", "silence-3");
    }

    @Test
    void expiredOnesAreForgottenAfterTheirRetention() throws SilenceRefusedException {
        silences.set(silence("", 0, 10), at(0));

        silences.sweep(at(10).plus(Silences.EXPIRED_RETENTION));
        assertThat(silences.all()).hasSize(1);
        silences.sweep(at(10).plus(Silences.EXPIRED_RETENTION).plusMillis(1));
        assertThat(silences.all()).isEmpty();
    }
}
