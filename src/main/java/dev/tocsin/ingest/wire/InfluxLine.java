package dev.tocsin.ingest.wire;

import static dev.tocsin.ingest.wire.InfluxProblem.*;

import dev.tocsin.core.Decimal;
import dev.tocsin.core.Kind;
import dev.tocsin.core.SampleBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One line of line protocol that has no escapes (outside of strings) into rows of a batch, for {@link InfluxParser}.
 * Confined to one thread. Tags stay where they are; names are put together after the batch's last byte.
 */
final class InfluxLine {
    /** The line cannot be read: {@link #problem} says why. */
    static final int REJECTED = -1;
    /** There is an escape in it. */
    static final int ESCAPED = -2;
    /** The bytes end inside a string. */
    static final int OPEN_STRING = -3;

    static final int MAX_NAME_BYTES = 256 << 10;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long VALUE = 0x65756c6176L; // "value", little-endian
    private static final long VALUE_MASK = 0xffffffffffL;
    private static final long NOT_DIGIT_BITS = 0xf0f0f0f0f0f0f0f0L;
    private static final int MAX_TIMESTAMP_DIGITS = 19;
    private static final double INTEGER_END = 0x1p63;
    private static final double UNSIGNED_END = 0x1p64;

    private final InfluxSeparators separators;
    private final Decimal decimal = new Decimal();
    private InfluxPrecision precision = InfluxPrecision.NANOSECONDS;
    private long lastCount;
    private long lastMillis;

    /** Why the line was rejected. */
    InfluxProblem problem = MISSING_FIELDS;
    /** How far it had to be read to know that. */
    int problemAt;
    /** String fields of the line. */
    int strings;

    private int measurementStart;
    private int measurementEnd;
    private int tagsStart;
    private int tagsEnd;
    private double value;

    InfluxLine(InfluxSeparators separators) {
        this.separators = separators;
    }

    void setPrecision(InfluxPrecision precision) {
        this.precision = precision;
        lastMillis = precision.toMillis(lastCount);
    }

    /**
     * Reads {@code batch.bytes} from {@code start}, where no space stands, to the newline that ends the line. A newline
     * stands at {@code to}. Rows that were added before the line turns out to be unreadable are the caller's to remove.
     *
     * @return where the newline stands, or one of the negative results
     */
    int read(SampleBatch batch, int start, int to) {
        strings = 0;
        int firstRow = batch.size();
        int p = key(batch.bytes, start);
        if (p >= 0) {
            p = fields(batch, p, to);
        }
        return p < 0 ? p : end(batch, p, firstRow);
    }

    /** Reads measurement and tags; returns where the separator after them stands. */
    private int key(byte[] bytes, int start) {
        int p = separators.next(bytes, start);
        while (bytes[p] == separators.equalSign) {
            p = separators.next(bytes, p + 1);
        }
        if (isEscape(bytes, p)) {
            return ESCAPED;
        }
        if (p == start) {
            return reject(MISSING_MEASUREMENT, p);
        }
        measurementStart = start;
        measurementEnd = p;
        tagsStart = p;
        while (bytes[p] == separators.comma) {
            p = tag(bytes, p + 1);
            if (p < 0) {
                return p;
            }
        }
        tagsEnd = p;
        if (tagsEnd > tagsStart) {
            tagsStart++;
        }
        return p;
    }

    private int tag(byte[] bytes, int start) {
        int p = separators.next(bytes, start);
        if (bytes[p] != separators.equalSign || p == start) {
            return isEscape(bytes, p) ? ESCAPED : reject(p == start ? MISSING_TAG_KEY : MISSING_TAG_VALUE, p);
        }
        int valueStart = p + 1;
        p = separators.next(bytes, valueStart);
        if (isEscape(bytes, p)) {
            return ESCAPED;
        }
        if (bytes[p] == separators.equalSign) {
            return reject(INVALID_TAG, p);
        }
        return p == valueStart ? reject(MISSING_TAG_VALUE, p) : p;
    }

    private boolean isEscape(byte[] bytes, int p) {
        return bytes[p] == separators.escape && bytes[p] != '\n';
    }

