package dev.tocsin.template;

/** Text that is written as it is where others are escaped: Go's {@code template.HTML}. Immutable. */
public record Markup(String text) {
    @Override
    public String toString() {
        return text;
    }
}
