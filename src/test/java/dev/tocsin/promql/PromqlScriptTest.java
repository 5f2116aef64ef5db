package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the evaluator to scripts in promqltest's language: those of {@code -Dpromql.scripts=DIR}, or by default our own
 * and, where that folder is there, {@code ../shared/promqltest}.
 *
 * <p>An eval that does not hold because its script loads no such data is told apart: where no loaded series matches one
 * of its selectors, and where {@code without-their-data.txt} says so.
 */
class PromqlScriptTest {
    private static final Path BASE = Path.of(System.getProperty("tocsin.basedir", "."));
    private static final Path OWN = BASE.resolve("src/test/resources/promql");

    @Test
    void everyEvalWhoseDataAreThereHolds() throws IOException {
        Set<String> withoutData = withoutData();
        List<String> failures = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        List<String> holdAfterAll = new ArrayList<>();
        int evals = 0;
        for (Path file : scripts()) {
            List<PromqlScript.Outcome> outcomes = PromqlScript.run(file);
            long held = outcomes.stream().filter(PromqlScript.Outcome::holds).count();
            System.out.printf("%s: %d of %d evals hold%n", file.getFileName(), held, outcomes.size());
            evals += outcomes.size();
            for (PromqlScript.Outcome outcome : outcomes) {
                boolean listed = withoutData.contains(file.getFileName() + " " + outcome.expression());
                String told = "%s:%d: %s%n    %s"
                        .formatted(file.getFileName(), outcome.line(), outcome.expression(), outcome.problem());
                if (outcome.holds()) {
                    if (listed) {
                        holdAfterAll.add(told);
                    }
                } else if (listed || outcome.lacksData()) {
                    lacking.add(told + "\n    (the script does not load the data that this needs)");
                } else {
                    failures.add(told);
                }
            }
        }
        lacking.forEach(System.out::println);
        failures.forEach(System.out::println);
        System.out.printf(
                "%d of %d evals hold; %d of the others lack their data%n",
                evals - failures.size() - lacking.size(), evals, lacking.size());
        assertThat(evals).isPositive();
        assertThat(failures).isEmpty();
        assertThat(holdAfterAll)
                .as("listed as lacking their data, but they hold")
                .isEmpty();
    }

    private static Set<String> withoutData() throws IOException {
        return new HashSet<>(Files.readAllLines(OWN.resolve("without-their-data.txt")));
    }

    private static List<Path> scripts() throws IOException {
        String chosen = System.getProperty("promql.scripts");
        List<Path> folders =
                chosen != null ? List.of(Path.of(chosen)) : List.of(OWN, BASE.resolve("../shared/promqltest"));
        List<Path> scripts = new ArrayList<>();
        for (Path folder : folders) {
            if (chosen != null || Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(f -> f.toString().endsWith(".test")).sorted().forEach(scripts::add);
                }
            }
        }
        return scripts;
    }
}
