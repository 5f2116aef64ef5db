package dev.tocsin.ingest.wire;

import static dev.tocsin.ingest.wire.WireCounts.SkippedField.CARDINALITY;
import static dev.tocsin.ingest.wire.WireCounts.SkippedField.CONTAINER;
import static dev.tocsin.ingest.wire.WireCounts.SkippedField.EXTERNAL_DATA;
import static dev.tocsin.ingest.wire.WireCounts.SkippedField.OTHER;

import dev.tocsin.core.Decimal;
import dev.tocsin.core.KeyHash;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;

/**
 * DogStatsD v1.0 to v1.6, and plain StatsD, out of one datagram into the rows of a {@link SampleBatch}. Confined to
 * one thread. Allocates nothing, except for numbers beyond 18 digits and for events and service checks; throws nothing
 * whatever the bytes are.
 *
 * <pre>
 *   datagram   = line *( "\n" line )                      a "\r" before the newline is no part of the line
 *   line       = "" | metric | event | check
 *   metric     = name ":" element *( ":" element )        more than one element: plain StatsD only, without tags
 *   element    = values "|" type *( "|" field )
 *   values     = value *( ":" value )                     packed, v1.1; a set's value is one member, ":" and all
 *   type       = "c" | "g" | "ms" | "h" | "d" | "s"
 *   field      = "@" rate | "#" tags | "T" unix-seconds | "c:" text | "e:" text | "card:" text | anything newer
 *   event      = "_e{" bytes "," bytes "}:" …             {@link AnnotationLines} reads these
 *   check      = "_sc|" …
 * </pre>
 *
 * Fields come in any order; the last of a kind wins, and newer ones are skipped and counted. A rate applies to
 * counters and distributions; on gauges and sets it must be a rate, and changes nothing. A timestamp is honoured for
 * every type. {@code |c:}, {@code |e:} and {@code |card:} make no labels.
 *
 * <p><b>What a sample is.</b> Each value of a packed line is one, accepted or rejected on its own. Where the line
 * around the values cannot be read (no type, a bad rate), the line or what is left of it is one rejected sample, as
 * nobody can know what it should have been. An event or a service check is one accepted sample. A blank line is none.
 */
public final class DogStatsdParser {
    /** Reads the lines that are no samples: {@code _e{…}} and {@code _sc|…}. Rare, so it may allocate. */
    @FunctionalInterface
    public interface AnnotationLines {
        /** @return whether the line could be read */
        boolean line(byte[] bytes, int from, int to);
    }

    /** How many bytes after the datagram the batch's array must have (it is made to), all free for the parser. */
    public static final int PADDING = 2 * ByteScan.OVERRUN;

    /** Below one in a thousand million a rate is a mistake: one such sample would outweigh all others. */
    public static final double LEAST_RATE = 1e-9;

    private static final int REJECTED = -1;
    private static final int MAX_TIMESTAMP_DIGITS = 12;

    private final boolean signsAreRelative;
    private final WireCounts counts;
    private final AnnotationLines annotationLines;
    private final Decimal decimal = new Decimal();
    private final KeyScan scan = new KeyScan();

    // The line being read, and the fields of its current element.
    private long nameHash;
    private long textsHash;
    private double rate;
    private long timeMillis;
    private int tagsStart;
    private int tagsEnd;

    public DogStatsdParser(SignedGauges signedGauges, WireCounts counts, AnnotationLines annotationLines) {
        this.signsAreRelative = signedGauges == SignedGauges.RELATIVE;
        this.counts = counts;
        this.annotationLines = annotationLines;
    }

    /**
     * Adds what {@code batch.bytes[from, to)} holds. What stands in the array from {@code to} on may be overwritten.
     * At most {@code (to - from) / 2} rows are added.
     *
     * @return how many samples there were: rows added, samples rejected, events and checks taken
     */
    public int parse(SampleBatch batch, int from, int to) {
        batch.ensureBytes(to - batch.length + PADDING);
        byte[] bytes = batch.bytes;
        bytes[to] = '\n';
        long before = batch.size() + counts.rejectedInAll() + counts.annotations();
        int p = from;
        while (p < to) {
            p = line(batch, bytes, p) + 1;
        }
        return (int) (batch.size() + counts.rejectedInAll() + counts.annotations() - before);
    }

