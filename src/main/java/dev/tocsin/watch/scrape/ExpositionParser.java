package dev.tocsin.watch.scrape;

import dev.tocsin.core.Decimal;
import java.nio.charset.StandardCharsets;

/**
 * Reads Prometheus' text format 0.0.4 and OpenMetrics 1.0 line by line, in place: a series is told as the range of its
 * bytes, so that nothing is made of one that is known. Labels are only looked into by {@link SeriesText}. Confined to one
 * thread.
 *
 * <pre>
 *   http_requests_total{method="post",code="200"} 1027 1395066363000
 *   ^seriesStart                    seriesEnd^    ^value ^time, ms (OpenMetrics: s, with a fraction)
 *
 *   # TYPE http_requests_total counter            (OpenMetrics also: # UNIT, # EOF, and exemplars after a sample)
 * </pre>
 *
 * Surprising: what OpenMetrics forbids beyond its grammar (metrics interleaved, a counter without {@code _total}) is
 * read, as Prometheus reads it.
 */
final class ExpositionParser {
    /** {@link #timeMillis} of a sample that bears none. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int MOST_SHOWN = 80;

    enum Line {
        SERIES,
        TYPE,
        HELP,
        UNIT,
        END
    }

    private final Decimal decimal = new Decimal();
    private byte[] bytes = new byte[1];
    private int end;
    private boolean openMetrics;
    private int position;
    private int lineNumber;
    private boolean sawEnd;

    int seriesStart;
    int seriesEnd;
    double value;
    long timeMillis;
    boolean hasExemplar;
    /** Of a line about a metric, its name. */
    int nameStart;

    int nameEnd;
    /** Of a line about a metric, what it says. */
    int textStart;

    int textEnd;

    /** @param text of which {@code length} bytes are the exposition; one more byte must have room after them */
    void begin(byte[] text, int length, boolean isOpenMetrics) {
        bytes = text;
        end = length;
        openMetrics = isOpenMetrics;
        position = 0;
        lineNumber = 0;
        sawEnd = false;
        if (end > 0 && text[end - 1] != '\n' && !openMetrics) {
            end++;
        }
        // Numbers and names end there at the latest.
        text[length] = '\n';
    }

    /** The next line that says something; its parts stand in the fields until the next call. */
    Line next() throws ScrapeException {
        while (position < end) {
            lineNumber++;
            int start = position;
            int stop = lineEnd(start);
            position = stop + 1;
            if (sawEnd) {
                throw error(start, "there is text after # EOF");
            }
            if (openMetrics && stop == end) {
                throw error(start, "the text ends within a line, it must end with # EOF");
            }
            int first = openMetrics ? start : blanks(start);
            if (first == stop) {
                if (openMetrics) {
                    throw error(start, "an empty line");
                }
                continue;
            }
            if (bytes[first] != '#') {
                sample(first, stop);
                return Line.SERIES;
            }
            Line said = comment(first, stop);
            if (said != Line.END) {
                return said;
            }
        }
        if (openMetrics && !sawEnd) {
            throw new ScrapeException(ScrapeOutcome.MALFORMED, "the text does not end with # EOF");
        }
        return Line.END;
    }

    private int lineEnd(int from) {
        int p = from;
        byte[] b = bytes;
        while (b[p] != '\n') {
            p++;
        }
        return p;
    }

    private int blanks(int from) {
        int p = from;
        while (bytes[p] == ' ' || bytes[p] == '\t') {
            p++;
        }
        return p;
    }

