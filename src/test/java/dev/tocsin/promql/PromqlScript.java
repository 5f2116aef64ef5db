package dev.tocsin.promql;

import dev.tocsin.core.Points;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.ScriptEval.Expectation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs one script of promqltest's language and keeps what did not hold. */
final class PromqlScript {
    private static final Pattern INSTANT = Pattern.compile("eval(_\\w+)?\\s+instant\\s+(?:at\\s+(\\S+))?\\s+(.+)");
    private static final Pattern RANGE =
            Pattern.compile("eval(_\\w+)?\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.+)");

    /**
     * What one eval came to.
     *
     * @param problem what did not hold; empty where all did
     * @param lacksData whether a selector matched nothing that the script has loaded
     */
    record Outcome(int line, String expression, String problem, boolean lacksData) {
        boolean holds() {
            return problem.isEmpty();
        }
    }

    private final List<String> lines;
    private final MemorySource source = new MemorySource();
    private final List<Outcome> outcomes = new ArrayList<>();
    private int at;

    private PromqlScript(List<String> lines) {
        this.lines = lines;
    }

    static List<Outcome> run(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .map(String::strip)
                .map(l -> l.startsWith("#") ? "" : l)
                .toList();
        PromqlScript script = new PromqlScript(lines);
        while (script.at < lines.size()) {
            script.command();
        }
        return script.outcomes;
    }

    private void command() {
        String line = lines.get(at);
        int start = ++at;
        if (line.isEmpty()) {
            return;
        }
        if (line.equals("clear")) {
            source.clear();
        } else if (line.startsWith("load")) {
            load(line.split("\\s+")[1], line.startsWith("load_with_nhcb"));
        } else if (line.startsWith("eval")) {
            eval(start, line);
        } else {
            throw new IllegalArgumentException("line " + start + ": not a command: " + line);
        }
    }

    private List<String> block() {
        List<String> block = new ArrayList<>();
        while (at < lines.size() && !lines.get(at).isEmpty()) {
            block.add(lines.get(at++));
        }
        return block;
    }

    /** @param withCustomBuckets whether classic histograms are loaded as histograms with custom buckets too */
    private void load(String step, boolean withCustomBuckets) {
        long stepMillis = PromDuration.parseMillis(step);
        ClassicHistograms classic = new ClassicHistograms();
        for (String line : block()) {
            try {
                SeriesNotation series = SeriesNotation.parse(line);
                Points points = series.points(0, stepMillis);
                source.addSeries(series.labels(), points);
                if (withCustomBuckets) {
                    classic.add(series.labels(), points);
                }
            } catch (IllegalArgumentException e) {
                System.out.println("not loaded: " + line + " (" + e.getMessage() + ")");
            }
        }
        classic.forEachWithCustomBuckets(source::addSeries);
    }

    private void eval(int line, String command) {
        List<String> below = block();
        try {
            ScriptEval eval = parse(command);
            below.forEach(eval.expected()::add);
            outcomes.add(new Outcome(line, eval.expression(), eval.run(source), eval.lacksData(source)));
        } catch (RuntimeException e) {
            outcomes.add(new Outcome(line, command, "the runner failed: " + e, false));
        }
    }

    private static ScriptEval parse(String command) {
        Matcher instant = INSTANT.matcher(command);
        Matcher range = RANGE.matcher(command);
        Expectation expectation = new Expectation();
        if (range.matches()) {
            expectation.deprecated(range.group(1));
            return new ScriptEval(
                    range.group(5), time(range.group(2)), time(range.group(3)), time(range.group(4)), expectation);
        }
        if (instant.matches()) {
            expectation.deprecated(instant.group(1));
            long time = instant.group(2) == null ? 0 : time(instant.group(2));
            return new ScriptEval(instant.group(3), time, time, 0, expectation);
        }
        throw new IllegalArgumentException("not an eval: " + command);
    }

    /** A duration, or a number of seconds. */
    static long time(String text) {
        boolean negative = text.startsWith("-");
        String body = negative ? text.substring(1) : text;
        boolean number = body.matches("[0-9.]+");
        long millis = number ? Math.round(Double.parseDouble(body) * 1000) : PromDuration.parseMillis(body);
        return negative ? -millis : millis;
    }
}
