package dev.tocsin;

import dev.tocsin.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0, 1 for what went wrong, 2 for a command line that can't be understood. */
@Command(
        name = "tocsin",
        description = "Real-time metrics: from a UDP packet to a page in about a second.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        subcommands = {
            CheckCommand.class,
            TestCommand.class,
            BacktestCommand.class,
            BackupCommand.class,
            ImportCommand.class,
            RestoreCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:well", "1:what went wrong is on standard error", "2:this command line is not understood"})
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        ServerStarter starter = (folder, settings, data) -> {
            Logging.configure(settings.log());
            return Tocsin.start(folder, settings, data);
        };
        System.exit(commandLine(new RunCommand(starter, new ProcessSignals())).execute(args));
    }

    static CommandLine commandLine(RunCommand run) {
        return new CommandLine(new Main()).addSubcommand(run).setExecutionExceptionHandler((e, line, parsed) -> {
            PrintWriter err = line.getErr();
            if (e instanceof ConfigException || e instanceof IOException || e instanceof IllegalArgumentException) {
                err.println(e.getMessage());
            } else {
                e.printStackTrace(err);
            }
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "expected a command: run, check, test, backtest, import, backup or restore");
    }

    /** What the jar's manifest says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"tocsin " + (version == null ? "development" : version)};
        }
    }
}
