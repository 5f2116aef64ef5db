package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatcherSyntaxTest {
    @ParameterizedTest
    @CsvSource(delimiter = '→', quoteCharacter = '`', textBlock = """
            foo=bar                     → [foo="bar"]
            foo = "bar"                 → [foo="bar"]
            {foo="bar"}                 → [foo="bar"]
            {foo="bar",baz=~"a|b",}     → [foo="bar", baz=~"a|b"]
            foo!="b,a}r", x!~y.*        → [foo!="b,a}r", x!~"y.*"]
            foo=                        → [foo=""]
            foo="a\\"b"                 → [foo="a\\"b"]
            foo=a\\dc                   → [foo="a\\\\dc"]
            foo=with some words         → [foo="with some words"]
            {}                          → []
            "foo bar"="x"               → [foo bar="x"]
            {"mÿ"=~"☃.*", a=b}          → [mÿ=~"☃.*", a="b"]
            foo.bar=x                   → [foo.bar="x"]
            {foo=bar                    → [foo="bar"]
            foo==                       → [foo="="]
            """)
    void reads(String text, String expected) {
        assertThat(MatcherSyntax.parseAll(text).toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"foo", "=bar", "foo=\"bar", "foo=b\"ar", "foo=~\"(\"", "a=b c=d\"", ",", "\"a\"", "\"a\\q\"=b"})
    void refuses(String text) {
        assertThatThrownBy(() -> MatcherSyntax.parseAll(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDotMatchesNoLineEndAsInAlertmanager() {
        assertThat(MatcherSyntax.parseAll("foo=~.+").getFirst().matches("a\nb")).isFalse();
        assertThat(new Matcher("foo", Matcher.Op.MATCHES, ".+").matches("a\nb")).isTrue();
    }
}