    /** Reads one line and returns where its newline stands. */
    private int line(SampleBatch batch, byte[] bytes, int start) {
        if (bytes[start] == '_' && isAnnotation(bytes, start)) {
            return annotation(bytes, start);
        }
        int nameEnd = scan.name(bytes, start);
        nameHash = scan.hash;
        if (bytes[nameEnd] != ':') {
            return lineWithoutValue(bytes, start, nameEnd);
        }
        if (nameEnd == start) {
            return rejectLine(Rejection.EMPTY_NAME, bytes, start);
        }
        int p = nameEnd;
        do {
            p = element(batch, bytes, start, nameEnd, p + 1);
            if (p == REJECTED) {
                return ByteScan.newline(bytes, start);
            }
        } while (bytes[p] == ':');
        return p;
    }

    /**
     * Reads values, type and fields.
     *
     * @return where the newline stands, or the colon before the next element, or {@link #REJECTED}
     */
    private int element(SampleBatch batch, byte[] bytes, int nameStart, int nameEnd, int valuesStart) {
        int valuesEnd = decimal.read(bytes, valuesStart);
        boolean single = bytes[valuesEnd] == '|' && valuesEnd > valuesStart;
        double value = decimal.value;
        if (!single) {
            valuesEnd = ByteScan.pipeOrNewline(bytes, valuesEnd);
            if (bytes[valuesEnd] == '\n') {
                return reject(Rejection.MALFORMED, bytes, nameStart);
            }
        }

        int p = valuesEnd + 2;
        Kind kind = switch (bytes[valuesEnd + 1]) {
            case 'c' -> Kind.COUNTER;
            case 'g' -> Kind.GAUGE;
            case 'h', 'd' -> Kind.DISTRIBUTION;
            case 's' -> Kind.SET;
            case 'm' -> bytes[p++] == 's' ? Kind.DISTRIBUTION : null;
            default -> null;
        };
        if (kind == null || !endsField(bytes, p)) {
            return reject(Rejection.UNKNOWN_TYPE, bytes, nameStart);
        }

        rate = 1;
        timeMillis = SampleBatch.NOW;
        tagsStart = 0;
        tagsEnd = 0;
        textsHash = nameHash;
        while (bytes[p] == '|') {
            p = field(bytes, p + 1, nameStart);
            if (p == REJECTED) {
                return REJECTED;
            }
        }
        if (bytes[p] == '\r') {
            p++;
        }

        if (single && kind != Kind.SET) {
            addNumber(batch, bytes, kind, nameStart, nameEnd, value, valuesStart);
        } else {
            addValues(batch, bytes, kind, nameStart, nameEnd, valuesStart, valuesEnd);
        }
        return p;
    }

    /** Reads the field after a '|' and returns where the next separator stands, or {@link #REJECTED}. */
    private int field(byte[] bytes, int start, int lineStart) {
        switch (bytes[start]) {
            case '#' -> {
                return tags(bytes, start + 1);
            }
            case '@' -> {
                int end = decimal.read(bytes, start + 1);
                rate = decimal.value;
                return end > start + 1 && endsField(bytes, end) && rate >= LEAST_RATE && rate <= 1
                        ? end
                        : reject(Rejection.BAD_RATE, bytes, lineStart);
            }
            case 'T' -> {
                return timestamp(bytes, start + 1, lineStart);
            }
            default -> {
                counts.skip(skippedField(bytes, start));
                return ByteScan.pipeOrNewline(bytes, start);
            }
        }
    }

    private int tags(byte[] bytes, int start) {
        int end = scan.tags(bytes, start, nameHash);
        tagsStart = start;
        tagsEnd = end;
        textsHash = scan.hash;
        if (end == start) {
            textsHash = nameHash;
        } else if (bytes[end] == '\n' && bytes[end - 1] == '\r') {
            tagsEnd = end - 1;
            textsHash = end - 1 == start ? nameHash : KeyHash.text(bytes, start, end - 1, nameHash);
        }
        return end;
    }

    private int timestamp(byte[] bytes, int start, int lineStart) {
        long seconds = 0;
        int p = start;
        while (bytes[p] >= '0' && bytes[p] <= '9' && p - start < MAX_TIMESTAMP_DIGITS) {
            seconds = seconds * 10 + (bytes[p++] - '0');
        }
        if (p == start || bytes[p] == ':' || !endsField(bytes, p)) {
            return reject(Rejection.BAD_TIMESTAMP, bytes, lineStart);
        }
        timeMillis = seconds * 1000;
        return p;
    }

