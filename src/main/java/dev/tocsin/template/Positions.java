package dev.tocsin.template;

/** From an offset in a template to line and column. */
final class Positions {
    private Positions() {}

    static TemplateException error(String name, String text, int offset, String reason) {
        int line = 1;
        int lineStart = 0;
        int end = Math.min(offset, text.length());
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new TemplateException(name, line, end - lineStart + 1, end, reason);
    }
}
