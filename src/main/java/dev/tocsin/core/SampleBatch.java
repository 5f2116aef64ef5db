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
 *   row 0      DISTRIBUTION 320  weight 1
 *   row 1      DISTRIBUTION  41  weight 1   (same name and tags as row 0)
 * </pre>
 */
public final class SampleBatch {
    /** {@link #outcome} of a sample that was taken; otherwise it is a {@link Rejection} ordinal + 1. */
    public static final byte ACCEPTED = 0;

    /** {@link #timeMillis} of a sample that belongs to the interval in progress. */
    public static final long NOW = Long.MIN_VALUE;

    private static final Rejection[] REJECTIONS = Rejection.values();

    /** Between two labels in the tag bytes, and between a label's name and value. */
    public final byte pairSeparator;

    public final byte valueSeparator;

    /** The raw text. Only [0, {@link #length}) is meaningful. */
    public byte[] bytes;

    public int length;
    public int size;
    public Kind[] kind;
    /** For a gauge: whether {@link #value} is added to the gauge (StatsD's signed gauges) instead of replacing it. */
    public boolean[] relative;

    public int[] nameStart;
    public int[] nameEnd;
    /** Tag text without its introducing '#'; start == end where there is none. */
    public int[] tagsStart;

    public int[] tagsEnd;
    /** A counter's delta (already divided by the rate), a gauge's value, a distribution's observation. */
    public double[] value;
    /** How many observations this one stands for: 1/rate, may be fractional. Only for distributions. */
    public double[] weight;
    /** Where a set's member stands in {@link #bytes}. */
    public int[] memberStart;

    public int[] memberEnd;
    /** Client timestamp in epoch milliseconds, or {@link #NOW}. */
    public long[] timeMillis;
    /** Written by the sink: {@link #ACCEPTED}, or a {@link Rejection} ordinal + 1. */
    public byte[] outcome;

    /**
     * @param capacity rows at first; grows as needed, so the caller bounds what it adds
     * @param pairSeparator between labels: {@code ','} in DogStatsD
     * @param valueSeparator between a label's name and its value: {@code ':'} in DogStatsD
     */
    public SampleBatch(int capacity, int byteCapacity, byte pairSeparator, byte valueSeparator) {
        this.pairSeparator = pairSeparator;
        this.valueSeparator = valueSeparator;
        bytes = new byte[byteCapacity];
        kind = new Kind[capacity];
        relative = new boolean[capacity];
        nameStart = new int[capacity];
        nameEnd = new int[capacity];
        tagsStart = new int[capacity];
        tagsEnd = new int[capacity];
        value = new double[capacity];
        weight = new double[capacity];
        memberStart = new int[capacity];
        memberEnd = new int[capacity];
        timeMillis = new long[capacity];
        outcome = new byte[capacity];
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

    /** Makes room for one more row and returns its index; the caller fills every column but {@link #outcome}. */
    public int addRow() {
        if (size == value.length) {
            growRows();
        }
        return size++;
    }

    /** Makes room for {@code more} further bytes after {@link #length}. */
    public void ensureBytes(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /** Adds a sample of an in-process producer; not for hot paths, it encodes Strings. */
    public void add(Kind sampleKind, Labels labels, double sampleValue, double sampleWeight, long sampleTimeMillis) {
        int row = addRow();
        kind[row] = sampleKind;
        relative[row] = false;
        nameStart[row] = length;
        append(labels.metricName());
        nameEnd[row] = length;
        tagsStart[row] = length;
        for (int i = 0; i < labels.size(); i++) {
            if (!labels.nameAt(i).equals(Labels.NAME)) {
                if (length > tagsStart[row]) {
                    appendByte(pairSeparator);
                }
                append(labels.nameAt(i));
                appendByte(valueSeparator);
                append(labels.valueAt(i));
            }
        }
        tagsEnd[row] = length;
        value[row] = sampleValue;
        weight[row] = sampleWeight;
        memberStart[row] = 0;
        memberEnd[row] = 0;
        timeMillis[row] = sampleTimeMillis;
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

    public void reject(int row, Rejection reason) {
        outcome[row] = (byte) (reason.ordinal() + 1);
    }

    /** Why a row was rejected, or null where it was accepted. */
    public @Nullable Rejection rejection(int row) {
        return outcome[row] == ACCEPTED ? null : REJECTIONS[outcome[row] - 1];
    }

    private void growRows() {
        int capacity = Math.max(16, value.length * 2);
        kind = Arrays.copyOf(kind, capacity);
        relative = Arrays.copyOf(relative, capacity);
        nameStart = Arrays.copyOf(nameStart, capacity);
        nameEnd = Arrays.copyOf(nameEnd, capacity);
        tagsStart = Arrays.copyOf(tagsStart, capacity);
        tagsEnd = Arrays.copyOf(tagsEnd, capacity);
        value = Arrays.copyOf(value, capacity);
        weight = Arrays.copyOf(weight, capacity);
        memberStart = Arrays.copyOf(memberStart, capacity);
        memberEnd = Arrays.copyOf(memberEnd, capacity);
        timeMillis = Arrays.copyOf(timeMillis, capacity);
        outcome = Arrays.copyOf(outcome, capacity);
    }
}
