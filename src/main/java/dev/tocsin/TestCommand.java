package dev.tocsin;

import dev.tocsin.config.RuleTestCheck;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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

    /** promtool's unit-test files. */
    @Command(name = "rules", description = "Run promtool's unit-test files.")
    int rules(@Parameters(paramLabel = "FILE", arity = "1..*") List<Path> files) {
        return RuleTestCheck.run(
                        files, spec.commandLine().getOut(), spec.commandLine().getErr())
                ? 0
                : 1;
    }
}
