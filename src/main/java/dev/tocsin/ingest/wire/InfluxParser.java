package dev.tocsin.ingest.wire;

import dev.tocsin.core.SampleBatch;

/**
 * InfluxDB line protocol, as InfluxDB 1.x and 2.x take it, into the rows of two {@link SampleBatch}es. Confined to one
 * thread. Allocates nothing but for numbers beyond 18 digits; throws nothing whatever the bytes are.
 *
 * <pre>
 *   line        = measurement *( "," tag-key "=" tag-value ) 1*" " field *( "," field ) [ 1*" " timestamp ]
 *   field       = field-key "=" ( float | integer "i" | unsigned "u" | boolean | string )
 *   boolean     = "t" | "T" | "true" | "True" | "TRUE" | "f" | "F" | "false" | "False" | "FALSE"
 *   string      = DQUOTE … DQUOTE             may hold newlines; \" and \\ inside
 *   timestamp   = [ "-" ] digits              in the request's precision, nanoseconds at first
 * </pre>
 *
 * A backslash before {@code , = space} or a backslash makes it an ordinary character; before anything else it stands for
 * itself. Lines that begin with {@code #}, and blank ones, are passed over; a "\r" before the newline is no part of the
 * line. (Line protocol reference, InfluxDB OSS 2.7 documentation.)
 *
 * <p><b>What a sample is.</b> Each field that is a number or a boolean (1 or 0) is a gauge. Its name is
 * {@code measurement_field}, or {@code measurement} alone where the field is called {@code value}; tags become labels. A
 * string field makes no sample and is counted as skipped. A line that cannot be read is one rejected sample, whatever
 * fields it has: nothing of it is taken. It ends at its first newline, even inside a string, so that one forgotten quote
 * does not swallow the lines after it.
 */
public final class InfluxParser {
    /** Is told of every line that cannot be read, in order. */
    @FunctionalInterface
    public interface BadLines {
        /** The bytes are the parser's: only valid during the call, and anything may stand in them. */
        void badLine(InfluxProblem problem, byte[] bytes, int from, int to);
    }

    /** How many bytes after the lines the batch's array must have (it is made to), all free for the parser. */
    public static final int PADDING = 4 * Long.BYTES;

    public static final int MAX_LINE_BYTES = 64 << 10;

    /** Once so many bytes of names were made, the rest is for the next call. */
    private static final int ENOUGH_NAME_BYTES = 256 << 10;

    private final WireCounts counts;
    private final BadLines badLines;
    private final InfluxLine asSent = new InfluxLine(InfluxSeparators.AS_SENT);
    private final InfluxLine unescaped = new InfluxLine(InfluxSeparators.UNESCAPED);

    public InfluxParser(WireCounts counts, BadLines badLines) {
        this.counts = counts;
        this.badLines = badLines;
    }

    /** A batch for lines as they are. */
    public static SampleBatch batch(int capacity, int byteCapacity) {
        return new SampleBatch(capacity, byteCapacity, (byte) ',', (byte) '=');
    }

    /** A batch for lines with escapes: in it, names and labels stand without them. */
    public static SampleBatch unescapedBatch() {
        return new SampleBatch(16, 0, InfluxSeparators.UNESCAPED.comma, InfluxSeparators.UNESCAPED.equalSign);
    }

    /**
     * Adds what {@code lines.bytes[from, to)} holds to the rows of both batches, which have none yet. What stands in the
     * array from {@code to} on is overwritten.
     *
     * @param escaped from {@link #unescapedBatch()}: gets the samples of lines that have an escape in a name or tag
     * @param last whether the body ends at {@code to}; otherwise the line that is not yet whole is left alone
     * @return the position of the first byte not read: call again from there, until it is {@code from} itself or
     *     {@code to}; then what is left is the beginning of a line
     */
    public int parse(
            SampleBatch lines, SampleBatch escaped, InfluxPrecision precision, int from, int to, boolean last) {
        asSent.setPrecision(precision);
        unescaped.setPrecision(precision);
        lines.length = to;
        lines.ensureBytes(PADDING);
        lines.bytes[to] = '\n';
        int namesStart = to + PADDING;
        lines.length = namesStart;
        int p = from;
        while (p < to && lines.length + escaped.length - namesStart < ENOUGH_NAME_BYTES) {
            int newline = line(lines, escaped, p, to, last);
            if (newline < 0) {
                return p;
            }
            p = newline + 1;
        }
        return Math.min(p, to);
    }

    /** Counts the beginning of a line that is too long to be read whole. */
    public void rejectTooLong(byte[] bytes, int from, int to) {
        reject(InfluxProblem.LINE_TOO_LONG, bytes, from, to);
    }

