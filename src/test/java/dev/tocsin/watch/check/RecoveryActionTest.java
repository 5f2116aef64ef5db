package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.RecoveryRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery actions that are really run. */
class RecoveryActionTest {
    private final CheckRig rig = new CheckRig();

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private CheckDefinition file(String name, Path path, String... command) {
        return new CheckDefinition(
                name,
                new ProbeSpec.FileAge(path, Duration.ofDays(1), 0, Long.MAX_VALUE),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                1,
                1,
                "critical",
                Labels.EMPTY,
                List.of(),
                Maintenance.NEVER,
                new RecoverySpec(
                        "restart", List.of(command), "", 1, Duration.ofSeconds(60), 2, Duration.ZERO, Map.of()));
    }

    @Test
    void whatIsDownIsBroughtBackAndThatIsToldBesideTheAlert() throws Exception {
        Path path = folder.resolve("running");
        rig.run(file("shop", path, "/bin/sh", "-c", "echo starting; echo >" + path));

        CheckStatus up = rig.until(
                "shop",
                check -> check.state() == CheckState.UP
                        && check.recoveries().size() == 1
                        && check.recoveries().getFirst().recoveredMillis() > 0
                        && check.recoveries().getFirst().outcome() == RecoveryRun.Outcome.DONE);

        assertThat(up.results().getFirst().message()).endsWith("is not there");
        assertThat(up.recoveries().getFirst().output()).isEqualTo("starting\n");
        rig.until("shop", check -> rig.value("check_recovered", "shop") != null);
        assertThat(rig.told("shop")).matches("restart tried at \\d\\d:\\d\\d: recovered after \\d+ s");
        assertThat(rig.value("check_up", "shop")).isEqualTo(1.0);
        assertThat(rig.registry
                        .get("tocsin.check.recoveries")
                        .tags("outcome", "recovered")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void whatDoesNotHelpIsTriedNoMoreThanItMayAndTheNextProcessKnows() throws Exception {
        Path tries = folder.resolve("tries");
        CheckDefinition check = file(
                "shop", folder.resolve("none"), "/bin/sh", "-c", "echo x >>" + tries + "; echo no such unit; exit 3");
        rig.run(check);

        rig.until(
                "shop",
                found -> found.recoveries().size() == 2
                        && found.recoveries().getLast().outcome() == RecoveryRun.Outcome.FAILED);
        rig.until("shop", found -> rig.told("shop").endsWith("failed with exit code 3: no such unit"));
        int runs = rig.until("shop", found -> true).results().size();
        rig.until("shop", found -> found.results().size() >= runs + 2);
        assertThat(Files.readAllLines(tries)).hasSize(2);

        try (CheckRig next = new CheckRig()) {
            rig.state.withPrefix("recovery/").forEach(next.state::put);
            next.run(check);
            next.until(
                    "shop",
                    found -> found.state() == CheckState.DOWN && found.results().size() >= 2);
            assertThat(next.until("shop", found -> true).recoveries()).hasSize(2);
            assertThat(Files.readAllLines(tries)).hasSize(2);

            next.verticle().reload(List.of()).await(60, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(next.state.withPrefix("recovery/")).isEmpty();
        }
    }

    @Test
    void aProgramThatIsNotThereIsToldAsThat() throws Exception {
        rig.run(file("shop", folder.resolve("none"), "/no/such/program"));

        CheckStatus down = rig.until(
                "shop",
                check -> check.recoveries().size() == 2
                        && check.recoveries().getLast().outcome() == RecoveryRun.Outcome.FAILED);
        assertThat(down.recoveries().getLast().output()).contains("/no/such/program");
    }
}
