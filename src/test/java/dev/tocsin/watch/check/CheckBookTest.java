package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import dev.tocsin.core.check.CheckState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckBookTest {
    private static final long START = 1_732_165_200_000L;

    private final CheckBook book = new CheckBook();
    private final Map<String, Boolean> well = new HashMap<>();
    /** How often each was asked. */
    private final Map<String, Integer> runs = new TreeMap<>();

    private long now = START;
    private Maintenance maintenance = Maintenance.NEVER;

    private CheckDefinition check(String name, int failures, int successes, String... dependsOn) {
        return new CheckDefinition(
                name,
                new ProbeSpec.Tcp("localhost", 1, "", ""),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                failures,
                successes,
                "critical",
                Labels.EMPTY,
                List.of(dependsOn),
                wallMillis -> maintenance.covers(wallMillis),
                null);
    }

    /** A tenth of a second, in which all that is due is asked and answers. */
    private void step() {
        now += 100;
        book.settle(now);
        for (CheckBook.Run run : book.start(1_000, now)) {
            String name = run.check().definition().name();
            runs.merge(name, 1, Integer::sum);
            book.finish(
                    run, well.getOrDefault(name, true) ? ProbeResult.ok("") : ProbeResult.failed("refused"), 1, now);
        }
        book.settle(now);
    }

    private void seconds(int seconds) {
        for (int i = 0; i < seconds * 10; i++) {
            step();
        }
    }

    /** As many steps as it takes until so many runs of this check are over. */
    private void untilRunsOf(String name, int count) {
        while (runs.getOrDefault(name, 0) < count) {
            step();
        }
    }

    private WatchedCheck the(String name) {
        return book.checks().stream()
                .filter(check -> check.definition().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private CheckState state(String name) {
        return the(name).state();
    }

    @Test
    void theFirstRunComesWithinFiveSecondsAndTheOthersAnIntervalApart() {
        book.replace(List.of(check("web", 3, 1)), now);
        assertThat(state("web")).isEqualTo(CheckState.UNKNOWN);

        seconds(5);
        assertThat(runs.get("web")).isBetween(1, 2);
        assertThat(state("web")).isEqualTo(CheckState.UP);

        int before = runs.get("web");
        seconds(100);
        assertThat(runs.get("web")).isEqualTo(before + 10);
    }

    @Test
    void isDownAtTheThirdFailureInARowAndUpAtTheSecondSuccess() {
        book.replace(List.of(check("web", 3, 2)), now);
        untilRunsOf("web", 1);
        well.put("web", false);

        untilRunsOf("web", 3);
        assertThat(state("web")).isEqualTo(CheckState.UP);
        assertThat(the("web").failuresInARow()).isEqualTo(2);
        untilRunsOf("web", 4);
        assertThat(state("web")).isEqualTo(CheckState.DOWN);

        well.put("web", true);
        untilRunsOf("web", 5);
        assertThat(state("web")).isEqualTo(CheckState.DOWN);
        untilRunsOf("web", 6);
        assertThat(state("web")).isEqualTo(CheckState.UP);
    }

    @Test
    void aSuccessBetweenFailuresBeginsTheCountAnew() {
        book.replace(List.of(check("web", 2, 1)), now);
        for (int run = 1; run <= 20; run++) {
            well.put("web", run % 2 == 0);
            untilRunsOf("web", run);
            assertThat(state("web")).isNotEqualTo(CheckState.DOWN);
        }
    }

    @Test
    void isUnknownUntilEnoughFailuresOrOneSuccess() {
        well.put("web", false);
        book.replace(List.of(check("web", 3, 1)), now);

        untilRunsOf("web", 2);
        assertThat(state("web")).isEqualTo(CheckState.UNKNOWN);
        untilRunsOf("web", 3);
        assertThat(state("web")).isEqualTo(CheckState.DOWN);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverTheOrderOfRunsABrokenDependencyIsTheOnlyOneDown(long seed) {
        Random random = new Random(seed);
        String gateway = "gateway" + random.nextInt(1_000);
        List<String> behind = List.of("web" + random.nextInt(1_000), "api" + random.nextInt(1_000));
        book.replace(
                List.of(
                        check(behind.get(0), 1, 1, gateway),
                        check(behind.get(1), 2, 1, behind.get(0)),
                        check(gateway, 3, 1)),
                now);
        seconds(30);
        behind.forEach(name -> well.put(name, false));
        well.put(gateway, false);

        for (int tenth = 0; tenth < 600; tenth++) {
            step();
            behind.forEach(name -> assertThat(state(name)).isNotEqualTo(CheckState.DOWN));
        }

        assertThat(state(gateway)).isEqualTo(CheckState.DOWN);
        behind.forEach(name -> assertThat(state(name)).isEqualTo(CheckState.UNREACHABLE));
        well.put(gateway, true);
        behind.forEach(name -> well.put(name, true));
        seconds(30);
        behind.forEach(name -> assertThat(state(name)).isEqualTo(CheckState.UP));
    }

    @Test
    void isDownItselfOnceWhatItDependsOnWasAskedAndIsWell() {
        CheckDefinition gateway = new CheckDefinition(
                "gateway",
                new ProbeSpec.Tcp("localhost", 1, "", ""),
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                3,
                1,
                "critical",
                Labels.EMPTY,
                List.of(),
                Maintenance.NEVER,
                null);
        book.replace(List.of(gateway, check("web", 2, 1, "gateway")), now);
        seconds(20);
        int asked = runs.get("gateway");
        well.put("web", false);
        int before = runs.get("web");

        untilRunsOf("web", before + 2);
        step();

        // Not an hour later: what the others wait for is asked out of turn.
        assertThat(runs.get("gateway")).isGreaterThan(asked);
        assertThat(state("web")).isEqualTo(CheckState.DOWN);
    }

    @Test
    void isNotAskedInItsMaintenanceAndKnowsNothingAfterIt() {
        book.replace(List.of(check("web", 1, 1)), now);
        seconds(20);
        long begins = now + 1_000;
        maintenance = time -> time >= begins && time < begins + 60_000;
        seconds(2);
        assertThat(state("web")).isEqualTo(CheckState.MAINTENANCE);
        int asked = runs.get("web");
        seconds(50);
        assertThat(runs.get("web")).isEqualTo(asked);

        well.put("web", false);
        seconds(9);
        assertThat(runs.get("web")).isEqualTo(asked + 1);
        assertThat(state("web")).isEqualTo(CheckState.DOWN);
    }

    @Test
    void runsAreSpreadOverTheInterval() {
        List<CheckDefinition> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(check("web-" + i, 3, 1));
        }
        book.replace(many, now);
        seconds(30);

        int most = 0;
        for (int tenth = 0; tenth < 100; tenth++) {
            int before = runs.values().stream().mapToInt(Integer::intValue).sum();
            step();
            int after = runs.values().stream().mapToInt(Integer::intValue).sum();
            most = Math.max(most, after - before);
        }
        assertThat(most).isBetween(10, 40);
    }

    @Test
    void noMoreThanAskedForBeginAtOnceAndNoneIsForgotten() {
        List<CheckDefinition> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(check("web-" + i, 3, 1));
        }
        book.replace(many, now);
        now += 20_000;
        for (int round = 0; round < 20; round++) {
            List<CheckBook.Run> started = book.start(5, now);
            assertThat(started).hasSize(5);
            started.forEach(run -> runs.merge(run.check().definition().name(), 1, Integer::sum));
        }
        assertThat(runs)
                .hasSize(100)
                .allSatisfy((name, count) -> assertThat(count).isEqualTo(1));
        assertThat(book.start(5, now)).isEmpty();
    }

    @Test
    void aClockThatIsSetBackKeepsNothingFromBeingAsked() {
        book.replace(List.of(check("web", 3, 1)), now);
        seconds(20);
        now -= 3_600_000;
        int before = runs.get("web");

        seconds(20);

        assertThat(runs.get("web")).isBetween(before + 2, before + 3);
    }

    @Test
    void whatIsKnownOutlivesANewDefinition() {
        well.put("web", false);
        book.replace(List.of(check("web", 1, 1)), now);
        seconds(20);
        assertThat(state("web")).isEqualTo(CheckState.DOWN);

        book.replace(List.of(check("web", 5, 1), check("api", 1, 1)), now);

        assertThat(state("web")).isEqualTo(CheckState.DOWN);
        assertThat(state("api")).isEqualTo(CheckState.UNKNOWN);
    }

    @Test
    void circlesAreRefused() {
        assertThatThrownBy(() -> CheckOrder.dependenciesFirst(
                        List.of(check("a", 1, 1, "b"), check("b", 1, 1, "c"), check("c", 1, 1, "b"))))
                .hasMessage("dependencies go in a circle: b → c → b");
    }
}
