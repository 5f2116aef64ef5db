package dev.tocsin.template;

/**
 * One lexical item of a template.
 *
 * @param text as written; of a {@link Kind#TEXT} what remains after trimming
 * @param offset of its first character in the template
 * @param spaceBefore whether white space stands between it and the item before
 */
record Token(Kind kind, String text, int offset, boolean spaceBefore) {
    enum Kind {
        TEXT,
        LEFT_DELIMITER,
        RIGHT_DELIMITER,
        KEYWORD,
        IDENTIFIER,
        FIELD,
        VARIABLE,
        DOT,
        NIL,
        BOOLEAN,
        NUMBER,
        CHARACTER,
        STRING,
        RAW_STRING,
        PIPE,
        DECLARE,
        ASSIGN,
        COMMA,
        LEFT_PAREN,
        RIGHT_PAREN,
        END
    }

    boolean isKeyword(String word) {
        return kind == Kind.KEYWORD && text.equals(word);
    }

    /** As told in errors. */
    String describe() {
        return switch (kind) {
            case END -> "end of template";
            case RIGHT_DELIMITER -> "\"}}\"";
            case KEYWORD -> "{{" + text + "}}";
            default -> "<" + (text.length() > 20 ? text.substring(0, 20) + "…" : text) + ">";
        };
    }
}
