package dev.tocsin.maintain;

import dev.tocsin.maintain.BackupManifest.KeptFile;
import dev.tocsin.maintain.BackupManifest.Sequence;
import dev.tocsin.maintain.BackupManifest.Table;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.store.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;

/**
 * Everything that outlives the process in one file, while it runs: the database as it stands at one moment, the journal
 * as it stands after it, which has what the database does not have yet, and what else its owner keeps.
 *
 * <pre>
 *   tables/NAME     rows of one table or partition, as {@code COPY … (FORMAT binary)} gives them
 *   journal/NAME    one file of the journal
 *   files/NAME      a file of the data folder itself
 *   manifest.json   {@link BackupManifest}
 * </pre>
 *
 * A zip file for its owner's eyes only, since it may hold keys. It stands under its name only when it is complete.
 */
public final class Backup {
    /** Of tables of the server's own namespace; Flyway's is made by the migrations. */
    private static final String TABLES = """
            SELECT child.relname, parent.relname, pg_get_expr(child.relpartbound, child.oid)
            FROM pg_class child
            JOIN pg_namespace space ON space.oid = child.relnamespace
            LEFT JOIN pg_inherits ON inhrelid = child.oid
            LEFT JOIN pg_class parent ON parent.oid = inhparent
            WHERE space.nspname = '%s' AND child.relkind = 'r' AND child.relname <> 'flyway_schema_history'
            ORDER BY child.relname""".formatted(Migrations.SCHEMA);

    private final Connection connection;
    private final ZipOutputStream zip;

    private Backup(Connection connection, ZipOutputStream zip) {
        this.connection = connection;
        this.zip = zip;
    }

    static final String JOURNAL = "journal/";
    static final String FILES = "files/";

    /** What is made here is for its owner's eyes only. */
    static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * @param data folder with the journal, which may be missing, in {@code journal}
     * @param files names of files in the data folder; those that are not there are left out
     * @param to is not there yet
     */
    public static BackupManifest write(ServerAddress server, Path data, List<String> files, Path to, Instant now)
            throws IOException {
        if (Files.exists(to)) {
            throw new FileAlreadyExistsException(to + " is there already: name another file, or move it away");
        }
        Path partial = to.resolveSibling(to.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        try (Connection connection = server.connect()) {
            BackupManifest manifest;
            Files.createFile(partial, PRIVATE);
            try (OutputStream out = Files.newOutputStream(partial);
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                manifest = new Backup(connection, zip).write(data, files, now);
            }
            try (FileChannel file = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
            return manifest;
        } catch (SQLException e) {
            throw new IOException("the database at " + server + " can't be backed up: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private BackupManifest write(Path data, List<String> files, Instant now) throws IOException, SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        List<Table> tables = new ArrayList<>();
        for (Table table : lockedTables()) {
            tables.add(copy(table));
        }
        String version = text("SELECT version FROM " + Migrations.SCHEMA
                + ".flyway_schema_history WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1");
        List<Sequence> sequences = sequences();
        connection.commit();
        List<KeptFile> ofJournal = copyJournal(data.resolve("journal"));
        List<KeptFile> others = new ArrayList<>();
        for (String name : files) {
            copy(data.resolve(name), FILES, others);
        }
        BackupManifest manifest = new BackupManifest(now.toString(), version, tables, sequences, ofJournal, others);
        zip.putNextEntry(new ZipEntry("manifest.json"));
        zip.write(manifest.toJson().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        return manifest;
    }

    /** Locked, so that none is dropped meanwhile because its time is over. */
    private List<Table> lockedTables() throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(TABLES)) {
                while (rows.next()) {
                    tables.add(new Table(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getString(3),
                            0,
                            new BackupManifest.Content(0, "")));
                }
            }
            for (Table table : tables) {
                statement.execute("LOCK TABLE " + Migrations.SCHEMA + "." + table.name() + " IN ACCESS SHARE MODE");
            }
        }
        return tables;
    }

    private Table copy(Table table) throws IOException, SQLException {
        zip.putNextEntry(new ZipEntry(table.entry()));
        MeasuredOutput out = new MeasuredOutput(zip);
        long rows = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY " + Migrations.SCHEMA + "." + table.name() + " TO STDOUT (FORMAT binary)", out);
        zip.closeEntry();
        return new Table(table.name(), table.parent(), table.bound(), rows, out.content());
    }

    private List<Sequence> sequences() throws SQLException {
        List<Sequence> sequences = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT sequencename, last_value FROM pg_sequences"
                        + " WHERE schemaname = '" + Migrations.SCHEMA + "' AND last_value IS NOT NULL")) {
            while (rows.next()) {
                sequences.add(new Sequence(rows.getString(1), rows.getLong(2)));
            }
        }
        return sequences;
    }

    private String text(String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            if (!rows.next()) {
                throw new SQLException("it has no schema of ours yet");
            }
            return rows.getString(1);
        }
    }

    private List<KeptFile> copyJournal(Path folder) throws IOException {
        List<KeptFile> copied = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return copied;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            copy(file, JOURNAL, copied);
        }
        return copied;
    }

    /** A file that is not there, as one of the journal whose time was over meanwhile, is left out. */
    private void copy(Path file, String under, List<KeptFile> copied) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String name = file.getFileName().toString();
            zip.putNextEntry(new ZipEntry(under + name));
            MeasuredOutput out = new MeasuredOutput(zip);
            in.transferTo(out);
            zip.closeEntry();
            copied.add(new KeptFile(name, out.content()));
        } catch (NoSuchFileException e) {
            // Left out.
        }
    }
}
