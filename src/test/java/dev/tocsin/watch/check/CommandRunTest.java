package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.watch.check.CommandRun.Leftover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandRunTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private static CommandRun.Outcome shell(String script, Duration timeout) throws Exception {
        return new CommandRun(List.of("/bin/sh", "-c", script), Map.of("OWN", "given"), "", Leftover.END).run(timeout);
    }

    @Test
    void tellsTheExitCodeAndWhatWasPrinted() throws Exception {
        CommandRun.Outcome outcome = shell("echo out; echo err >&2; cat; exit 2", LONG);

        assertThat(outcome).isEqualTo(new CommandRun.Outcome(2, "out\nerr\n"));
    }

    @Test
    void argumentsAreNotForAShellToRead() throws Exception {
        CommandRun.Outcome outcome = new CommandRun(
                        List.of("/bin/echo", "$HOME", "; rm -rf x", "a b"), Map.of(), "", Leftover.END)
                .run(LONG);

        assertThat(outcome.output()).isEqualTo("$HOME ; rm -rf x a b\n");
    }

    @Test
    void theServersEnvironmentStaysWithTheServer() throws Exception {
        String printed = shell("env", LONG).output();

        assertThat(printed.lines().map(line -> line.replaceFirst("=.*", "")))
                .contains("OWN", "PATH", "HOME", "LC_ALL")
                .isSubsetOf("OWN", "PATH", "HOME", "LC_ALL", "PWD", "SHLVL", "_", "OLDPWD");
    }

    @Test
    void whatARestartBeganGoesOnButNotWhatHangs() throws Exception {
        Path pid = folder.resolve("pid");
        CommandRun.Outcome outcome = new CommandRun(
                        List.of("/bin/sh", "-c", "sleep 600 & echo $! >" + pid + "; echo started"),
                        Map.of(),
                        "",
                        Leftover.KEEP)
                .run(LONG);

        assertThat(outcome).isEqualTo(new CommandRun.Outcome(0, "started\n"));
        ProcessHandle service =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        assertThat(service.isAlive()).isTrue();
        service.destroyForcibly();

        new CommandRun(
                        List.of("/bin/sh", "-c", "sleep 600 & echo $! >" + pid + "; sleep 600"),
                        Map.of(),
                        "",
                        Leftover.KEEP)
                .run(Duration.ofSeconds(2));
        awaitEnd(Long.parseLong(Files.readString(pid).strip()));
    }

    @Test
    void anotherUserIsBecomeWithoutAShellOrItIsSaidWhyNot() throws Exception {
        CommandRun run = new CommandRun(List.of("/usr/bin/id", "-un"), Map.of(), "nobody", Leftover.END);

        if (System.getProperty("user.name").equals("root")) {
            assertThat(run.run(LONG)).isEqualTo(new CommandRun.Outcome(0, "nobody\n"));
        } else {
            assertThatThrownBy(() -> run.run(LONG)).hasMessageContaining("only root can run it as nobody");
        }
        assertThat(new CommandRun(
                                List.of("/usr/bin/id", "-un"), Map.of(), System.getProperty("user.name"), Leftover.END)
                        .run(LONG))
                .isEqualTo(new CommandRun.Outcome(0, System.getProperty("user.name") + "\n"));
    }

    @Test
    void whatHangsIsEndedWithAllThatItBegan() throws Exception {
        Path pids = folder.resolve("pids");
        CommandRun.Outcome outcome = shell(
                "sleep 600 & echo $! >" + pids + "; (sleep 600 & echo $! >>" + pids + "); echo begun; sleep 600",
                Duration.ofSeconds(2));

        assertThat(outcome.timedOut()).isTrue();
        for (String pid : Files.readAllLines(pids)) {
            awaitEnd(Long.parseLong(pid));
        }
    }

    @Test
    void whatGoesOnBehindACommandThatIsOverIsEndedToo() throws Exception {
        Path pids = folder.resolve("pids");

        CommandRun.Outcome outcome = shell("sleep 600 & echo $! >" + pids + "; echo over", LONG);

        assertThat(outcome).isEqualTo(new CommandRun.Outcome(0, "over\n"));
        awaitEnd(Long.parseLong(Files.readString(pids).strip()));
    }

    private static void awaitEnd(long pid) throws InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid)) {
            assertThat(System.nanoTime()).as("process " + pid + " goes on").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    /** It has ended; who began it has ended too, and nobody asks for it. */
    private static boolean isZombie(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException gone) {
            return true;
        }
    }

    @Test
    void ofEndlessOutputTheBeginningIsKept() throws Exception {
        CommandRun.Outcome outcome = shell("head -c 10000000 /dev/zero | tr '\\0' x; exit 1", LONG);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output()).hasSize(CommandRun.MAX_OUTPUT).matches("x*");
    }

    @Test
    void aProgramThatIsNotThereIsToldSo() {
        boolean inSession = Files.isExecutable(Path.of("/usr/bin/setsid"));
        CommandRun run = new CommandRun(List.of("/no/such/program"), Map.of(), "", Leftover.END);

        if (inSession) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> assertThat(run.run(LONG).exitCode()).isGreaterThan(3)))
                    .isNull();
        } else {
            assertThatThrownBy(() -> run.run(LONG)).isInstanceOf(IOException.class);
        }
    }
}
