package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.watch.log.LogPattern.Where;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexLiteralsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "error ~ error ~ true",
                "ERROR|CRITICAL|FATAL ~ ERROR,CRITICAL,FATAL ~ true",
                "(?i)\\b(?:warn|warning)\\b ~ warn,warning ~ true",
                "errors? ~ errors,error ~ true",
                "took \\d+ ms (?P<endpoint>\\S+) ~ took  ~ false",
                "a(?:b|c)d ~ abd,acd ~ true",
                "[ab]x ~ ax,bx ~ true",
                "foo.*barbaz ~ barbaz ~ false",
                "^start ~ start ~ false",
                "(?:abc)+ ~ abc ~ false",
                "(?:abc){2,} ~ abc ~ false",
                "\\Qa.b\\E ~ a.b ~ true",
                "a\\.b ~ a.b ~ true",
                "in\\b side ~ in side ~ false",
            })
    void findsWhatEveryMatchContains(String regex, String texts, boolean decides) {
        RegexLiterals.Found found = RegexLiterals.of(regex);

        assertThat(found).isNotNull();
        assertThat(String.join(
                                ",",
                                found.any().stream()
                                        .map(RegexLiterals.Literal::text)
                                        .toList())
                        .strip())
                .isEqualTo(texts.strip());
        assertThat(found.decides()).isEqualTo(decides);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".*", "a*", "x?", "\\d+", "(?i)é", "[^a]", "a|b*", "(?:ab){0,2}", "\\pL", "\\x41"})
    void hasNoneWhereNothingIsSure(String regex) {
        assertThat(RegexLiterals.of(regex)).isNull();
    }

    /** Random expressions over random texts: the quick way and the expression itself always say the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void decidesAsTheExpressionDoes(long seed) {
        Random random = new Random(seed);
        int found = 0;
        for (int i = 0; i < 3_000; i++) {
            String regex = (random.nextInt(3) == 0 ? "(?i)" : "") + regex(random, 3);
            LogPattern pattern = LogPattern.of("c", regex, new Where.Text());
            PatternSet set = new PatternSet(List.of(pattern), List.of());
            for (int j = 0; j < 10; j++) {
                String text = text(random);
                byte[] bytes = ("x" + text + "x").getBytes(StandardCharsets.UTF_8);
                LogEvent event = new LogEvent();
                event.set(bytes, 1, bytes.length - 1);
                boolean expected = pattern.pattern().matcher(text).find();
                found += expected ? 1 : 0;
                assertThat(set.find(event) == 1)
                        .as("seed %d: %s in \"%s\"", seed, regex, text)
                        .isEqualTo(expected);
            }
        }
        assertThat(found).isGreaterThan(1_000);
    }

    private static String regex(Random random, int depth) {
        StringBuilder out = new StringBuilder();
        int items = 1 + random.nextInt(3);
        for (int i = 0; i < items; i++) {
            String atom = switch (random.nextInt(depth > 0 ? 13 : 10)) {
                case 0, 1, 2, 3 -> Character.toString("abAB_ é-".charAt(random.nextInt(8)));
                case 4 -> ".";
                case 5 -> "\\b";
                case 6 -> "[ab]";
                case 7 -> "\\w";
                case 8 -> "^";
                case 9 -> "[^a]";
                case 10 -> "(?:" + regex(random, depth - 1) + ")";
                case 11 -> "(" + regex(random, depth - 1) + "|" + regex(random, depth - 1) + ")";
                default -> "(?i:" + regex(random, depth - 1) + ")";
            };
            boolean repeats = !atom.equals("\\b") && !atom.equals("^") && random.nextInt(4) == 0;
            out.append(atom);
            if (repeats) {
                out.append(List.of("*", "+", "?", "{2}", "{0,1}", "{1,}").get(random.nextInt(6)));
            }
        }
        return out.toString();
    }

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            out.append("abAB_ é-xy".charAt(random.nextInt(10)));
        }
        return out.toString();
    }
}
