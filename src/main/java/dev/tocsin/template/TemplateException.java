package dev.tocsin.template;

/** A template that cannot be parsed, or whose execution failed: where, and why. */
public final class TemplateException extends RuntimeException {
    private final String source;
    private final String reason;
    private final int line;
    private final int column;
    private final int offset;

    TemplateException(String name, int line, int column, int offset, String reason) {
        super("template: " + name + ":" + line + ":" + column + ": " + reason);
        this.source = name;
        this.reason = reason;
        this.line = line;
        this.column = column;
        this.offset = offset;
    }

    /** The name that the template, or the file it stands in, was given. */
    public String source() {
        return source;
    }

    /** The message without its position. */
    public String reason() {
        return reason;
    }

    /** In the template's text, from 1. */
    public int line() {
        return line;
    }

    /** In characters, from 1. */
    public int column() {
        return column;
    }

    /** Index of the character in the template's text, from 0. */
    public int offset() {
        return offset;
    }
}
