package dev.tocsin.core;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in RE2's dialect that matches whole values, as Prometheus' do; {@code .} matches line ends too.
 * Time to match is linear in the value. Because the library compiles and runs recursively, an expression whose size
 * could end the heap or the stack is refused ({@link RegexSize}). Plain alternatives ({@code a|b\.c}), however many,
 * are looked up in a set. Safe from any thread.
 */
public final class Regex {
    private static final String SPECIAL = "\\.+*?()[]{}^$";

    private final String text;
    /** All that matches, where that can be listed; else null. */
    private final @Nullable Set<String> literals;

    private final @Nullable Pattern pattern;

    private Regex(String text, @Nullable Set<String> literals, @Nullable Pattern pattern) {
        this.text = text;
        this.literals = literals;
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException where it is no expression, or too large a one; the message says why */
    public static Regex compile(String text) {
        Set<String> literals = literals(text);
        return new Regex(text, literals, literals == null ? pattern(text) : null);
    }

    /**
     * The same, but that {@code .} does not match line ends.
     *
     * @throws IllegalArgumentException where it is no expression, or too large a one; the message says why
     */
    public static Regex compileByLine(String text) {
        Set<String> literals = literals(text);
        return new Regex(text, literals, literals == null ? compile(text, "^(?:" + text + ")$") : null);
    }

    /** The alternatives, escaped punctuation unescaped; null where the expression is more than that. */
    private static @Nullable Set<String> literals(String text) {
        Set<String> literals = new HashSet<>();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaped = c == '\\' && i + 1 < text.length() && SPECIAL.indexOf(text.charAt(i + 1)) >= 0;
            if (escaped) {
                literal.append(text.charAt(++i));
            } else if (c == '|') {
                literals.add(literal.toString());
                literal.setLength(0);
            } else if (SPECIAL.indexOf(c) >= 0) {
                return null;
            } else {
                literal.append(c);
            }
        }
        literals.add(literal.toString());
        return literals;
    }

    /**
     * The expression for its groups, anchored at both ends.
     *
     * @throws IllegalArgumentException where it is no expression, or too large a one; the message says why
     */
    public static Pattern pattern(String text) {
        return compile(text, "^(?s:" + text + ")$");
    }

    /**
     * The expression to be searched for, not anchored.
     *
     * @throws IllegalArgumentException where it is no expression, or too large a one; the message says why
     */
    public static Pattern searching(String text) {
        return compile(text, text);
    }

    private static Pattern compile(String text, String whole) {
        try {
            RegexSize.check(text);
            return Pattern.compile(whole);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("invalid regular expression " + text + ": " + e.getDescription(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("invalid regular expression: " + e.getMessage(), e);
        }
    }

    public boolean matches(String candidate) {
        return literals != null ? literals.contains(candidate) : pattern != null && pattern.matches(candidate);
    }

    @Override
    public String toString() {
        return text;
    }
}
