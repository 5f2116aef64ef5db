package dev.tocsin.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "a|b a true",
                "a|b ab false",
                "a|b b true",
                "api-.+ api-1 true",
                "api-.+ my-api-1 false",
                ".*?(?i:PRO).* reproach true",
                "[a-c{2}]+ ab{2 true",
                "a{2,3} aaa true",
                "a{2,3} aaaa false",
                "[[:alpha:](]+ a( true",
                "\\Q(((\\E ((( true",
                "x\\.y x.y true",
                "x\\.y xzy false",
                "(((a))) a true",
                "a\\.b|c\\\\ a.b true",
                "a\\.b|c\\\\ axb false",
                "a\\d a7 true"
            })
    void matchesWholeValues(String regex, String value, boolean matches) {
        assertThat(Regex.compile(regex).matches(value)).isEqualTo(matches);
    }

    @Test
    void matchesAcrossLinesAndNothing() {
        assertThat(Regex.compile("a.b").matches("a\nb")).isTrue();
        assertThat(Regex.compile("").matches("")).isTrue();
        assertThat(Regex.compile("a\\\\").matches("a\\")).isTrue();
        assertThat(Regex.compile("a|").matches("")).isTrue();
        assertThat(Regex.compile(".*").matches("")).isTrue();
    }

    @Test
    void takesAnyNumberOfPlainAlternatives() {
        String hosts = IntStream.range(0, 50_000).mapToObj(i -> "host\\.a-" + i).collect(Collectors.joining("|"));
        Regex regex = Regex.compile(hosts);
        assertThat(regex.matches("host.a-49999")).isTrue();
        assertThat(regex.matches("host.a-50000")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(((a{100}){100}){100}){100}",
                "(a{1000}){1000}",
                "a{1001}",
                "(a{500}b{500}){3}",
                "((x{40}){5}){6}"
            })
    void refusesRepetitionsThatMultiply(String regex) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Regex.compile(regex))
                .withMessageContaining("expected at most 1000");
    }

    @Test
    void refusesWhatWouldEndTheStackOrTheHeap() throws InterruptedException {
        String[] texts = {
            "(".repeat(10_000) + "a" + ")".repeat(10_000),
            "(a".repeat(10_000) + ")?".repeat(10_000),
            "a*".repeat(10_000),
            "(a|b)*".repeat(10_000),
            ".*a|".repeat(10_000),
            "[ab]{1000}".repeat(60),
            "(?:".repeat(100_000)
        };
        Throwable[] thrown = new Throwable[1];
        Thread small = new Thread(
                null,
                () -> {
                    for (String text : texts) {
                        assertThatExceptionOfType(IllegalArgumentException.class)
                                .isThrownBy(() -> Regex.compile(text))
                                .withMessageContaining("expected at most");
                    }
                    // The largest that are allowed do work.
                    assertThat(Regex.compile("a*".repeat(1_500)).matches("b")).isFalse();
                    assertThat(Regex.compile("(".repeat(250) + "a" + ")".repeat(250))
                                    .matches("a"))
                            .isTrue();
                    assertThat(Regex.compile("(a".repeat(250) + ")?".repeat(250))
                                    .matches("a"))
                            .isTrue();
                    assertThat(Regex.compile(".*a|".repeat(700)).matches("b")).isFalse();
                },
                "small stack",
                512 * 1024);
        small.setUncaughtExceptionHandler((t, e) -> thrown[0] = e);
        small.start();
        small.join();
        assertThat(thrown[0]).isNull();
    }

    @Test
    void saysWhyAnExpressionIsNone() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Regex.compile("a("))
                .withMessage("invalid regular expression a(: missing closing )");
    }
}
