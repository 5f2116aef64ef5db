package dev.tocsin.promql;

/**
 * Where a piece of an expression stands in its text.
 *
 * @param start index of its first character
 * @param end index after its last character
 * @param line of {@code start}, from 1
 * @param column of {@code start}, from 1
 */
public record Span(int start, int end, int line, int column) {
    static final Span NONE = new Span(0, 0, 1, 1);

    Span to(Span last) {
        return new Span(start, last.end, line, column);
    }

    /** As annotations and errors write it: {@code line:column}. */
    public String place() {
        return line + ":" + column;
    }
}
