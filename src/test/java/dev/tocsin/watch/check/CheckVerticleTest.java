package dev.tocsin.watch.check;

import static dev.tocsin.watch.check.CheckRig.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import dev.tocsin.core.check.CheckState;
import dev.tocsin.core.check.CheckStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckVerticleTest {
    private final CheckRig rig = new CheckRig();

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        rig.close();
    }

    private static ProbeSpec.Tcp tcp(int port) {
        return new ProbeSpec.Tcp("127.0.0.1", port, "", "");
    }

    @Test
    void aPortThatAnswersIsUpAndWhatItSaysIsRead() throws Exception {
        try (RawServer server = new RawServer((in, out) -> {
            out.write("220 mail ready\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            in.readAllBytes();
        })) {
            rig.run(
                    check("open", tcp(server.port())),
                    check("greets", new ProbeSpec.Tcp("localhost", server.port(), "", "220 ")),
                    check(
                            "silent",
                            new ProbeSpec.Tcp("127.0.0.1", server.port(), "HELO\r\n", "250"),
                            Duration.ofMillis(200)),
                    check("closed", tcp(1)));

            assertThat(rig.first("open").message()).isEqualTo("connected");
            assertThat(rig.first("greets").message()).isEqualTo("\"220 \" came");
            assertThat(rig.first("silent").message()).isEqualTo("no answer within 200ms");
            assertThat(rig.first("closed").ok()).isFalse();
        }
    }

    @Test
    void behindOneThatIsDownNothingIsAskedAndNoSeriesSaysDown() throws Exception {
        rig.run(check("gateway", tcp(1)), check("web", tcp(1), Duration.ofSeconds(60), "gateway"));

        rig.until("gateway", view -> view.state() == CheckState.DOWN);
        rig.until("web", view -> view.state() == CheckState.UNREACHABLE);
        rig.until("web", view -> rig.value("check_state", "web", "state", "unreachable") != null);

        assertThat(rig.value("check_up", "gateway")).isEqualTo(0.0);
        assertThat(rig.value("check_up", "web")).isNull();
    }

    @Test
    void aCheckThatIsRemovedEndsItsSeriesAndOneThatStaysKeepsItsState() throws Exception {
        rig.run(check("goes", tcp(1)), check("stays", tcp(1)));
        rig.until("goes", view -> rig.value("check_up", "goes") != null);
        rig.until("stays", view -> rig.value("check_up", "stays") != null);

        rig.verticle()
                .reload(List.of(check("stays", tcp(1)), check("new", tcp(1))))
                .await(60, TimeUnit.SECONDS);

        assertThat(rig.verticle().all()).extracting(view -> view.name()).containsExactly("new", "stays");
        assertThat(rig.value("check_up", "goes")).isNull();
        assertThat(rig.value("check_state", "goes")).isNull();
        assertThat(rig.value("check_up", "stays")).isEqualTo(0.0);
        rig.until("new", view -> view.state() == CheckState.DOWN);
    }

    @Test
    void aThousandAtOnceAreAskedInTurnsAndAHangingOneHoldsUpNoOther() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (RawServer server = new RawServer((in, out) -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    in.read();
                    atOnce.decrementAndGet();
                });
                RawServer hung = new RawServer((in, out) -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })) {
            CheckDefinition[] many = new CheckDefinition[1_001];
            for (int i = 0; i < 1_000; i++) {
                many[i] = check("web-" + i, tcp(server.port()));
            }
            many[1_000] = check("hung", new ProbeSpec.Tcp("127.0.0.1", hung.port(), "", "x"));
            rig.run(many);

            for (int i = 0; i < 1_000; i++) {
                rig.until("web-" + i, view -> view.state() == CheckState.UP);
            }
            assertThat(rig.until("hung", view -> true).state()).isEqualTo(CheckState.UNKNOWN);
            assertThat(rig.registry.get("tocsin.check.runs.active").gauge().value())
                    .isEqualTo(1);
            assertThat(most.get()).isLessThanOrEqualTo(CheckVerticle.MOST_AT_ONCE + 10);
        } finally {
            never.countDown();
        }
    }

    @Test
    void aHeartbeatIsWellOnceItWasHeardOfAndDownWhenItSaysSo() throws Exception {
        CheckDefinition backup = check("backup", new ProbeSpec.Heartbeat(Duration.ofHours(1), Duration.ofMinutes(5)));
        rig.run(backup, check("web", tcp(1)));
        assertThat(rig.verticle().beat("web", true, "")).isFalse();
        assertThat(rig.verticle().beat("none", true, "")).isFalse();

        assertThat(rig.verticle().beat("backup", true, "12 GB")).isTrue();
        CheckStatus well = rig.until("backup", view -> view.state() == CheckState.UP);
        assertThat(well.last().message()).startsWith("heard of ").endsWith("ago: 12 GB");
        rig.verticle().beat("backup", false, "disk full");

        CheckStatus ill = rig.until("backup", view -> view.state() == CheckState.DOWN);
        assertThat(ill.last().message()).endsWith("disk full");
    }

    @Test
    void aCommandIsRunAndItsPerformanceBecomesSeries() throws Exception {
        rig.run(
                check(
                        "load",
                        new ProbeSpec.Command(
                                List.of("/bin/sh", "-c", "echo 'LOAD WARNING | load1=5.25;5;10'; exit 1"), Map.of())),
                check(
                        "hangs",
                        new ProbeSpec.Command(List.of("/bin/sh", "-c", "echo begun; sleep 600"), Map.of()),
                        Duration.ofSeconds(2)));

        assertThat(rig.first("load").message()).isEqualTo("LOAD WARNING");
        rig.until("load", view -> rig.value("check_status", "load") != null);
        assertThat(rig.value("check_status", "load")).isEqualTo(1.0);
        assertThat(rig.value("check_performance", "load", "value", "load1")).isEqualTo(5.25);
        assertThat(rig.value("check_up", "load")).isEqualTo(1.0);
        assertThat(rig.first("hangs").ok()).isFalse();
    }

    @Test
    void aQuestionThatHangsIsNotAskedAgainAndHoldsUpNoOther() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path pidFile = Files.createSymbolicLink(folder.resolve("app.pid"), fifo);
        CheckDefinition hangs = new CheckDefinition(
                "hangs",
                new ProbeSpec.ProcessUp("x", null, pidFile, 1),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                1,
                1,
                "critical",
                Labels.EMPTY,
                List.of(),
                Maintenance.NEVER,
                null);
        rig.run(hangs, check("memory", new ProbeSpec.Memory(100)));

        rig.until("hangs", view -> view.results().size() >= 2);
        assertThat(rig.first("hangs").message()).isEqualTo("no answer within 500ms");
        assertThat(rig.until("hangs", view -> true).results().get(1).message()).isEqualTo("the run before still hangs");
        assertThat(rig.first("memory").ok()).isTrue();
        // Once what it waits for comes, the next question finds a file.
        Path file = Files.writeString(
                folder.resolve("new.pid"), Long.toString(ProcessHandle.current().pid()));
        Files.move(file, pidFile, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(fifo, "1");
        rig.until("hangs", view -> view.last().ok());
    }
}