    /** Reads all fields, adds a row for each that is a number; returns where the last one ends. */
    private int fields(SampleBatch batch, int from, int to) {
        int p = spaces(batch.bytes, from);
        if (isEnd(batch.bytes, p)) {
            return reject(MISSING_FIELDS, p);
        }
        int namesEnd = batch.length + MAX_NAME_BYTES;
        while (true) {
            byte[] bytes = batch.bytes;
            int keyStart = p;
            int keyEnd = separators.next(bytes, keyStart);
            if (bytes[keyEnd] != separators.equalSign || keyEnd == keyStart) {
                return isEscape(bytes, keyEnd)
                        ? ESCAPED
                        : reject(keyEnd == keyStart ? MISSING_FIELD_KEY : INVALID_FIELD, keyEnd);
            }
            if (bytes[keyEnd + 1] == '"') {
                int quote = closingQuote(bytes, keyEnd + 2, to);
                if (quote < 0) {
                    return OPEN_STRING;
                }
                p = quote + 1;
                if (!endsField(bytes, p)) {
                    return reject(INVALID_FIELD, p);
                }
                strings++;
            } else {
                p = value(bytes, keyEnd + 1);
                if (p < 0) {
                    return p;
                }
                if (batch.length > namesEnd) {
                    return reject(NAMES_TOO_LARGE, keyEnd);
                }
                addRow(batch, keyStart, keyEnd);
            }
            if (batch.bytes[p] != separators.comma) {
                return p;
            }
            p++;
        }
    }

    /** Where the quote that ends a string stands, or -1 where none does before {@code to}. */
    static int closingQuote(byte[] bytes, int from, int to) {
        for (int p = from; p < to; p++) {
            if (bytes[p] == '"') {
                return p;
            }
            if (bytes[p] == '\\') {
                p++;
            }
        }
        return -1;
    }

    /** Reads a number or a boolean into {@link #value}; returns where it ends. */
    private int value(byte[] bytes, int start) {
        int p = decimal.read(bytes, start);
        value = decimal.value;
        if (p == start) {
            return truth(bytes, start);
        }
        byte suffix = bytes[p];
        if (suffix == 'i' || suffix == 'u') {
            if (!isInteger(bytes, start, p, suffix)) {
                return reject(INVALID_NUMBER, separators.next(bytes, start));
            }
            p++;
        }
        return endsField(bytes, p) && Math.abs(value) <= Double.MAX_VALUE
                ? p
                : reject(INVALID_NUMBER, separators.next(bytes, start));
    }

