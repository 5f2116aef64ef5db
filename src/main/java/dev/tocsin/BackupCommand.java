package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.maintain.Backup;
import dev.tocsin.maintain.BackupManifest;
import dev.tocsin.maintain.Restore;
import dev.tocsin.store.embedded.Folders;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code backup}: writes one while the server runs, or tries one out on a database of its own. */
@Command(name = "backup", description = "Write a backup of history and state, or verify one.")
final class BackupCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private What what;

    @Option(names = "--conf", paramLabel = "DIR", description = "As of run.")
    private @Nullable Path conf;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of the server. Default: ${DEFAULT-VALUE}.",
            defaultValue = "data")
    private Path data = Path.of("data");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "As of run.")
    private List<String> assignments = new ArrayList<>();

    /** One of both. */
    static final class What {
        @Option(names = "--to", paramLabel = "FILE", description = "Write one; a server may run meanwhile.")
        private @Nullable Path to;

        @Option(
                names = "--verify",
                paramLabel = "FILE",
                description = "Restore one into a scratch database, and compare its rows with those counted.")
        private @Nullable Path verify;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (what.to != null) {
            try (CommandDatabase database = CommandDatabase.ofAny(conf, assignments, data)) {
                Instant now = Instant.ofEpochMilli(Clock.system().wallMillis());
                BackupManifest made = Backup.write(database.address(), data, List.of(LinkKey.NAME), what.to, now);
                out.println(what.to + ": " + contents(made));
            }
        } else if (what.verify != null) {
            BackupManifest verified = verify(what.verify);
            out.println(what.verify + ": verified, " + contents(verified));
        }
        out.flush();
        return 0;
    }

    static String contents(BackupManifest of) {
        return of.rows() + " rows in " + of.tables().size() + " tables, "
                + of.journal().size() + " journal files"
                + (of.files().isEmpty() ? "" : ", the key of links")
                + ", made " + of.madeAt();
    }

    private static BackupManifest verify(Path file) throws Exception {
        Path scratch = Files.createTempDirectory("tocsin-verify");
        try (Restore restore = Restore.open(file)) {
            try (CommandDatabase database = CommandDatabase.scratch(scratch)) {
                compare(file, restore.manifest(), restore.database(database.address()));
            }
            return restore.manifest();
        } finally {
            Folders.delete(scratch);
        }
    }

    static void compare(Path file, BackupManifest manifest, List<Long> counts) throws IOException {
        for (int i = 0; i < counts.size(); i++) {
            BackupManifest.Table table = manifest.tables().get(i);
            if (counts.get(i) != table.rows()) {
                throw new IOException(file + ": " + table.name() + " has " + counts.get(i)
                        + " rows when restored, and had " + table.rows());
            }
        }
    }
}