    private void sample(int start, int stop) throws ScrapeException {
        byte[] b = bytes;
        int p = name(start);
        if (p == start) {
            throw error(start, "expected the name of a metric");
        }
        int braces = openMetrics ? p : blanks(p);
        if (b[braces] == '{') {
            p = closing(braces, stop);
            if (p < 0) {
                throw error(start, "a { without its }");
            }
        }
        seriesStart = start;
        seriesEnd = p;
        int next = separator(start, p);
        p = number(next);
        if (p == next) {
            throw error(start, "expected a value, found \"" + word(next, stop) + "\"");
        }
        value = decimal.value;
        timeMillis = NO_TIME;
        hasExemplar = false;
        int time = openMetrics ? time(start, p, stop) : blanks(p);
        if (!openMetrics && time > p && time < stop) {
            time = blanks(wholeMillis(start, time, stop));
        }
        p = time;
        if (p != stop) {
            throw error(start, "expected the end of the line, found \"" + word(p, stop) + "\"");
        }
    }

    /** The position after blanks of which there must be one, or in OpenMetrics exactly one, but after a brace. */
    private int separator(int start, int from) throws ScrapeException {
        int p = from;
        if (openMetrics) {
            p += bytes[p] == ' ' ? 1 : 0;
        } else {
            p = blanks(p);
        }
        if (p == from && (openMetrics || bytes[from - 1] != '}')) {
            throw error(start, "expected a blank and a value");
        }
        return p;
    }

