package dev.tocsin.promql;

/** What the lexer tells apart. Keywords are identifiers to it: PromQL lets most of them name metrics and labels. */
enum TokenType {
    END("end of input"),
    /** A name; may contain colons outside braces. */
    IDENTIFIER("an identifier"),
    NUMBER("a number"),
    DURATION("a duration"),
    STRING("a string"),
    LEFT_PAREN("\"(\""),
    RIGHT_PAREN("\")\""),
    LEFT_BRACE("\"{\""),
    RIGHT_BRACE("\"}\""),
    LEFT_BRACKET("\"[\""),
    RIGHT_BRACKET("\"]\""),
    COMMA("\",\""),
    COLON("\":\""),
    AT("\"@\""),
    ADD("\"+\""),
    SUB("\"-\""),
    MUL("\"*\""),
    DIV("\"/\""),
    MOD("\"%\""),
    POW("\"^\""),
    EQUAL("\"==\""),
    NOT_EQUAL("\"!=\""),
    LESS("\"<\""),
    LESS_EQUAL("\"<=\""),
    GREATER("\">\""),
    GREATER_EQUAL("\">=\""),
    ASSIGN("\"=\""),
    MATCH_REGEX("\"=~\""),
    NOT_MATCH_REGEX("\"!~\"");

    private final String words;

    TokenType(String words) {
        this.words = words;
    }

    /** How error messages call it. */
    String words() {
        return words;
    }
}
