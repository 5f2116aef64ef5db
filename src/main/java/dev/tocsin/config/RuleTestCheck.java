package dev.tocsin.config;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Regex;
import dev.tocsin.rule.RuleTestRun;
import dev.tocsin.rule.RuleTests;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code test rules FILE…} says, in promtool's words. One use. */
public final class RuleTestCheck {
    /**
     * What promtool's flags of the same names ask for.
     *
     * @param run only test groups are run in whose name one of these is found; all, where it is empty
     * @param diff whether only what differs is told of an unexpected result, in colours
     * @param junit where results are written as JUnit's XML; null for nowhere
     */
    public record Options(
            List<Regex> run, boolean diff, @Nullable Path junit) {
        public static final Options NONE = new Options(List.of(), false, null);

        /**
         * @param run expressions to be found anywhere in a name
         * @throws IllegalArgumentException where one is no regular expression
         */
        public static Options of(List<String> run, boolean diff, @Nullable Path junit) {
            return new Options(
                    run.stream()
                            .map(text -> Regex.compile(".*(?:" + text + ").*"))
                            .toList(),
                    diff,
                    junit);
        }

        private boolean isAsked(RuleTests.Case test) {
            return run.isEmpty() || run.stream().anyMatch(regex -> regex.matches(test.name()));
        }
    }

    private final Options options;
    private final PrintWriter err;
    private final JunitReport junit = new JunitReport();

    private RuleTestCheck(Options options, PrintWriter err) {
        this.options = options;
        this.err = err;
    }

    /**
     * Runs each file's tests and prints a verdict: {@code SUCCESS}, or what was expected and what came.
     *
     * @param out where files and successes are told
     * @param err where failures are told
     * @return whether every test of every file holds, and they were written where that was asked
     */
    public static boolean run(List<Path> files, Options options, PrintWriter out, PrintWriter err) {
        return new RuleTestCheck(options, err).run(files, out);
    }

    private boolean run(List<Path> files, PrintWriter out) {
        boolean good = true;
        for (Path file : files) {
            out.println("Unit Testing:  " + file);
            out.flush();
            List<String> failures = failures(file);
            if (failures.isEmpty()) {
                out.println("  SUCCESS");
            } else {
                err.println("  FAILED:");
                failures.forEach(err::println);
                err.flush();
                good = false;
            }
            out.println();
            out.flush();
        }
        return writeJunit() && good;
    }

    private List<String> failures(Path file) {
        try {
            RuleTests tests = new RuleTestFile(file, err).read();
            List<String> failures = new ArrayList<>();
            Map<String, List<String>> byCase = new LinkedHashMap<>();
            for (RuleTests.Case test : tests.cases()) {
                if (options.isAsked(test)) {
                    List<String> failed = RuleTestRun.run(tests, test, options.diff);
                    failures.addAll(failed);
                    byCase.computeIfAbsent(test.name(), n -> new ArrayList<>()).addAll(failed);
                }
            }
            junit.add(file.toString(), byCase);
            return failures;
        } catch (ConfigException e) {
            String reason = String.valueOf(e.getMessage());
            junit.addError(file.toString(), reason);
            return List.of(reason);
        }
    }

    private boolean writeJunit() {
        if (options.junit == null) {
            return true;
        }
        try {
            junit.write(options.junit, Instant.ofEpochMilli(Clock.system().wallMillis()));
            return true;
        } catch (IOException e) {
            err.println("failed to write JUnit XML to " + options.junit + ": " + e);
            err.flush();
            return false;
        }
    }
}