    private static WireCounts.SkippedField skippedField(byte[] bytes, int start) {
        return switch (bytes[start]) {
            case 'c' ->
                bytes[start + 1] == ':'
                        ? CONTAINER
                        : bytes[start + 1] == 'a'
                                        && bytes[start + 2] == 'r'
                                        && bytes[start + 3] == 'd'
                                        && bytes[start + 4] == ':'
                                ? CARDINALITY
                                : OTHER;
            case 'e' -> bytes[start + 1] == ':' ? EXTERNAL_DATA : OTHER;
            default -> OTHER;
        };
    }

    /** Whether a type, a rate or a timestamp may end here. */
    private static boolean endsField(byte[] bytes, int p) {
        return switch (bytes[p]) {
            case '|', '\n', ':' -> true;
            case '\r' -> bytes[p + 1] == '\n';
            default -> false;
        };
    }

    /** Everything but the one plain number of most lines: packed values, members, and what is no number. */
    private void addValues(
            SampleBatch batch, byte[] bytes, Kind kind, int nameStart, int nameEnd, int valuesStart, int valuesEnd) {
        if (kind == Kind.SET) {
            if (valuesEnd == valuesStart) {
                reject(Rejection.BAD_VALUE, bytes, nameStart);
                return;
            }
            int row = addRow(batch, kind, nameStart, nameEnd, 0);
            batch.setMember(row, valuesStart, valuesEnd);
            return;
        }
        int p = valuesStart;
        while (true) {
            int end = decimal.read(bytes, p);
            if (end > p && (bytes[end] == ':' || bytes[end] == '|')) {
                addNumber(batch, bytes, kind, nameStart, nameEnd, decimal.value, p);
            } else {
                reject(Rejection.BAD_VALUE, bytes, nameStart);
                end = ByteScan.colonPipeOrNewline(bytes, end);
            }
            if (end >= valuesEnd) {
                return;
            }
            p = end + 1;
        }
    }

    private void addNumber(
            SampleBatch batch, byte[] bytes, Kind kind, int nameStart, int nameEnd, double sent, int valueStart) {
        double value = kind == Kind.COUNTER && rate != 1 ? sent / rate : sent;
        if (!(Math.abs(value) <= Double.MAX_VALUE)) {
            reject(Rejection.BAD_VALUE, bytes, nameStart);
            return;
        }
        int row = addRow(batch, kind, nameStart, nameEnd, value);
        if (kind == Kind.DISTRIBUTION && rate != 1) {
            batch.weigh(row, 1 / rate);
        } else if (kind == Kind.GAUGE && signsAreRelative && (bytes[valueStart] == '-' || bytes[valueStart] == '+')) {
            batch.setAdjusts(row);
        }
    }

    private int addRow(SampleBatch batch, Kind kind, int nameStart, int nameEnd, double value) {
        int row = batch.addHashed(kind, nameStart, nameEnd, tagsStart, tagsEnd, textsHash, value);
        if (timeMillis != SampleBatch.NOW) {
            batch.setTimeMillis(row, timeMillis);
        }
        return row;
    }

    private static boolean isAnnotation(byte[] bytes, int start) {
        return (bytes[start + 1] == 'e' && bytes[start + 2] == '{')
                || (bytes[start + 1] == 's' && bytes[start + 2] == 'c' && bytes[start + 3] == '|');
    }

    private int annotation(byte[] bytes, int start) {
        int newline = ByteScan.newline(bytes, start);
        int end = lineEnd(bytes, start, newline);
        if (annotationLines.line(bytes, start, end)) {
            counts.addAnnotation();
        } else {
            counts.reject(Rejection.MALFORMED, bytes, start, end);
        }
        return newline;
    }

    private int lineWithoutValue(byte[] bytes, int start, int stop) {
        if (bytes[stop] == '\n' && lineEnd(bytes, start, stop) == start) {
            return stop;
        }
        return rejectLine(Rejection.MALFORMED, bytes, start);
    }

    private int rejectLine(Rejection reason, byte[] bytes, int start) {
        reject(reason, bytes, start);
        return ByteScan.newline(bytes, start);
    }

    private int reject(Rejection reason, byte[] bytes, int lineStart) {
        if (counts.reject(reason)) {
            int newline = ByteScan.newline(bytes, lineStart);
            counts.tell(reason, bytes, lineStart, lineEnd(bytes, lineStart, newline));
        }
        return REJECTED;
    }

    private static int lineEnd(byte[] bytes, int start, int newline) {
        return newline > start && bytes[newline - 1] == '\r' ? newline - 1 : newline;
    }
}
