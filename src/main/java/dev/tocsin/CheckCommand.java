package dev.tocsin;

import dev.tocsin.config.AlertmanagerFile;
import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigFolder;
import dev.tocsin.config.RuleCheck;
import dev.tocsin.config.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code check}: says what is wrong with configuration files, without running anything. */
@Command(name = "check", description = "Check configuration files.")
final class CheckCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected what to check: config, rules or alertmanager");
    }

    /** Everything that {@code run} would read. */
    @Command(name = "config", description = "Check a whole configuration folder, as run would read it.")
    int config(
            @Option(
                            names = "--conf",
                            paramLabel = "DIR",
                            description = "Default: ./conf where there is one, else the one inside the program.")
                    @Nullable
                    Path conf,
            @Option(names = "--set", paramLabel = "KEY=VALUE", description = "As for run.") @Nullable
                    List<String> assignments)
            throws ConfigException {
        ConfigFolder folder = ConfigFolder.resolve(conf);
        Settings settings = Settings.read(
                folder.settings(), System.getenv(), assignments == null ? new ArrayList<>() : assignments);
        Configuration configuration = Configuration.read(folder, settings);
        spec.commandLine()
                .getOut()
                .println(folder.name() + ": SUCCESS: "
                        + configuration.ruleCount() + " rules, "
                        + configuration.alerting().routing().receivers().size() + " receivers, "
                        + configuration.dashboards().size() + " dashboards, "
                        + configuration.checks().size() + " checks, "
                        + configuration.datasets().size() + " data sets, "
                        + configuration.scrapes().size() + " scrape jobs");
        return 0;
    }

    /** Prometheus' rule files, each with a verdict and, where it failed, all that is wrong. */
    @Command(name = "rules", description = "Check rule files.")
    int rules(@Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files) {
        return RuleCheck.check(files, spec.commandLine().getOut()) ? 0 : 1;
    }

    /** Alertmanager's configuration. Relative paths in it begin at its folder. */
    @Command(name = "alertmanager", description = "Check a file in Alertmanager's format.")
    int alertmanager(@Parameters(paramLabel = "FILE") Path file) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Path folder = file.resolveSibling("");
            AlertmanagerFile read = AlertmanagerFile.parse(ConfigFolder.readFile(file), folder, System.getenv());
            out.println(file + ": SUCCESS: " + read.routing().receivers().size() + " receivers found");
            return 0;
        } catch (ConfigException e) {
            out.println(file + ": FAILED");
            out.println("  " + e.getMessage());
            return 1;
        }
    }
}
