package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.store.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar with a PostgreSQL of its own. */
class StorageIT {
    @TempDir
    Path folder;

    private TocsinProcess run() throws Exception {
        TocsinProcess tocsin = TocsinProcess.run(folder, "--set", "storage.uri=embedded");
        tocsin.awaitReady();
        return tocsin;
    }

    private static void awaitDatabase(TocsinProcess tocsin) throws Exception {
        tocsin.await(
                "the database answers",
                () -> tocsin.get("/health")
                        .body()
                        .replaceAll("\\s", "")
                        .contains("\"database\":{\"status\":\"healthy\",\"response_time_ms\":"));
    }

    private boolean serverRuns() throws IOException {
        Path cluster = folder.resolve("data/postgresql/cluster").toRealPath();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .anyMatch(process -> worksIn(process, cluster));
        }
    }

    private static boolean worksIn(Path process, Path cluster) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(cluster);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void startsWithoutAnythingConfiguredAndLeavesNoProcessBehindWhateverEndsIt() throws Exception {
        try (TocsinProcess tocsin = run()) {
            tocsin.send("kept:5|c");
            tocsin.await("taken", () -> tocsin.query("kept").contains("\"5\""));
            awaitDatabase(tocsin);
            assertThat(serverRuns()).isTrue();
            tocsin.terminate();
            assertThat(tocsin.exitCode()).isZero();
            assertThat(serverRuns()).isFalse();
        }
        try (TocsinProcess again = run()) {
            awaitDatabase(again);
            again.await(
                    "what the first process took is told",
                    () -> again.query("last_over_time(kept[1h])").contains("\"kept\""));
            again.kill();
            Eventually.holds("the server is stopped by the kernel", () -> !serverRuns());
        }
    }
}
