package dev.tocsin.maintain;

import dev.tocsin.maintain.BackupManifest.Content;
import dev.tocsin.maintain.BackupManifest.KeptFile;
import dev.tocsin.maintain.BackupManifest.Sequence;
import dev.tocsin.maintain.BackupManifest.Table;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.Migrations;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGConnection;

/** Brings a {@link Backup} back. Every checksum is looked at before anything is written. */
public final class Restore implements AutoCloseable {
    private final Path file;
    private final ZipFile zip;
    private final BackupManifest manifest;

    private Restore(Path file, ZipFile zip, BackupManifest manifest) {
        this.file = file;
        this.zip = zip;
        this.manifest = manifest;
    }

    /** @throws IOException where it is no backup, or is damaged; the message says where */
    public static Restore open(Path file) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException e) {
            throw new IOException(file + " is no backup, or its end is missing: " + e.getMessage(), e);
        }
        try {
            Restore restore = new Restore(file, zip, manifest(file, zip));
            restore.check();
            return restore;
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static BackupManifest manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry("manifest.json");
        if (entry == null) {
            throw new IOException(file + " is no backup: it has no manifest.json");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return BackupManifest.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (ZipException | EOFException e) {
            throw new IOException(file + " is damaged at manifest.json: " + e.getMessage(), e);
        }
    }

    public BackupManifest manifest() {
        return manifest;
    }

    private void check() throws IOException {
        for (Table table : manifest.tables()) {
            check(table.entry(), table.content());
        }
        for (KeptFile each : manifest.journal()) {
            check(Backup.JOURNAL + each.name(), each.content());
        }
        for (KeptFile each : manifest.files()) {
            check(Backup.FILES + each.name(), each.content());
        }
    }

    private void check(String name, Content expected) throws IOException {
        MeasuredOutput measured = new MeasuredOutput(OutputStream.nullOutputStream());
        try (InputStream in = entry(name)) {
            in.transferTo(measured);
        } catch (ZipException | EOFException e) {
            throw new IOException(file + " is damaged at " + name + ": " + e.getMessage(), e);
        }
        if (!measured.content().equals(expected)) {
            throw new IOException(file + " is damaged at " + name + ": its checksum is another than the manifest's");
        }
    }

    private InputStream entry(String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException(file + " is damaged: " + name + " is missing");
        }
        return zip.getInputStream(entry);
    }

    /**
     * Into a database that has nothing of ours.
     *
     * @return the rows of each table, counted in the database, in the manifest's order
     * @throws IOException where the database has a schema of ours already, is older or newer than can be, or refuses
     */
    public List<Long> database(ServerAddress server) throws IOException {
        try (Connection connection = server.connect()) {
            if (count(connection, "pg_namespace WHERE nspname = '" + Migrations.SCHEMA + "'") > 0) {
                throw new IOException("the database at " + server + " has a schema \"" + Migrations.SCHEMA
                        + "\" already: restore into an empty one");
            }
            Migrations.run(server, manifest.schemaVersion());
            connection.setAutoCommit(false);
            for (Table table : manifest.tables()) {
                copy(connection, table);
            }
            for (Sequence each : manifest.sequences()) {
                set(connection, each);
            }
            List<Long> counts = new ArrayList<>();
            for (Table table : manifest.tables()) {
                counts.add(count(connection, Migrations.SCHEMA + "." + table.name()));
            }
            connection.commit();
            return counts;
        } catch (FlywayException | SQLException e) {
            throw new IOException("the database at " + server + " does not take the backup: " + e.getMessage(), e);
        }
    }

    private void copy(Connection connection, Table table) throws SQLException, IOException {
        if (table.parent() != null) {
            try (Statement statement = connection.createStatement()) {
                if (table.parent().startsWith("chunk_")) {
                    statement.execute(Migrations.chunkTable(table.parent()));
                }
                statement.execute("CREATE TABLE " + Migrations.SCHEMA + "." + table.name() + " PARTITION OF "
                        + Migrations.SCHEMA + "." + table.parent() + " " + table.bound());
            }
        }
        try (InputStream in = entry(table.entry())) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + Migrations.SCHEMA + "." + table.name() + " FROM STDIN (FORMAT binary)", in);
        }
    }

    private static void set(Connection connection, Sequence sequence) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SELECT setval('" + Migrations.SCHEMA + "." + sequence.name() + "', " + sequence.last() + ")");
        }
    }

    private static long count(Connection connection, String from) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + from)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * The journal and the other files.
     *
     * @param data folder; has none of them, or is not there
     */
    public void files(Path data) throws IOException {
        Path journal = Files.createDirectories(data.resolve("journal"));
        for (KeptFile each : manifest.journal()) {
            copy(Backup.JOURNAL + each.name(), journal.resolve(each.name()));
        }
        for (KeptFile each : manifest.files()) {
            Path file = Files.createFile(data.resolve(each.name()), Backup.PRIVATE);
            copy(Backup.FILES + each.name(), file);
        }
    }

    private void copy(String name, Path to) throws IOException {
        try (InputStream in = entry(name);
                OutputStream out = Files.newOutputStream(to)) {
            in.transferTo(out);
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
