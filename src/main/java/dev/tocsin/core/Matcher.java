package dev.tocsin.core;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one label: {@code name="v"}, {@code !=}, {@code =~} or {@code !~}. Regular expressions are RE2's, and
 * match the whole value, as in Prometheus. A label that is absent has the empty value. Safe from any thread.
 */
public final class Matcher {
    public enum Op {
        EQUAL("="),
        NOT_EQUAL("!="),
        MATCHES("=~"),
        NOT_MATCHES("!~");

        private final String symbol;

        Op(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }
    }

    private final String name;
    private final Op op;
    private final String value;
    private final @Nullable Regex regex;

    /** @throws IllegalArgumentException where the regular expression is not valid; the message says why */
    public Matcher(String name, Op op, String value) {
        this(name, op, value, isRegex(op) ? Regex.compile(value) : null);
    }

    private Matcher(String name, Op op, String value, @Nullable Regex regex) {
        this.name = name;
        this.op = op;
        this.value = value;
        this.regex = regex;
    }

    /**
     * One as Alertmanager means it: {@code .} does not match a line end, where Prometheus' does.
     *
     * @throws IllegalArgumentException where the regular expression is not valid; the message says why
     */
    public static Matcher ofAlert(String name, Op op, String value) {
        return new Matcher(name, op, value, isRegex(op) ? Regex.compileByLine(value) : null);
    }

    private static boolean isRegex(Op op) {
        return op == Op.MATCHES || op == Op.NOT_MATCHES;
    }

    public static Matcher equal(String name, String value) {
        return new Matcher(name, Op.EQUAL, value);
    }

    public String name() {
        return name;
    }

    public Op op() {
        return op;
    }

    public String value() {
        return value;
    }

    public boolean matches(String candidate) {
        return switch (op) {
            case EQUAL -> candidate.equals(value);
            case NOT_EQUAL -> !candidate.equals(value);
            case MATCHES -> Objects.requireNonNull(regex).matches(candidate);
            case NOT_MATCHES -> !Objects.requireNonNull(regex).matches(candidate);
        };
    }

    public boolean matches(Labels labels) {
        return matches(labels.get(name));
    }

    /** Whether a series without this label would match. */
    public boolean matchesEmpty() {
        return matches("");
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Matcher m && name.equals(m.name) && op == m.op && value.equals(m.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, op, value);
    }

    @Override
    public String toString() {
        return name + op.symbol() + "\""
                + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