    /** Reads one line; returns where its newline stands, or -1 where the line is not yet whole. */
    private int line(SampleBatch lines, SampleBatch escaped, int from, int to, boolean last) {
        byte[] bytes = lines.bytes;
        int start = from;
        while (bytes[start] == ' ' || bytes[start] == '\t') {
            start++;
        }
        if (bytes[start] == '#' || bytes[start] == '\n' || bytes[start] == '\r' && bytes[start + 1] == '\n') {
            int newline = ByteScan.newline(bytes, start);
            return newline < to || last ? newline : -1;
        }
        int rowsBefore = lines.size();
        int lengthBefore = lines.length;
        int end = asSent.read(lines, start, to);
        if (end >= 0 && (end < to || last)) {
            countStrings(asSent.strings);
            return end;
        }
        lines.truncate(rowsBefore);
        lines.length = lengthBefore;
        if (end == InfluxLine.ESCAPED) {
            return escapedLine(lines.bytes, escaped, start, to, last);
        }
        boolean reachedTheEnd = end == InfluxLine.OPEN_STRING || end >= 0 || asSent.problemAt >= to;
        return reachedTheEnd && !last && to - start <= MAX_LINE_BYTES
                ? -1
                : rejectLine(end == InfluxLine.REJECTED ? asSent.problem : unended(last), lines.bytes, start, to, last);
    }

    private int escapedLine(byte[] bytes, SampleBatch escaped, int start, int to, boolean last) {
        int rowsBefore = escaped.size();
        int lengthBefore = escaped.length;
        int end = unescape(bytes, start, to, escaped);
        if (end == to && !last) {
            escaped.length = lengthBefore;
            return to - start <= MAX_LINE_BYTES ? -1 : rejectLine(InfluxProblem.LINE_TOO_LONG, bytes, start, to, false);
        }
        int lineEnd = escaped.length;
        escaped.ensureBytes(PADDING);
        escaped.bytes[lineEnd] = '\n';
        escaped.length += PADDING;
        int read = unescaped.read(escaped, lengthBefore, lineEnd);
        if (read == lineEnd) {
            countStrings(unescaped.strings);
            return end;
        }
        escaped.truncate(rowsBefore);
        escaped.length = lengthBefore;
        return rejectLine(read == InfluxLine.REJECTED ? unescaped.problem : unended(last), bytes, start, to, last);
    }

    /**
     * Appends the line to the batch with every escape resolved and every separator replaced by the control byte that
     * means it; strings stay as they are. Control bytes that were sent become '_'.
     *
     * @return where the line's newline stands; {@code to} where the bytes end before, be it inside a string
     */
    private static int unescape(byte[] bytes, int start, int to, SampleBatch out) {
        out.ensureBytes(to - start + PADDING);
        byte[] target = out.bytes;
        int at = out.length;
        InfluxSeparators separators = InfluxSeparators.UNESCAPED;
        boolean inMeasurement = true;
        boolean inFields = false;
        int p = start;
        for (; bytes[p] != '\n'; p++) {
            byte b = bytes[p];
            switch (b) {
                case '\\' -> target[at++] = isEscapable(bytes[p + 1]) ? bytes[++p] : b;
                case ',' -> {
                    inMeasurement = false;
                    target[at++] = separators.comma;
                }
                case ' ' -> {
                    inMeasurement = false;
                    inFields = true;
                    target[at++] = separators.space;
                }
                case '=' -> {
                    target[at++] = inMeasurement ? b : separators.equalSign;
                    if (inFields && bytes[p + 1] == '"') {
                        int quote = InfluxLine.closingQuote(bytes, p + 2, to);
                        int string = (quote < 0 ? to : quote + 1) - (p + 1);
                        System.arraycopy(bytes, p + 1, target, at, string);
                        at += string;
                        p += string;
                        if (quote < 0) {
                            out.length = at;
                            return to;
                        }
                    }
                }
                case 0x1d, 0x1e, 0x1f -> target[at++] = '_';
                default -> target[at++] = b;
            }
        }
        out.length = at;
        return p;
    }

    private static InfluxProblem unended(boolean last) {
        return last ? InfluxProblem.UNBALANCED_QUOTES : InfluxProblem.LINE_TOO_LONG;
    }

    private static boolean isEscapable(byte b) {
        return b == ',' || b == '=' || b == ' ' || b == '\\';
    }

    /** Counts a line that cannot be read, up to its first newline; returns where that stands, or -1 where it may follow. */
    private int rejectLine(InfluxProblem problem, byte[] bytes, int start, int to, boolean last) {
        int newline = ByteScan.newline(bytes, start);
        if (newline >= to && !last) {
            return -1;
        }
        int end = newline > start && bytes[newline - 1] == '\r' ? newline - 1 : newline;
        reject(problem, bytes, start, end);
        return newline;
    }

    private void reject(InfluxProblem problem, byte[] bytes, int from, int to) {
        counts.reject(problem.reason(), bytes, from, to);
        badLines.badLine(problem, bytes, from, to);
    }

    private void countStrings(int strings) {
        for (int i = 0; i < strings; i++) {
            counts.skip(WireCounts.SkippedField.STRING);
        }
    }
}
