package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The unit tests that are shipped beside the rules, in promtool's format. */
class ShippedRuleTestsTest {
    private static final Path RULES = Path.of(System.getProperty("tocsin.basedir", "."), "conf", "rules");

    static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.list(RULES.resolve("tests"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("tests")
    void rulesSayWhatTheirTestsSay(Path file) {
        StringWriter said = new StringWriter();

        boolean passed = RuleTestCheck.run(
                List.of(file), RuleTestCheck.Options.NONE, new PrintWriter(said), new PrintWriter(said));

        assertThat(passed).as(said.toString()).isTrue();
    }
}
