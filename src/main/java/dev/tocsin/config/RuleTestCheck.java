package dev.tocsin.config;

import dev.tocsin.rule.RuleTestRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** What {@code test rules FILE…} says, in promtool's words. No state. */
public final class RuleTestCheck {
    private RuleTestCheck() {}

    /**
     * Runs each file's tests and prints a verdict: {@code SUCCESS}, or what was expected and what came.
     *
     * @param out where files and successes are told
     * @param err where failures are told
     * @return whether every test of every file holds
     */
    public static boolean run(List<Path> files, PrintWriter out, PrintWriter err) {
        boolean good = true;
        for (Path file : files) {
            out.println("Unit Testing:  " + file);
            out.flush();
            List<String> failures = failures(file, err);
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
        return good;
    }

    private static List<String> failures(Path file, PrintWriter err) {
        try {
            return RuleTestRun.run(new RuleTestFile(file, err).read());
        } catch (ConfigException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
