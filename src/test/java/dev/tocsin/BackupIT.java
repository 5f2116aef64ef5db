package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar: backed up while it runs, restored elsewhere, and asked for what it had. */
class BackupIT {
    @TempDir
    private Path folder;

    private void command(int exitCode, String says, String... args) throws Exception {
        try (TocsinProcess command = TocsinProcess.command(folder, args)) {
            assertThat(command.exitCode()).as(command.output()).isEqualTo(exitCode);
            assertThat(command.output()).contains(says);
        }
    }

    @Test
    void whatWasPushedIsThereInTheRestoredServer() throws Exception {
        try (TocsinProcess server = TocsinProcess.run(folder, "--set", "storage.uri=embedded")) {
            server.awaitReady();
            server.send("api.latency:320|ms|#route:/login\norders:7|c");
            server.await("counted", () -> server.query("orders").contains("\"7\""));
            server.await(
                    "database", () -> !server.get("/health").body().contains("\"database\":{\"status\":\"degraded\""));
            command(0, "backup.zip: ", "backup", "--to", "backup.zip");
            command(1, "is there already", "backup", "--to", "backup.zip");
            command(1, "is not empty", "restore", "--from", "backup.zip");
        }
        command(0, "verified", "backup", "--verify", "backup.zip");
        command(0, "restored into", "restore", "--from", "backup.zip", "--data", "elsewhere/data");
        try (TocsinProcess server = TocsinProcess.run(folder.resolve("elsewhere"), "--set", "storage.uri=embedded")) {
            server.awaitReady();
            server.await("restored", () -> server.query("orders").contains("\"7\""));
            assertThat(server.query("api_latency_count")).contains("\"1\"");
        }
    }
}
