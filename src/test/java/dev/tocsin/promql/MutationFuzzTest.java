package dev.tocsin.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Promql.Experimental;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Mutates valid expressions, a million of them or {@code -Dtocsin.fuzz.inputs=N}: parsing and evaluating throw nothing
 * but {@link PromqlException}, and what parses prints to text that parses to the same.
 */
class MutationFuzzTest {
    private static final Path SCRIPTS = Path.of(System.getProperty("tocsin.basedir", "."), "src/test/resources/promql");
    private static final Pattern EVAL =
            Pattern.compile("eval(?:_\\w+)?\\s+(?:instant at \\S+|range from \\S+ to \\S+ step \\S+)\\s+(.+)");
    private static final String[] PIECES = {
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "@",
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "==",
        "!=",
        "<=",
        ">",
        "=~",
        "!~",
        "=",
        "\"",
        "'",
        "`",
        "\\",
        "#",
        "\n",
        " ",
        ".",
        "_",
        "0",
        "9",
        "5m",
        "1e",
        "0x",
        "1h30m",
        "NaN",
        "Inf",
        "m",
        "h_bucket",
        "by (l)",
        "without (",
        "on (",
        "ignoring()",
        "group_left",
        "group_right(l)",
        "bool",
        "and",
        "or",
        "unless",
        "atan2",
        "offset",
        "offset -1m",
        "@ start()",
        "[5m]",
        "[5m:1m]",
        "[1m:]",
        "sum(",
        "topk(2,",
        "quantile(0.5,",
        "count_values(\"l\",",
        "rate(",
        "avg_over_time(",
        "histogram_quantile(0.9,",
        "label_replace(",
        "absent(",
        "time()",
        "vector(1)",
        "scalar(",
        "\"$1\"",
        "\"(.*)\"",
        "\\xff",
        "é",
        "\ud83d",
        "\u0000",
        "1e308",
        "-9e18"
    };

    private final long seed = Long.getLong("tocsin.fuzz.seed", 20_261_121L);
    private final Random random = new Random(seed);

    @Test
    void nothingButPromqlExceptionIsThrown() throws IOException {
        int inputs = Integer.getInteger("tocsin.fuzz.inputs", 1_000_000);
        List<String> valid = expressions();
        Evaluator evaluator = new Evaluator(series(), new QueryLimits(1_000, 20_000, 1_000_000_000L));
        int parsed = 0;
        int evaluated = 0;
        for (int i = 0; i < inputs; i++) {
            String text = mutated(valid);
            try {
                Expr expr = Promql.parse(text, Experimental.ALLOWED);
                parsed++;
                String printed = expr.toString();
                String again = Promql.parse(printed, Experimental.ALLOWED).toString();
                if (!again.equals(printed)) {
                    throw new IllegalStateException("printed as " + printed + ", which parses to " + again);
                }
                if ((i & 1) == 0 || expr.type() == ExprType.MATRIX || expr.type() == ExprType.STRING) {
                    evaluator.instant(expr, 120_000, QueryOptions.DEFAULT);
                } else {
                    evaluator.range(expr, 0, 120_000, 30_000, QueryOptions.DEFAULT);
                }
                evaluated++;
            } catch (PromqlException e) {
                if (String.valueOf(e.getMessage()).isEmpty()) {
                    throw new IllegalStateException("an error without a message", e);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", input " + i + ": " + Printer.quote(text), e);
            }
        }
        System.out.printf("%d mutations (seed %d): %d parsed, %d evaluated%n", inputs, seed, parsed, evaluated);
        assertThat(evaluated).isGreaterThan(inputs / 20);
    }

    /** The expressions of our own scripts. */
    private static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".test")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    Matcher m = EVAL.matcher(line);
                    if (m.matches()) {
                        expressions.add(m.group(1));
                    }
                }
            }
        }
        assertThat(expressions).hasSizeGreaterThan(100);
        return expressions;
    }

    private String mutated(List<String> valid) {
        StringBuilder text = new StringBuilder(valid.get(random.nextInt(valid.size())));
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations; i++) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + 1 + random.nextInt(4));
            switch (random.nextInt(7)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 2 -> text.replace(at, to, PIECES[random.nextInt(PIECES.length)]);
                case 3 -> text.insert(at, text.substring(at, to));
                case 4 -> wrap(text);
                case 5 -> {
                    String[] operators = {" + ", " and ", " or ", " > ", " / on() ", " ^ ", ", "};
                    text.append(operators[random.nextInt(operators.length)])
                            .append(valid.get(random.nextInt(valid.size())));
                }
                default -> {
                    if (at < text.length()) {
                        text.setCharAt(at, (char) (32 + random.nextInt(95)));
                    }
                }
            }
        }
        return text.toString();
    }

    /** Puts a function or parentheses around it, which mostly leaves it valid. */
    private void wrap(StringBuilder text) {
        String[] before = {
            "(", "abs(", "sum(", "max_over_time((", "topk(1, ", "-", "histogram_quantile(0.5, ", "absent("
        };
        String[] after = {")", ")", ") by (l)", ")[2m:30s])", ")", "", ")", ")"};
        int i = random.nextInt(before.length);
        text.insert(0, before[i]).append(after[i]);
    }

    /** Series of the names that the scripts use, of numbers and distributions, with gaps and stale markers. */
    private static MemorySource series() {
        MemorySource source = new MemorySource();
        String[] names = {"m", "a", "b", "x", "cpu", "requests", "h_bucket", "v", "one", "limit", "owner"};
        for (int i = 0; i < names.length; i++) {
            for (String label : new String[] {"x", "y"}) {
                Labels labels = Labels.of("__name__", names[i], "l", label, "le", label.equals("x") ? "1" : "+Inf");
                for (int t = 0; t < 6; t++) {
                    long time = t * 20_000L;
                    if ((i + t) % 5 == 0) {
                        source.add(labels, time, dev.tocsin.core.Points.STALE);
                    } else if (i % 4 == 3 && t % 2 == 0) {
                        source.add(labels, time, Distribution.ofValues(BucketLayout.ONE_DIGIT, 1, t, 100));
                    } else {
                        source.add(labels, time, t == 3 ? Double.NaN : t * (i - 2.5));
                    }
                }
            }
        }
        return source;
    }
}
