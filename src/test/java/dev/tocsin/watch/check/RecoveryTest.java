package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.RecoveryRun;
import dev.tocsin.core.check.RecoveryRun.Outcome;
import dev.tocsin.watch.check.Recovery.Verdict;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    /** 2024-11-21 03:12:05 UTC. */
    private static final long START = 1_732_158_725_000L;

    private static final long MINUTE = 60_000;
    private static final RecoverySpec RESTART = new RecoverySpec(
            "restart", List.of("/bin/true"), "", 3, Duration.ofMinutes(1), 2, Duration.ofMinutes(5), Map.of());

    private final Recovery recovery = new Recovery(RESTART, List.of());

    private Verdict decide(long nowMillis) {
        return recovery.decide(CheckState.DOWN, 3, nowMillis);
    }

    private void run(long fromMillis, long toMillis) {
        recovery.begin(fromMillis);
        recovery.end(Outcome.DONE, 0, "", toMillis);
    }

    private String told() {
        return recovery.last().told(ZoneOffset.UTC);
    }

    @Test
    void runsWhenItIsDownAndHasFailedOftenEnough() {
        for (CheckState state : CheckState.values()) {
            assertThat(recovery.decide(state, 10, START))
                    .isEqualTo(state == CheckState.DOWN ? Verdict.RUN : Verdict.NOT_DOWN);
        }
        assertThat(recovery.decide(CheckState.DOWN, 2, START)).isEqualTo(Verdict.NOT_DOWN);
        assertThat(recovery.decide(CheckState.DOWN, 3, START)).isEqualTo(Verdict.RUN);
    }

    @Test
    void oneRunAtATimeThenACoolDownFromItsEnd() {
        recovery.begin(START);
        assertThat(decide(START + 10 * MINUTE)).isEqualTo(Verdict.RUNNING);
        recovery.end(Outcome.FAILED, 1, "", START + 10 * MINUTE);

        assertThat(decide(START + 15 * MINUTE - 1)).isEqualTo(Verdict.COOLING_DOWN);
        assertThat(decide(START + 15 * MINUTE)).isEqualTo(Verdict.RUN);
    }

    @Test
    void noMoreThanSoManyInAnHourAlsoOverARestart() {
        run(START, START + 1);
        run(START + 10 * MINUTE, START + 10 * MINUTE + 1);
        assertThat(decide(START + 60 * MINUTE - 1)).isEqualTo(Verdict.HOUR_IS_FULL);

        Recovery next = new Recovery(RESTART, RecoveryRuns.decoded(RecoveryRuns.encoded(recovery.runs())));
        assertThat(next.runs()).isEqualTo(recovery.runs());
        assertThat(next.decide(CheckState.DOWN, 3, START + 60 * MINUTE - 1)).isEqualTo(Verdict.HOUR_IS_FULL);
        assertThat(next.decide(CheckState.DOWN, 3, START + 60 * MINUTE)).isEqualTo(Verdict.RUN);
    }

    @Test
    void aRunThatTheServersEndInterruptedCountsAndIsToldAsThat() {
        recovery.begin(START);

        Recovery next = new Recovery(RESTART, recovery.runs());

        assertThat(next.last().told(ZoneOffset.UTC)).isEqualTo("restart tried at 03:12: interrupted");
        assertThat(next.decide(CheckState.DOWN, 3, START + 1)).isEqualTo(Verdict.COOLING_DOWN);
    }

    @Test
    void tellsWhatCameOfIt() {
        recovery.begin(START);
        assertThat(told()).isEqualTo("restart tried at 03:12: still running");
        recovery.end(Outcome.DONE, 0, "ok", START + 2_000);
        assertThat(told()).isEqualTo("restart tried at 03:12: not recovered yet");
        assertThat(recovery.see(CheckState.DOWN, START - 1)).isFalse();
        assertThat(recovery.see(CheckState.UP, START + 8_000)).isTrue();
        assertThat(told()).isEqualTo("restart tried at 03:12: recovered after 8 s");
        assertThat(recovery.see(CheckState.UP, START + 8_000)).isFalse();

        recovery.begin(START + 10 * MINUTE);
        recovery.end(Outcome.FAILED, 5, "\n", START + 11 * MINUTE);
        assertThat(told()).isEqualTo("restart tried at 03:22: failed with exit code 5");
        recovery.begin(START + 20 * MINUTE);
        recovery.end(Outcome.TIMED_OUT, -1, "stopping\nstopped", START + 21 * MINUTE);
        assertThat(told()).isEqualTo("restart tried at 03:32: ended after 60 s: stopping");
    }

    @Test
    void whatCameBackBehindAWindowOrAFailedDependencyIsNotItsDoing() {
        run(START, START + 1);
        assertThat(recovery.see(CheckState.MAINTENANCE, START + 10)).isFalse();
        assertThat(recovery.see(CheckState.UP, START + 20)).isFalse();

        assertThat(told()).endsWith("not recovered yet");
    }

    @Test
    void whatCannotBeReadOfAnEarlierProcessIsNone() {
        assertThat(RecoveryRuns.decoded("[{\"at\":1}]".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(RecoveryRuns.decoded(new byte[] {1, 2})).isEmpty();
    }

    @Test
    void onlySoManyRunsAreKept() {
        for (int i = 0; i < Recovery.KEPT + 5; i++) {
            run(START + i, START + i);
        }

        assertThat(recovery.runs()).hasSize(Recovery.KEPT);
        assertThat(recovery.runs()).extracting(RecoveryRun::atMillis).startsWith(START + 5);
    }
}
