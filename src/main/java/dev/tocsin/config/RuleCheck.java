package dev.tocsin.config;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** What {@code check rules FILE…} says. No state. */
public final class RuleCheck {
    private RuleCheck() {}

    /**
     * Prints one verdict a file: {@code FILE: SUCCESS: N rules found}, or {@code FILE: FAILED} and beneath it every
     * problem with file, line and key.
     *
     * @return whether all files are good
     */
    public static boolean check(List<Path> files, PrintWriter out) {
        boolean good = true;
        for (Path file : files) {
            good &= check(file, out);
        }
        out.flush();
        return good;
    }

    private static boolean check(Path file, PrintWriter out) {
        try {
            RuleFileReader reader = new RuleFileReader(ConfigFolder.readFile(file), Settings.LEAST_TICK);
            RuleFile rules = reader.read();
            if (reader.problems().isEmpty()) {
                int count = rules.ruleCount();
                out.println(file + ": SUCCESS: " + count + (count == 1 ? " rule" : " rules") + " found");
                rules.warnings().forEach(warning -> out.println("  warning: " + warning));
                return true;
            }
            out.println(file + ": FAILED");
            reader.problems().forEach(problem -> out.println("  " + problem.getMessage()));
        } catch (ConfigException e) {
            out.println(file + ": FAILED");
            out.println("  " + e.getMessage());
        }
        return false;
    }
}