    private boolean isInteger(byte[] bytes, int start, int end, byte suffix) {
        int p = bytes[start] == '-' || bytes[start] == '+' ? start + 1 : start;
        for (int i = p; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return suffix == 'i'
                ? value >= -INTEGER_END && value <= INTEGER_END
                : bytes[start] != '-' && value <= UNSIGNED_END;
    }

    private int truth(byte[] bytes, int start) {
        int end = separators.next(bytes, start);
        if (isEscape(bytes, end)) {
            return ESCAPED;
        }
        if (end > start && bytes[end] == '\n' && bytes[end - 1] == '\r') {
            end--;
        }
        if (end == start) {
            return reject(MISSING_FIELD_VALUE, separators.next(bytes, start));
        }
        if (isWord(bytes, start, end, "t", "true")) {
            value = 1;
        } else if (isWord(bytes, start, end, "f", "false")) {
            value = 0;
        } else {
            int letter = bytes[start] | 0x20;
            boolean boolish = letter == 't' || letter == 'f';
            return reject(boolish ? INVALID_BOOLEAN : INVALID_NUMBER, separators.next(bytes, start));
        }
        return endsField(bytes, end) ? end : reject(INVALID_BOOLEAN, separators.next(bytes, start));
    }

    /** Whether the bytes are the letter or the word: all small, all capital, or the word with one capital. */
    private static boolean isWord(byte[] bytes, int start, int end, String letter, String word) {
        String wanted = end - start == 1 ? letter : word;
        if (end - start != wanted.length()) {
            return false;
        }
        int capitals = 0;
        for (int i = 0; i < wanted.length(); i++) {
            if ((bytes[start + i] | 0x20) != wanted.charAt(i)) {
                return false;
            }
            capitals += bytes[start + i] == wanted.charAt(i) ? 0 : 1;
        }
        return capitals == 0 || capitals == wanted.length() || capitals == 1 && bytes[start] != wanted.charAt(0);
    }

    private boolean endsField(byte[] bytes, int p) {
        return bytes[p] == separators.comma || bytes[p] == separators.space || isEnd(bytes, p);
    }

    private static boolean isEnd(byte[] bytes, int p) {
        return bytes[p] == '\n' || bytes[p] == '\r' && bytes[p + 1] == '\n';
    }

    private int spaces(byte[] bytes, int from) {
        int p = from;
        while (bytes[p] == separators.space) {
            p++;
        }
        return p;
    }

    /** Reads the time stamp, if there is one, to the end of the line. */
    private int end(SampleBatch batch, int from, int firstRow) {
        byte[] bytes = batch.bytes;
        int p = spaces(bytes, from);
        if (!isEnd(bytes, p)) {
            p = timestamp(batch, p, firstRow);
            if (p < 0) {
                return p;
            }
        }
        return bytes[p] == '\r' ? p + 1 : p;
    }

    private int timestamp(SampleBatch batch, int from, int firstRow) {
        byte[] bytes = batch.bytes;
        boolean negative = bytes[from] == '-';
        int start = negative ? from + 1 : from;
        int p = start;
        long count = 0;
        for (long word = (long) WORD.get(bytes, p);
                isEightDigits(word) && p - start < 16;
                word = (long) WORD.get(bytes, p)) {
            count = count * 100_000_000 + eightDigits(word);
            p += 8;
        }
        while (bytes[p] >= '0' && bytes[p] <= '9' && p - start < MAX_TIMESTAMP_DIGITS) {
            count = count * 10 + (bytes[p++] - '0');
        }
        int digits = p - start;
        p = spaces(bytes, p);
        if (digits == 0 || count < 0 || !isEnd(bytes, p)) {
            return reject(BAD_TIMESTAMP, p);
        }
        count = negative ? -count : count;
        if (count != lastCount) {
            // Lines of one body mostly have one time.
            lastCount = count;
            lastMillis = precision.toMillis(count);
        }
        for (int row = firstRow; row < batch.size(); row++) {
            batch.setTimeMillis(row, lastMillis);
        }
        return p;
    }

    private static boolean isEightDigits(long word) {
        return ((word & NOT_DIGIT_BITS) | ((word + 0x0606060606060606L) & NOT_DIGIT_BITS) >>> 4) == 0x3333333333333333L;
    }

    /** Pairs, then fours, then all eight, each step by one multiplication. */
    private static long eightDigits(long word) {
        long pairs = (word & 0x0f0f0f0f0f0f0f0fL) * (10 << 8 | 1) >>> 8;
        long fours = (pairs & 0x00ff00ff00ff00ffL) * (100 << 16 | 1) >>> 16;
        return (fours & 0x0000ffff0000ffffL) * (10_000L << 32 | 1) >>> 32;
    }

    private void addRow(SampleBatch batch, int keyStart, int keyEnd) {
        if (keyEnd - keyStart == 5 && ((long) WORD.get(batch.bytes, keyStart) & VALUE_MASK) == VALUE) {
            batch.add(Kind.GAUGE, measurementStart, measurementEnd, tagsStart, tagsEnd, value);
        } else {
            int nameStart = batch.length;
            appendName(batch, keyStart, keyEnd);
            batch.add(Kind.GAUGE, nameStart, batch.length, tagsStart, tagsEnd, value);
        }
    }

    private void appendName(SampleBatch batch, int keyStart, int keyEnd) {
        int measurement = measurementEnd - measurementStart;
        int key = keyEnd - keyStart;
        batch.ensureBytes(measurement + key + InfluxParser.PADDING);
        byte[] bytes = batch.bytes;
        int at = batch.length;
        copy(bytes, measurementStart, at, measurement);
        bytes[at + measurement] = '_';
        copy(bytes, keyStart, at + measurement + 1, key);
        batch.length = at + measurement + 1 + key;
    }

    /** Copies whole words: what stands behind the last byte is free to be overwritten. */
    private static void copy(byte[] bytes, int from, int to, int length) {
        for (int i = 0; i < length; i += Long.BYTES) {
            WORD.set(bytes, to + i, (long) WORD.get(bytes, from + i));
        }
    }

    private int reject(InfluxProblem why, int at) {
        problem = why;
        problemAt = at;
        return REJECTED;
    }
}
