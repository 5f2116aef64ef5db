package dev.tocsin.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.Migrations;
import dev.tocsin.store.embedded.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server with two databases: one to back up, one to restore into. */
class BackupTest {
    private static final Instant NOW = Instant.parse("2026-11-21T03:12:00Z");

    @TempDir
    static Path home;

    private static TestServer server;
    private static ServerAddress full;

    @TempDir
    Path folder;

    @BeforeAll
    static void fill() throws Exception {
        server = TestServer.start(TestServer.Binaries.OURS, home);
        full = database("original");
        Migrations.run(full, "2");
        try (Connection connection = full.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path TO tocsin");
            statement.execute(
                    "INSERT INTO series (key, metric, labels, kind, digits)"
                            + " SELECT gen_random_uuid(), 'requests', ARRAY['host', 'h' || i], 0, 0 FROM generate_series(1, 500) i");
            statement.execute("CREATE TABLE chunk_1m_0 PARTITION OF chunk_1m FOR VALUES FROM (0) TO (1440)");
            statement.execute("CREATE TABLE chunk_1m_1440 PARTITION OF chunk_1m FOR VALUES FROM (1440) TO (2880)");
            statement.execute("INSERT INTO chunk_1m SELECT s, slot, decode(md5(s || '.' || slot), 'hex')"
                    + " FROM generate_series(1, 500) s, generate_series(0, 2879, 720) slot");
            statement.execute("INSERT INTO progress VALUES ('j', 42)");
            // Of another resolution, once set: no migration makes its table.
            statement.execute(Migrations.chunkTable("chunk_30s"));
            statement.execute("CREATE TABLE chunk_30s_0 PARTITION OF chunk_30s FOR VALUES FROM (0) TO (120)");
            statement.execute("INSERT INTO chunk_30s VALUES (1, 5, 'x')");
            statement.execute("""
                    CREATE TABLE alert_episode_0 PARTITION OF alert_episode FOR VALUES FROM ('1970-01-01') TO ('1970-01-31');
                    INSERT INTO alert_episode (fingerprint, starts_at, labels, was_acknowledged)
                    VALUES (7, '1970-01-02', '{"alertname": "Slow"}', false)""");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static ServerAddress database(String name) throws SQLException {
        ServerAddress address = server.address();
        try (Connection connection = address.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return new ServerAddress(address.uri().replaceFirst("/[^/]*$", "/" + name));
    }

    private static List<String> ask(ServerAddress address, String question) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = address.connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            while (answer.next()) {
                rows.add(answer.getString(1));
            }
        }
        return rows;
    }

    /** A data folder. */
    private Path data() throws IOException {
        Path data = folder.resolve("data");
        Path journal = data.resolve("journal");
        if (!Files.exists(journal)) {
            Files.createDirectories(journal);
            byte[] bytes = new byte[100_000];
            new Random(1).nextBytes(bytes);
            Files.write(journal.resolve("000001.ticks"), bytes);
            Files.write(journal.resolve("000002.ticks"), new byte[3]);
            Files.write(data.resolve("link.key"), new byte[] {1, 2, 3});
            Files.write(data.resolve("lock"), new byte[1]);
        }
        return data;
    }

    private BackupManifest write(ServerAddress server, Path file) throws IOException {
        return Backup.write(server, data(), List.of("link.key", "of.another.time"), file, NOW);
    }

    private Path backup() throws IOException {
        Path file = folder.resolve("backup.zip");
        write(full, file);
        return file;
    }

    @Test
    void whatIsRestoredIsWhatWasThere() throws Exception {
        Path file = folder.resolve("backup.zip");
        BackupManifest made = write(full, file);
        ServerAddress empty = database("restored");
        try (Restore restore = Restore.open(file)) {
            List<Long> counts = restore.database(empty);
            restore.files(folder.resolve("back"));

            assertThat(restore.manifest()).isEqualTo(made);
            assertThat(counts)
                    .isEqualTo(made.tables().stream()
                            .map(BackupManifest.Table::rows)
                            .toList());
        }

        assertThat(made.rows()).isEqualTo(500 + 2_000 + 1 + 1 + 1);
        for (String question : List.of(
                "SELECT s::text FROM tocsin.series s ORDER BY id",
                "SELECT c::text FROM tocsin.chunk_1m c ORDER BY slot, series",
                "SELECT c::text FROM tocsin.chunk_30s c",
                "SELECT e::text FROM tocsin.alert_episode e",
                "SELECT p::text FROM tocsin.progress p",
                "SELECT version || description FROM tocsin.flyway_schema_history ORDER BY installed_rank",
                "SELECT relname::text FROM pg_class WHERE relname LIKE 'chunk_1m%' ORDER BY 1")) {
            assertThat(ask(empty, question)).as(question).isNotEmpty().isEqualTo(ask(full, question));
        }
        for (String name : List.of("journal/000001.ticks", "journal/000002.ticks", "link.key")) {
            assertThat(folder.resolve("back").resolve(name)).hasSameBinaryContentAs(data().resolve(name));
        }
        assertThat(folder.resolve("back/lock")).doesNotExist();
        for (Path secret : List.of(file, folder.resolve("back/link.key"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        // New series go on where the numbers had come to.
        assertThat(ask(
                        empty,
                        "INSERT INTO tocsin.series (key, metric, labels, kind, digits)"
                                + " VALUES (gen_random_uuid(), 'x', '{}', 0, 0) RETURNING id"))
                .containsExactly("501");
    }

    @Test
    void aDamagedByteAnywhereIsToldBeforeAnythingIsWritten() throws Exception {
        Path file = backup();
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bad);
            // What says nothing about the contents (a date, a flag nobody reads) may change unnoticed.
            try (Restore restore = Restore.open(file)) {
                assertThat(restore.manifest().rows()).isEqualTo(2_503);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("backup");
            }
        }
    }

    @Test
    void damagedContentIsNamed() throws Exception {
        Path file = rewritten(backup(), "tables/series", bytes -> {
            bytes[bytes.length / 2] ^= 1;
            return bytes;
        });

        assertThatThrownBy(() -> Restore.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tables/series")
                .hasMessageContaining("checksum");
    }

    @Test
    void theKeyOfLinksIsCheckedToo() throws Exception {
        Path file = rewritten(backup(), "files/link.key", bytes -> {
            bytes[0] ^= 1;
            return bytes;
        });

        assertThatThrownBy(() -> Restore.open(file)).hasMessageContaining("files/link.key");
    }

    @Test
    void aBackupOfBeforeThereWereOtherFilesIsRestored() throws Exception {
        Path file = rewritten(backup(), "manifest.json", replaced("\"files\"", "\"unknown\""));

        try (Restore restore = Restore.open(file)) {
            restore.files(folder.resolve("back"));
            assertThat(restore.manifest().files()).isEmpty();
        }
        assertThat(folder.resolve("back/journal/000002.ticks")).exists();
    }

    @Test
    void aManifestThatWouldPutMoreThanNamesIntoSqlIsRefused() throws Exception {
        Path file = rewritten(backup(), "manifest.json", replaced("\"progress\"", "\"progress; DROP TABLE x\""));

        assertThatThrownBy(() -> Restore.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("manifest");
    }

    @Test
    void aDatabaseThatHoldsSomethingIsLeftAlone() throws Exception {
        try (Restore restore = Restore.open(backup())) {
            assertThatThrownBy(() -> restore.database(full))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("already");
        }
        assertThat(ask(full, "SELECT count(*) FROM tocsin.series")).containsExactly("500");
    }

    @Test
    void aBackupOfALaterSchemaIsRefusedAndLeavesNoRows() throws Exception {
        Path file = rewritten(
                backup(), "manifest.json", replaced("\"schema_version\" : \"2\"", "\"schema_version\" : \"9999\""));
        ServerAddress empty = database("later");
        try (Restore restore = Restore.open(file)) {
            assertThatThrownBy(() -> restore.database(empty))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("9999");
        }
    }

    @Test
    void anotherFileIsNotOverwrittenAndNoneIsLeftHalfMade() throws Exception {
        Path file = backup();
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> write(full, file)).isInstanceOf(IOException.class);
        assertThat(file).hasBinaryContent(before);
        ServerAddress empty = database("nothing");
        Path none = folder.resolve("none.zip");
        assertThatThrownBy(() -> write(empty, none)).isInstanceOf(IOException.class);
        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("backup.zip", "data");
        }
    }

    private interface Change {
        byte[] of(byte[] bytes);
    }

    private static Change replaced(String text, String by) {
        return bytes ->
                new String(bytes, StandardCharsets.UTF_8).replace(text, by).getBytes(StandardCharsets.UTF_8);
    }

    /** The same zip file with one entry changed. */
    private Path rewritten(Path file, String name, Change change) throws IOException {
        Path changed = folder.resolve("changed-backup.zip");
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream from = new ZipInputStream(in);
                OutputStream out = Files.newOutputStream(changed);
                ZipOutputStream to = new ZipOutputStream(out)) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                byte[] bytes = from.readAllBytes();
                to.putNextEntry(new ZipEntry(entry.getName()));
                to.write(entry.getName().equals(name) ? change.of(bytes) : bytes);
                to.closeEntry();
            }
        }
        return changed;
    }
}
