package dev.tocsin.watch.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionParserTest {
    private static List<String> read(String text, boolean openMetrics) throws ScrapeException {
        return read(text.getBytes(StandardCharsets.UTF_8), openMetrics);
    }

    private static List<String> read(byte[] text, boolean openMetrics) throws ScrapeException {
        byte[] bytes = Arrays.copyOf(text, text.length + 1);
        ExpositionParser parser = new ExpositionParser();
        parser.begin(bytes, text.length, openMetrics);
        List<String> lines = new ArrayList<>();
        for (ExpositionParser.Line kind = parser.next(); kind != ExpositionParser.Line.END; kind = parser.next()) {
            if (kind == ExpositionParser.Line.SERIES) {
                Labels labels = SeriesText.labels(
                        bytes, parser.seriesStart, parser.seriesEnd, new SharedTexts(), parser::errorOfLine);
                String time = parser.timeMillis == ExpositionParser.NO_TIME ? "" : " @" + parser.timeMillis;
                lines.add(labels + " " + parser.value + time + (parser.hasExemplar ? " exemplar" : ""));
            } else {
                String name =
                        new String(bytes, parser.nameStart, parser.nameEnd - parser.nameStart, StandardCharsets.UTF_8);
                String said =
                        new String(bytes, parser.textStart, parser.textEnd - parser.textStart, StandardCharsets.UTF_8);
                lines.add(kind + " " + name + " " + said);
            }
        }
        return lines;
    }

    @Test
    void readsTheTextFormatWithAllItsBlanks() throws ScrapeException {
        String text = """
                # HELP m What it \\\\ is.
                #  TYPE   m\tcounter\s
                # a comment
                #
                m 1

                  m{ a = "x" , b="y\\"z\\\\\\n", }\t2.5e3   1395066363000
                m:x{}-Inf
                nan NaN -5
                big 123456789012345678901234567890
                last{q="0.5"} +Inf""";

        assertThat(read(text, false))
                .containsExactly(
                        "HELP m What it \\\\ is.",
                        "TYPE m counter",
                        "m 1.0",
                        "m{a=\"x\", b=\"y\\\"z\\\\\\n\"} 2500.0 @1395066363000",
                        "m:x -Infinity",
                        "nan NaN @-5",
                        "big 1.2345678901234568E29",
                        "last{q=\"0.5\"} Infinity");
    }

    @Test
    void readsOpenMetricsWithUnitsExemplarsAndSeconds() throws ScrapeException {
        String text = """
                # TYPE foo_seconds histogram
                # UNIT foo_seconds seconds
                # HELP foo_seconds It \\"says\\".
                foo_seconds_bucket{le="0.1"} 8 # {trace_id="a}b"} 0.054 1520879607.789
                foo_seconds_bucket{le="+Inf"} 17 1520879607.789
                foo_seconds_created 1520430000.123
                # TYPE i info
                i_info{v="é"} 1 # {} 1
                # EOF
                """;

        assertThat(read(text, true))
                .containsExactly(
                        "TYPE foo_seconds histogram",
                        "UNIT foo_seconds seconds",
                        "HELP foo_seconds It \\\"says\\\".",
                        "foo_seconds_bucket{le=\"0.1\"} 8.0 exemplar",
                        "foo_seconds_bucket{le=\"+Inf\"} 17.0 @1520879607789",
                        "foo_seconds_created 1.520430000123E9",
                        "TYPE i info",
                        "i_info{v=\"é\"} 1.0 exemplar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m",
                "m ",
                "m{a=\"b\" 1",
                "m{a=b} 1",
                "m{a=\"b} 1",
                "m{=\"b\"} 1",
                "m{1a=\"b\"} 1",
                "m{a=\"b\"c=\"d\"} 1",
                "m{a=\"b\",a=\"c\"} 1",
                "{a=\"b\"} 1",
                "m 1x",
                "m 1_000",
                "m 1 2x",
                "m 1-2",
                "m 1 2 3",
                "9m 1",
                "m \0",
                "# TYPE m sort",
                "# TYPE 9 counter",
                "<html>",
                "m{a=\"\u00ff"
            })
    void whatIsNoTextIsRefusedWithItsLine(String bad) {
        assertThatThrownBy(() -> read("ok 1\n" + bad + "\nok 2\n", false))
                .isInstanceOfSatisfying(ScrapeException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(ScrapeOutcome.MALFORMED);
                    assertThat(e).hasMessageStartingWith("line 2: ");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m 1\n",
                "m 1\n# EOF\nm 2\n",
                "m 1\n\n# EOF\n",
                "m  1\n# EOF\n",
                "m 1 \n# EOF\n",
                "# comment\n# EOF\n",
                "# UNIT m_seconds bytes\n# EOF\n",
                "m 1 # {a=b} 1\n# EOF\n",
                "m 1 # {a=\"b\"}\n# EOF\n",
                "m 1 x\n# EOF\n",
                "m 1\n# EOF"
            })
    void whatIsNoOpenMetricsIsRefused(String bad) {
        assertThatThrownBy(() -> read(bad, true)).isInstanceOf(ScrapeException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenIsRead(long seed) throws ScrapeException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Map<String, String> labels = new TreeMap<>();
            for (int k = random.nextInt(4); k > 0; k--) {
                labels.put("l" + k, anyText(random));
            }
            String name = "m" + random.nextInt(50);
            double value = random.nextBoolean() ? random.nextInt(1_000) : random.nextGaussian() * Math.pow(10, i % 30);
            text.append(name).append('{');
            labels.forEach((label, said) -> text.append(label)
                    .append("=\"")
                    .append(said.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                    .append("\","));
            text.append("} ").append(value).append('\n');
            labels.put(Labels.NAME, name);
            expected.add(Labels.of(labels) + " " + value);
        }
        assertThat(read(text.toString(), false)).isEqualTo(expected);
        assertThat(read(text + "# EOF\n", true)).isEqualTo(expected);
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder("x");
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append("ab{}\",=\\\n #é€".charAt(random.nextInt(13)));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void anyBytesAreReadOrRefusedAndNothingElse(long seed) {
        Random random = new Random(seed);
        byte[] sound = ("# HELP m h\n# TYPE m counter\nm_total{a=\"b\\\\c\",d=\"\"} 1.5 # {t=\"1\"} 2 3.5\n"
                        + "m_created{x=\"y\"} NaN 12.5\n# UNIT n_s s\nn_s -Inf\n# EOF\n")
                .getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(sound, random.nextInt(sound.length + 1));
            for (int k = random.nextInt(4); k > 0 && bytes.length > 0; k--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : sound[random.nextInt(sound.length)];
            }
            try {
                read(bytes, round % 2 == 0);
            } catch (ScrapeException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1_000, 20_000);
    }
}
