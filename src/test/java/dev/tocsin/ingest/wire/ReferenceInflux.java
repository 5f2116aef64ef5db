package dev.tocsin.ingest.wire;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of {@link InfluxParser}, written down the slow and obvious way: Strings and regular expressions, one
 * token after another. What the fast parser is compared with. Rows are {@code name value #tags @ms}, with the batch's
 * control bytes between tags, and without a time where there is none.
 */
final class ReferenceInflux {
    private static final class BadLine extends Exception {
        private static final long serialVersionUID = 1;
        final InfluxProblem problem;

        BadLine(InfluxProblem problem) {
            super(null, null, false, false);
            this.problem = problem;
        }
    }

    private static final String ESCAPE = "\\\\[,= \\\\]";
    private static final Pattern MEASUREMENT = Pattern.compile("(?:" + ESCAPE + "|[^, \n])*+");
    private static final Pattern KEY = Pattern.compile("(?:" + ESCAPE + "|[^,= \n])*+");
    private static final Pattern STRING = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*+\"", Pattern.DOTALL);
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern TIME = Pattern.compile("-?[0-9]{1,19}(?![0-9])");
    private static final Pattern SPACES = Pattern.compile(" *+");
    private static final Pattern INDENT = Pattern.compile("[ \t]*+");
    private static final Pattern END = Pattern.compile("\r?(?:\n|\\z)");
    private static final Pattern LINE = Pattern.compile("[^\n]*+(?:\n|\\z)");

    final List<String> rows = new ArrayList<>();
    /** What is wrong with each bad line; "?" where it has a backslash, as it may be read in another order then. */
    final List<String> problems = new ArrayList<>();

    int strings;

    private final InfluxPrecision precision;
    private final Matcher at;
    private final String text;
    private int p;

    ReferenceInflux(InfluxPrecision precision, byte[] body) {
        this.precision = precision;
        text = new String(body, StandardCharsets.ISO_8859_1);
        at = KEY.matcher(text);
        while (p < text.length()) {
            token(INDENT);
            int start = p;
            if (is('#')) {
                token(LINE);
            } else if (!ends() || p < text.length() && token(END) == null) {
                line(start);
            }
        }
    }

    private void line(int start) {
        List<String> made = new ArrayList<>();
        try {
            int textFields = read(made);
            rows.addAll(made);
            strings += textFields;
        } catch (BadLine e) {
            p = start;
            problems.add(token(LINE).contains("\\") ? "?" : e.problem.name());
        }
    }

    private int read(List<String> made) throws BadLine {
        String measurement = unescaped(token(MEASUREMENT));
        orElse(!measurement.isEmpty(), InfluxProblem.MISSING_MEASUREMENT);
        StringBuilder tags = new StringBuilder();
        while (taken(',')) {
            String key = token(KEY);
            orElse(!key.isEmpty(), InfluxProblem.MISSING_TAG_KEY);
            orElse(taken('='), InfluxProblem.MISSING_TAG_VALUE);
            String value = token(KEY);
            orElse(!is('='), InfluxProblem.INVALID_TAG);
            orElse(!value.isEmpty(), InfluxProblem.MISSING_TAG_VALUE);
            tags.append(tags.isEmpty() ? " #" : "\u001e").append(unescaped(key));
            tags.append('\u001f').append(unescaped(value));
        }
        token(SPACES);
        orElse(!ends(), InfluxProblem.MISSING_FIELDS);
        int textFields = 0;
        do {
            String key = token(KEY);
            orElse(!key.isEmpty(), InfluxProblem.MISSING_FIELD_KEY);
            orElse(taken('='), InfluxProblem.INVALID_FIELD);
            if (is('"')) {
                orElse(token(STRING) != null, InfluxProblem.UNBALANCED_QUOTES);
                orElse(endsField(), InfluxProblem.INVALID_FIELD);
                textFields++;
            } else {
                String name = unescaped(key).equals("value") ? measurement : measurement + "_" + unescaped(key);
                made.add(name + " " + value() + tags);
            }
        } while (taken(','));
        token(SPACES);
        if (!ends()) {
            String time = token(TIME);
            token(SPACES);
            orElse(time != null && ends(), InfluxProblem.BAD_TIMESTAMP);
            BigDecimal count = new BigDecimal(time);
            orElse(count.abs().compareTo(new BigDecimal(Long.MAX_VALUE)) <= 0, InfluxProblem.BAD_TIMESTAMP);
            made.replaceAll(row -> row + " @" + precision.toMillis(count.longValue()));
        }
        token(END);
        return textFields;
    }

    private double value() throws BadLine {
        String number = token(NUMBER);
        if (number != null) {
            double value = Double.parseDouble(number);
            boolean fits = true;
            if (taken('i')) {
                fits = INTEGER.matcher(number).matches() && Math.abs(value) <= 0x1p63;
            } else if (taken('u')) {
                fits = INTEGER.matcher(number).matches() && !number.startsWith("-") && value <= 0x1p64;
            }
            orElse(fits && endsField() && !Double.isInfinite(value), InfluxProblem.INVALID_NUMBER);
            return value;
        }
        String word = token(KEY);
        if (word.endsWith("\r") && (is('\n') || p == text.length())) {
            word = word.substring(0, word.length() - 1);
            p--;
        }
        orElse(!word.isEmpty(), InfluxProblem.MISSING_FIELD_VALUE);
        switch (word) {
            case "t", "T", "true", "True", "TRUE" -> {
                orElse(endsField(), InfluxProblem.INVALID_BOOLEAN);
                return 1;
            }
            case "f", "F", "false", "False", "FALSE" -> {
                orElse(endsField(), InfluxProblem.INVALID_BOOLEAN);
                return 0;
            }
            default ->
                throw new BadLine(
                        "tTfF".indexOf(word.charAt(0)) >= 0
                                ? InfluxProblem.INVALID_BOOLEAN
                                : InfluxProblem.INVALID_NUMBER);
        }
    }

    private static void orElse(boolean good, InfluxProblem problem) throws BadLine {
        if (!good) {
            throw new BadLine(problem);
        }
    }

    private static String unescaped(String token) {
        return token.replaceAll("\\\\([,= \\\\])", "$1").replaceAll("[\u001d-\u001f]", "_");
    }

    /** The token that stands here, which is passed over, or null. */
    private String token(Pattern pattern) {
        at.usePattern(pattern).region(p, text.length()).useTransparentBounds(true);
        if (!at.lookingAt()) {
            return null;
        }
        p = at.end();
        return at.group();
    }

    private boolean is(char c) {
        return p < text.length() && text.charAt(p) == c;
    }

    private boolean taken(char c) {
        if (!is(c)) {
            return false;
        }
        p++;
        return true;
    }

    /** Whether the line ends here. */
    private boolean ends() {
        at.usePattern(END).region(p, text.length());
        return at.lookingAt();
    }

    private boolean endsField() {
        return is(',') || is(' ') || ends();
    }
}
