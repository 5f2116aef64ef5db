package dev.tocsin.config;

import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Where a character of a YAML scalar stands in its file. YAML folds lines, strips indents and resolves escapes; but
 * visible characters keep their order, so the place is found by counting those.
 *
 * @param line from 1
 * @param column from 1
 */
record ScalarPlace(int line, int column) {
    static ScalarPlace of(String fileText, ScalarNode scalar, int index) {
        String value = scalar.getValue();
        int visible = 0;
        for (int i = 0; i < Math.min(index, value.length()); i++) {
            visible += Character.isWhitespace(value.charAt(i)) ? 0 : 1;
        }
        ScalarStyle style = scalar.getScalarStyle();
        int at = fileText.offsetByCodePoints(0, scalar.getStartMark().getIndex());
        if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
            int lineEnd = fileText.indexOf('\n', at);
            at = lineEnd < 0 ? fileText.length() : lineEnd + 1;
        } else if (style != ScalarStyle.PLAIN) {
            at++;
        }
        int afterVisible = at;
        int end = fileText.offsetByCodePoints(0, scalar.getEndMark().getIndex());
        while (at < end) {
            if (!Character.isWhitespace(fileText.charAt(at)) && visible-- == 0) {
                return at(fileText, at);
            }
            boolean escape = (style == ScalarStyle.DOUBLE_QUOTED && fileText.charAt(at) == '\\')
                    || (style == ScalarStyle.SINGLE_QUOTED && fileText.startsWith("''", at));
            boolean blank = Character.isWhitespace(fileText.charAt(at));
            at += escape ? 2 : 1;
            afterVisible = blank ? afterVisible : at;
        }
        return at(fileText, afterVisible);
    }

    private static ScalarPlace at(String fileText, int at) {
        int lineStart = fileText.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
        int line = (int) fileText.substring(0, lineStart)
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                + 1;
        return new ScalarPlace(line, at - lineStart + 1);
    }
}
