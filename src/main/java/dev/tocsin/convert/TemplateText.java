package dev.tocsin.convert;

/** Text for places that are templates here. No state. */
final class TemplateText {
    private TemplateText() {}

    /** A template whose output is the text, whatever braces it holds. */
    static String plain(String text) {
        return text.replace("{{", "{{\"{{\"}}");
    }
}