    /** The position after the brace that closes, -1 where none does on this line. */
    private int closing(int open, int stop) {
        byte[] b = bytes;
        boolean quoted = false;
        for (int p = open + 1; p < stop; p++) {
            byte c = b[p];
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted) {
                p += c == '\\' ? 1 : 0;
            } else if (c == '}') {
                return p + 1;
            }
        }
        return -1;
    }

    private int number(int from) {
        int p = decimal.read(bytes, from);
        return p > from ? p : word(from);
    }

    /** A number by name: NaN, Inf, Infinity, signed or not, in any case. */
    private int word(int from) {
        int p = from;
        boolean negative = bytes[p] == '-';
        p += negative || bytes[p] == '+' ? 1 : 0;
        if (matches(p, "inf")) {
            decimal.value = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            return p + (matches(p, "infinity") ? 8 : 3);
        }
        if (p == from && matches(p, "nan")) {
            decimal.value = Double.NaN;
            return p + 3;
        }
        return from;
    }

    private boolean matches(int from, String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            // A line end is no letter, and stands before the end of the bytes: nothing is read beyond them.
            if ((bytes[from + i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int wholeMillis(int start, int from, int stop) throws ScrapeException {
        int p = from;
        boolean negative = bytes[p] == '-';
        p += negative || bytes[p] == '+' ? 1 : 0;
        int digits = p;
        long millis = 0;
        while (bytes[p] >= '0' && bytes[p] <= '9' && p - digits < 18) {
            millis = millis * 10 + bytes[p++] - '0';
        }
        if (p == digits) {
            throw error(start, "expected a time in ms, found \"" + word(from, stop) + "\"");
        }
        timeMillis = negative ? -millis : millis;
        return p;
    }

    /** OpenMetrics: a time in seconds, an exemplar, both may be missing. */
    private int time(int start, int from, int stop) throws ScrapeException {
        int p = from;
        if (p < stop && bytes[p] == ' ' && bytes[p + 1] != '#') {
            int after = decimal.read(bytes, p + 1);
            if (after == p + 1 || !(Math.abs(decimal.value) < 1e15)) {
                throw error(start, "expected a time in s, found \"" + word(p + 1, stop) + "\"");
            }
            timeMillis = Math.round(decimal.value * 1_000);
            p = after;
        }
        if (p + 2 < stop && bytes[p] == ' ' && bytes[p + 1] == '#') {
            p = exemplar(start, p, stop);
        }
        return p;
    }

    /** {@code # {trace_id="x"} 0.5 1520879607.789}: looked at for its shape, and dropped. */
    private int exemplar(int start, int from, int stop) throws ScrapeException {
        double itsSample = value;
        int open = from + 3;
        int p = bytes[from + 2] == ' ' && bytes[open] == '{' ? closing(open, stop) : -1;
        if (p < 0 || bytes[p] != ' ') {
            throw error(start, "expected an exemplar like # {trace_id=\"1\"} 0.5");
        }
        SeriesText.check(bytes, open, p, this::errorOfLine);
        int after = number(p + 1);
        if (after == p + 1) {
            throw error(start, "an exemplar without a value");
        }
        p = after;
        if (bytes[p] == ' ') {
            after = decimal.read(bytes, p + 1);
            if (after == p + 1) {
                throw error(start, "expected an exemplar's time in s, found \"" + word(p + 1, stop) + "\"");
            }
            p = after;
        }
        value = itsSample;
        hasExemplar = true;
        return p;
    }

    /** @return {@link Line#END} where it is a comment that says nothing */
    private Line comment(int start, int stop) throws ScrapeException {
        int p = openMetrics ? start + 1 : blanks(start + 1);
        if (openMetrics) {
            if (bytes[p] != ' ') {
                throw error(start, "expected # TYPE, # HELP, # UNIT or # EOF");
            }
            p++;
            if (stop - p == 3 && matches(p, "eof")) {
                sawEnd = true;
                return Line.END;
            }
        }
        Line kind = p + 5 > stop || bytes[p + 4] != ' ' && bytes[p + 4] != '\t'
                ? Line.END
                : isWord(p, "TYPE")
                        ? Line.TYPE
                        : isWord(p, "HELP") ? Line.HELP : isWord(p, "UNIT") && openMetrics ? Line.UNIT : Line.END;
        if (kind == Line.END) {
            if (openMetrics) {
                throw error(start, "expected # TYPE, # HELP, # UNIT or # EOF");
            }
            return Line.END;
        }
        nameStart = openMetrics ? p + 5 : blanks(p + 5);
        nameEnd = name(nameStart);
        if (nameEnd == nameStart) {
            throw error(start, "expected the name of a metric after " + kind);
        }
        textStart = openMetrics ? nameEnd + (bytes[nameEnd] == ' ' ? 1 : 0) : blanks(nameEnd);
        textEnd = stop;
        if (kind != Line.HELP) {
            while (!openMetrics && textEnd > textStart && (bytes[textEnd - 1] == ' ' || bytes[textEnd - 1] == '\t')) {
                textEnd--;
            }
            check(kind, start);
        }
        return kind;
    }

    private void check(Line kind, int start) throws ScrapeException {
        if (kind == Line.TYPE && MetricType.of(bytes, textStart, textEnd, openMetrics) == null) {
            throw error(start, "invalid metric type \"" + word(textStart, textEnd) + "\"");
        }
        int length = textEnd - textStart;
        boolean isSuffix = nameEnd - nameStart > length
                && bytes[nameEnd - length - 1] == '_'
                && java.util.Arrays.equals(bytes, nameEnd - length, nameEnd, bytes, textStart, textEnd);
        if (kind == Line.UNIT && length > 0 && !isSuffix) {
            throw error(start, "the unit is not the end of the metric's name");
        }
    }

    private boolean isWord(int from, String upperCase) {
        for (int i = 0; i < upperCase.length(); i++) {
            if (bytes[from + i] != upperCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int name(int from) {
        int p = from;
        while (isNameByte(bytes[p]) && (p > from || bytes[p] < '0' || bytes[p] > '9')) {
            p++;
        }
        return p;
    }

    static boolean isNameByte(byte b) {
        return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == ':';
    }

    private String word(int from, int to) {
        return new String(bytes, from, Math.min(to, from + MOST_SHOWN) - from, StandardCharsets.UTF_8);
    }

    private ScrapeException error(int from, String problem) {
        return new ScrapeException(
                ScrapeOutcome.MALFORMED,
                "line " + lineNumber + ": " + problem + ": "
                        + word(from, lineEnd(from)).replaceAll("\\p{Cntrl}", "?"));
    }

    /** An error in the line that was read last. */
    ScrapeException errorOfLine(String problem) {
        int start = position - 1;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return error(start, problem);
    }
}
