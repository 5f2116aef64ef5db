package dev.tocsin.promql;

/**
 * The only exception that parsing and evaluating throw. The message starts with {@code line:column} where a place in
 * the text is to blame, and says what was found and what was expected. It has no stack trace: what is at fault is the
 * expression or the data, not the code.
 */
public final class PromqlException extends RuntimeException {
    /** What went wrong, in the classes that Prometheus' HTTP API tells apart. */
    public enum Kind {
        /** The text is not a PromQL expression ({@code bad_data}). */
        PARSE,
        /** The expression has no result on these data, for example for want of a unique match ({@code execution}). */
        EXECUTION,
        /** It took longer than it may ({@code timeout}). */
        TIMEOUT,
        /** The caller no longer wants the result ({@code canceled}). */
        CANCELLED,
        /** It would read more series or samples than it may ({@code execution}). */
        TOO_MANY,
        /** Other queries hold the memory that it needs; later it may do ({@code unavailable}). */
        BUSY
    }

    private final Kind kind;
    private final transient Span span;

    PromqlException(Kind kind, Span span, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.span = span;
    }

    static PromqlException parse(Span span, String problem) {
        return new PromqlException(Kind.PARSE, span, span.place() + ": parse error: " + problem);
    }

    static PromqlException execution(Span span, String problem) {
        return new PromqlException(Kind.EXECUTION, span, problem);
    }

    public Kind kind() {
        return kind;
    }

    /** Index of the first character to blame, from 0. */
    public int position() {
        return span.start();
    }

    /** Line of {@link #position}, from 1. */
    public int line() {
        return span.line();
    }

    /** Column of {@link #position}, from 1. */
    public int column() {
        return span.column();
    }
}
