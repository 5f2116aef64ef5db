package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The state machine against one that looks at the whole past of an alert anew at every second. */
class AlertTransitionsPropertyTest {
    private static final int RUNS = 3_000;
    private static final int SECONDS = 60;

    /** Times in whole seconds. */
    private record Settings(int hold, int keep, int missingHold, MissingPolicy missing) {
        AlertTransitions transitions() {
            return new AlertTransitions(hold * 1_000L, keep * 1_000L, missing, missingHold * 1_000L);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MissingPolicy.class,
            names = {"HOLD", "OK"})
    void isWhatThePastSays(MissingPolicy missing) {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Settings settings = new Settings(random.nextInt(6), random.nextInt(6), 1 + random.nextInt(6), missing);
            List<Observation> past = new ArrayList<>();
            ActiveAlert alert = null;
            Observation now = Observation.FALSE;
            for (int second = 0; second < SECONDS; second++) {
                // Spells rather than noise, or nothing would ever fire.
                now = random.nextInt(4) == 0 ? Observation.values()[random.nextInt(3)] : now;
                past.add(now);
                alert = step(alert, now, second * 1_000L, settings.transitions());
                AlertState state = alert == null ? AlertState.INACTIVE : alert.state();
                assertThat(state)
                        .as("seed %d, %s, second %d after %s", seed, settings, second, past)
                        .isEqualTo(reference(past, settings));
            }
        }
    }

    /** As a rule's state does it: an observation begins an alert only where it is true. */
    private static ActiveAlert step(ActiveAlert alert, Observation seen, long now, AlertTransitions transitions) {
        if (seen == Observation.TRUE) {
            ActiveAlert begun = alert == null || !alert.isActive()
                    ? ActiveAlert.begin(RuleStage.labels("{a=\"b\"}"), RuleStage.labels("{a=\"b\"}"), 1, now)
                    : alert.withSample(1, alert.annotations(), now);
            return transitions.holding(begun, now);
        }
        return alert == null ? null : transitions.next(alert, seen, now);
    }

    /**
     * Walks the past second by second with plain counters: how long the condition has held on evidence, how long it has
     * been false since it fired, how long there have been no data.
     */
    private static AlertState reference(List<Observation> past, Settings s) {
        boolean firing = false;
        boolean pending = false;
        int held = 0;
        int falseFor = -1;
        int dark = -1;
        for (Observation o : past) {
            boolean missing = o == Observation.MISSING && s.missing == MissingPolicy.HOLD && falseFor < 0;
            if (o == Observation.TRUE) {
                // The second after the condition was last seen to hold counts, whatever came between.
                held = pending ? held + 1 : 0;
                pending |= !firing;
                falseFor = -1;
                dark = -1;
                if (pending && held >= s.hold) {
                    pending = false;
                    firing = true;
                }
            } else if (missing && (pending || firing)) {
                dark++;
                int most = Math.max(s.missingHold, s.keep);
                if (dark >= most) {
                    pending = false;
                    firing = false;
                    dark = -1;
                }
            } else {
                pending = false;
                dark = -1;
                if (firing) {
                    falseFor++;
                    if (falseFor >= s.keep) {
                        firing = false;
                        falseFor = -1;
                    }
                }
            }
        }
        return firing ? AlertState.FIRING : pending ? AlertState.PENDING : AlertState.INACTIVE;
    }

    @Test
    void theReferenceSeesEveryState() {
        Settings settings = new Settings(2, 1, 2, MissingPolicy.HOLD);
        Observation t = Observation.TRUE;
        Observation f = Observation.FALSE;
        Observation m = Observation.MISSING;
        assertThat(reference(List.of(t, t), settings)).isEqualTo(AlertState.PENDING);
        assertThat(reference(List.of(t, t, t), settings)).isEqualTo(AlertState.FIRING);
        assertThat(reference(List.of(t, t, t, f), settings)).isEqualTo(AlertState.FIRING);
        assertThat(reference(List.of(t, t, t, f, f), settings)).isEqualTo(AlertState.INACTIVE);
        assertThat(reference(List.of(t, t, t, m, m), settings)).isEqualTo(AlertState.FIRING);
        assertThat(reference(List.of(t, t, t, m, m, m), settings)).isEqualTo(AlertState.INACTIVE);
    }
}
