package dev.tocsin;

import dev.tocsin.maintain.Restore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code restore}: brings a backup back into an empty data folder or database. */
@Command(name = "restore", description = "Bring a backup back, into an empty data folder or database.")
final class RestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "FILE", required = true, description = "What backup --to wrote.")
    private Path from = Path.of("");

    @Option(names = "--conf", paramLabel = "DIR", description = "As of run.")
    private @Nullable Path conf;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder to restore into. Default: ${DEFAULT-VALUE}.",
            defaultValue = "data")
    private Path data = Path.of("data");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "As of run.")
    private List<String> assignments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Path journal = data.resolve("journal");
        if (isFilled(journal)) {
            throw taken(journal + " is not empty");
        }
        Path key = data.resolve(LinkKey.NAME);
        if (Files.exists(key)) {
            throw taken(key + " is there already");
        }
        try (Restore restore = Restore.open(from);
                CommandDatabase database = CommandDatabase.ofIdle(conf, assignments, data)) {
            List<Long> counts = restore.database(database.address());
            BackupCommand.compare(from, restore.manifest(), counts);
            restore.files(data);
            PrintWriter out = spec.commandLine().getOut();
            out.println(from + ": restored into " + data + ", " + BackupCommand.contents(restore.manifest()));
            out.flush();
        }
        return 0;
    }

    private static IOException taken(String what) {
        return new IOException(what + ": restore into another folder with --data DIR, or move it away");
    }

    private static boolean isFilled(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isPresent();
        }
    }
}
