package dev.tocsin;

import dev.tocsin.config.RuleTestCheck;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code test}: runs unit tests of rules, without a server. */
@Command(name = "test", description = "Run unit tests of rules.")
final class TestCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected what to test: rules");
    }

    /** promtool's unit-test files, with promtool's flags. */
    @Command(name = "rules", description = "Run promtool's unit-test files.")
    int rules(
            @Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files,
            @Option(
                            names = "--run",
                            paramLabel = "REGEX",
                            description = "Only test groups in whose name it is found; may be repeated.")
                    @Nullable
                    List<String> run,
            @Option(names = "--diff", description = "Tell only what differs, in colours.") boolean diff,
            @Option(names = "--junit", paramLabel = "FILE", description = "Write results as JUnit's XML, too.")
                    @Nullable
                    Path junit) {
        RuleTestCheck.Options options;
        try {
            options = RuleTestCheck.Options.of(run == null ? List.of() : run, diff, junit);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--run: " + e.getMessage());
        }
        return RuleTestCheck.run(
                        files,
                        options,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())
                ? 0
                : 1;
    }
}
