package dev.tocsin.template;

/**
 * What a template may write, and how values become part of it. Immutable.
 *
 * @param maxCharacters beyond which it fails
 * @param maxSteps statements and commands beyond which it fails
 */
public record Output(int maxCharacters, int maxSteps, Escaping escaping) {
    /** One label or annotation. */
    public static final Output SHORT_TEXT = new Output(64 << 10, 100_000, (value, before) -> value);

    /** Makes a value safe at the place where it is written. Not asked for {@link Markup}, nor for the template's own text. */
    @FunctionalInterface
    public interface Escaping {
        /** @param before all that is written so far */
        String escape(String value, CharSequence before);
    }
}
