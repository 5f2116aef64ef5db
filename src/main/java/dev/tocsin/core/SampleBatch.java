package dev.tocsin.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples on their way from a parser to the series table: the bytes they came in, and one row of columns per sample
 * that points into them. Filled, handed to {@link SampleSink#accept}, read for outcomes, reset, filled again; nothing
 * is allocated after warm-up. Confined to the producer's thread.
 *
 * <pre>
 *   bytes      api.latency:320:41|ms|#route:/login,env:prod
 *              ^nameStart ^nameEnd    ^tagsStart        ^tagsEnd
 *   row 0      DISTRIBUTION 320
 *   row 1      DISTRIBUTION  41     (same name and tags as row 0)
 * </pre>
 *
 * Most samples are plain: a number, of weight 1, now. What else a row may have stands in columns that are only written
 * and read where the row's form says so.
 */
public final class SampleBatch {
    /** {@link #timeMillis} of a sample that belongs to the interval in progress. */
    public static final long NOW = Long.MIN_VALUE;

    private static final byte ACCEPTED = 0;
    private static final Rejection[] REJECTIONS = Rejection.values();
    private static final Kind[] KINDS = Kind.values();

    private static final int KIND_MASK = 3;
    private static final int ADJUSTS = 4;
    private static final int WEIGHED = 8;
    private static final int TIMED = 16;

    /** Between two labels in the tag bytes, and between a label's name and value. */
    public final byte pairSeparator;

    public final byte valueSeparator;
    private final int separators;

    /** The raw text. Only [0, {@link #length}) is meaningful. */
    public byte[] bytes;

    public int length;
    private int size;

    /** Kind, and which of the further columns hold something for the row. */
    private byte[] forms;
    /** Four per row: the name's start and end, the tags' start and end. */
    private int[] texts;

    private double[] values;
    private long[] keyHashes;
    private byte[] outcomes;

    private double[] weights;
    private long[] timesMillis;
    /** Of a set's member, its start and end in {@link #bytes}. */
    private long[] members;

    /**
     * @param capacity rows at first; grows as needed, so the caller bounds what it adds
     * @param pairSeparator between labels: {@code ','} in DogStatsD
     * @param valueSeparator between a label's name and its value: {@code ':'} in DogStatsD
     */
    public SampleBatch(int capacity, int byteCapacity, byte pairSeparator, byte valueSeparator) {
        this.pairSeparator = pairSeparator;
        this.valueSeparator = valueSeparator;
        separators = (pairSeparator & 0xff) << 8 | (valueSeparator & 0xff) << 16;
        bytes = new byte[byteCapacity];
        forms = new byte[capacity];
        texts = new int[4 * capacity];
        values = new double[capacity];
        keyHashes = new long[capacity];
        outcomes = new byte[capacity];
        weights = new double[capacity];
        timesMillis = new long[capacity];
        members = new long[capacity];
    }

    /** A batch with DogStatsD's separators. */
    public static SampleBatch dogStatsd(int capacity, int byteCapacity) {
        return new SampleBatch(capacity, byteCapacity, (byte) ',', (byte) ':');
    }

    /** A batch whose labels may hold any printable text: separators are the ASCII record and unit separators. */
    public static SampleBatch anyText(int capacity, int byteCapacity) {
        return new SampleBatch(capacity, byteCapacity, (byte) 0x1e, (byte) 0x1f);
    }

    public void reset() {
        size = 0;
        length = 0;
    }

    public int size() {
        return size;
    }

    /** Takes back the rows from {@code rows} on. */
    public void truncate(int rows) {
        size = rows;
    }

    /** Makes room for {@code more} further bytes after {@link #length}. */
    public void ensureBytes(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /**
     * Adds a plain sample whose name and tags stand in {@link #bytes}. Tags stand without an introducing '#', and are
     * empty where there are none.
     *
     * @param value a counter's delta (already divided by the rate), a gauge's value, a distribution's observation; of
     *     no meaning for a set
     * @return its row
     */
    public int add(Kind kind, int nameStart, int nameEnd, int tagsStart, int tagsEnd, double value) {
        int shape = separators | kind.ordinal();
        long hash = KeyHash.of(bytes, nameStart, nameEnd, tagsStart, tagsEnd, shape);
        return addRow(kind, nameStart, nameEnd, tagsStart, tagsEnd, hash, value);
    }

    /**
     * The same for a parser that has hashed name and tags.
     *
     * @param textsHash the name's words and then, where there are tags, theirs, by {@link KeyHash#step}
     */
    public int addHashed(
            Kind kind, int nameStart, int nameEnd, int tagsStart, int tagsEnd, long textsHash, double value) {
        int shape = separators | kind.ordinal();
        long hash = KeyHash.end(textsHash, nameEnd - nameStart, tagsEnd - tagsStart, shape);
        return addRow(kind, nameStart, nameEnd, tagsStart, tagsEnd, hash, value);
    }

    private int addRow(Kind kind, int nameStart, int nameEnd, int tagsStart, int tagsEnd, long hash, double value) {
        int row = size;
        if (row == values.length) {
            growRows();
        }
        size = row + 1;
        forms[row] = (byte) kind.ordinal();
        int text = 4 * row;
        int[] t = texts;
        t[text] = nameStart;
        t[text + 1] = nameEnd;
        t[text + 2] = tagsStart;
        t[text + 3] = tagsEnd;
        values[row] = value;
        keyHashes[row] = hash;
        outcomes[row] = ACCEPTED;
        return row;
    }

    /** Adds a plain sample of an in-process producer; not for hot paths, it encodes Strings. */
    public int add(Kind kind, Labels labels, double value) {
        int nameStart = length;
        append(labels.metricName());
        int tagsStart = length;
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.nameAt(i).equals(Labels.NAME)) {
                if (length > tagsStart) {
                    appendByte(pairSeparator);
                }
                append(labels.nameAt(i));
                appendByte(valueSeparator);
                append(labels.valueAt(i));
            }
        }
        return add(kind, nameStart, tagsStart, tagsStart, length, value);
    }

    /** @param weight how many observations this one stands for: 1/rate, may be fractional. Only for distributions. */
    public void weigh(int row, double weight) {
        weights[row] = weight;
        forms[row] |= WEIGHED;
    }

    /** Gives the sample its client's time stamp, in epoch milliseconds. */
    public void setTimeMillis(int row, long timeMillis) {
        timesMillis[row] = timeMillis;
        forms[row] |= TIMED;
    }

    /** The row's value is added to the gauge (StatsD's signed gauges) instead of replacing it. */
    public void setAdjusts(int row) {
        forms[row] |= ADJUSTS;
    }

    /** Says where the member of a set stands in {@link #bytes}. Every row of a set must have one. */
    public void setMember(int row, int start, int end) {
        members[row] = (long) start << 32 | end;
    }

    /** Appends UTF-8 text after {@link #length}. */
    public void append(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ensureBytes(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    public void appendByte(byte b) {
        ensureBytes(1);
        bytes[length++] = b;
    }

    public Kind kind(int row) {
        return KINDS[forms[row] & KIND_MASK];
    }

    /** What of a row's key is not in its bytes: the kind, and what separates its tags. */
    public int shape(int row) {
        return separators | forms[row] & KIND_MASK;
    }

    /** Whether the row has weight 1, no time stamp, and replaces or adds as its kind does by nature. */
    public boolean isPlain(int row) {
        return forms[row] <= KIND_MASK;
    }

    public int nameStart(int row) {
        return texts[4 * row];
    }

    public int nameEnd(int row) {
        return texts[4 * row + 1];
    }

    public int tagsStart(int row) {
        return texts[4 * row + 2];
    }

    public int tagsEnd(int row) {
        return texts[4 * row + 3];
    }

    /** {@link KeyHash#of} name, tags and {@link #shape}. */
    public long keyHash(int row) {
        return keyHashes[row];
    }

    public double value(int row) {
        return values[row];
    }

    public double weight(int row) {
        return (forms[row] & WEIGHED) != 0 ? weights[row] : 1;
    }

    /** Client timestamp in epoch milliseconds, or {@link #NOW}. */
    public long timeMillis(int row) {
        return (forms[row] & TIMED) != 0 ? timesMillis[row] : NOW;
    }

    public boolean adjusts(int row) {
        return (forms[row] & ADJUSTS) != 0;
    }

    public int memberStart(int row) {
        return (int) (members[row] >>> 32);
    }

    public int memberEnd(int row) {
        return (int) members[row];
    }

    /** For the sink: the row was not taken. One that it says nothing of was. */
    public void reject(int row, Rejection reason) {
        outcomes[row] = (byte) (reason.ordinal() + 1);
    }

    public boolean isRejected(int row) {
        return outcomes[row] != ACCEPTED;
    }

    /** Why a row was rejected, or null where it was accepted. */
    public @Nullable Rejection rejection(int row) {
        return outcomes[row] == ACCEPTED ? null : REJECTIONS[outcomes[row] - 1];
    }

    private void growRows() {
        int capacity = Math.max(16, values.length * 2);
        forms = Arrays.copyOf(forms, capacity);
        texts = Arrays.copyOf(texts, 4 * capacity);
        values = Arrays.copyOf(values, capacity);
        keyHashes = Arrays.copyOf(keyHashes, capacity);
        outcomes = Arrays.copyOf(outcomes, capacity);
        weights = Arrays.copyOf(weights, capacity);
        timesMillis = Arrays.copyOf(timesMillis, capacity);
        members = Arrays.copyOf(members, capacity);
    }
}
