package dev.tocsin.ingest.wire;

import dev.tocsin.core.Rejection;

/**
 * What a parser met on the wire, as plain totals since the beginning. Confined to the parser's thread; whoever owns
 * the parser publishes them to others.
 */
public final class WireCounts {
    /** Is told of the first offending lines of each reason. */
    @FunctionalInterface
    public interface BadLines {
        /** The bytes are the parser's: only valid during the call, and anything may stand in them. */
        void badLine(Rejection reason, byte[] bytes, int from, int to);
    }

    /** Fields that a client may send and that make no label. */
    public enum SkippedField {
        /** {@code c:}, protocol v1.2: the sender's container. */
        CONTAINER,
        /** {@code e:}, v1.5: what an admission controller told the sender about itself. */
        EXTERNAL_DATA,
        /** {@code card:}, v1.6: how many tags an agent should add on its own. */
        CARDINALITY,
        /** A field of Influx line protocol that is a text: no number can be made of it. */
        STRING,
        /** Anything newer than this parser. */
        OTHER
    }

    private static final int REASONS = Rejection.values().length;

    private final long[] rejected = new long[REASONS];
    private final long[] skippedFields = new long[SkippedField.values().length];
    private final int toldPerReason;
    private final BadLines badLines;
    private long rejectedInAll;
    private long annotations;

    /** @param toldPerReason how many lines of each reason {@code badLines} gets to see */
    public WireCounts(int toldPerReason, BadLines badLines) {
        this.toldPerReason = toldPerReason;
        this.badLines = badLines;
    }

    public long rejected(Rejection reason) {
        return rejected[reason.ordinal()];
    }

    /** @param reasonOrdinal {@link Rejection#ordinal()} */
    public long rejected(int reasonOrdinal) {
        return rejected[reasonOrdinal];
    }

    public long rejectedInAll() {
        return rejectedInAll;
    }

    /** Events and service checks that were taken. */
    public long annotations() {
        return annotations;
    }

    public long skipped(SkippedField field) {
        return skippedFields[field.ordinal()];
    }

    /** Counts one rejected sample, and tells of it where it is among the first. The range is the whole line. */
    public void reject(Rejection reason, byte[] bytes, int from, int to) {
        if (reject(reason)) {
            tell(reason, bytes, from, to);
        }
    }

    /** Counts one rejected sample and returns whether {@link #tell} is wanted: finding the line's ends may cost. */
    boolean reject(Rejection reason) {
        rejectedInAll++;
        return rejected[reason.ordinal()]++ < toldPerReason;
    }

    void tell(Rejection reason, byte[] bytes, int from, int to) {
        badLines.badLine(reason, bytes, from, to);
    }

    void addAnnotation() {
        annotations++;
    }

    void skip(SkippedField field) {
        skippedFields[field.ordinal()]++;
    }
}
