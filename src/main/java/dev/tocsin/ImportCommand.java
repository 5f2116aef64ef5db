package dev.tocsin;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.convert.Conversion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import}: turns files of other products into a configuration folder. */
@Command(
        name = "import",
        description =
                "Turn an alerting.json, CloudFormation templates with CloudWatch alarms and dashboards, or the body"
                        + " of a CloudWatch dashboard into configuration files.")
final class ImportCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "1..*")
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private List<Path> files;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "The folder; nothing that is in it already is overwritten.")
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private Path folder;

    @Option(names = "--parameter", paramLabel = "NAME=VALUE", description = "Of a template, instead of its default.")
    private Map<String, String> parameters = Map.of();

    @Override
    public void run() {
        try {
            write();
        } catch (ConfigException | IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void write() throws ConfigException, IOException {
        Conversion conversion = new Conversion(parameters);
        for (Path file : files) {
            conversion.add(ConfigFolder.readFile(file));
        }
        for (String path : conversion.files().keySet()) {
            if (Files.exists(folder.resolve(path))) {
                throw new FileAlreadyExistsException(
                        folder.resolve(path) + " is there already, and is not overwritten");
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Map.Entry<String, String> file : conversion.files().entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.resolveSibling(""));
            Files.writeString(target, file.getValue());
            out.println(target);
        }
        out.println(conversion.ruleCount() + " rules and " + conversion.dashboardCount() + " dashboards; what has no"
                + " equivalent is said in comments. See: check config --conf " + folder);
    }
}
