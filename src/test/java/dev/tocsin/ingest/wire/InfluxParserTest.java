package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InfluxParserTest {
    private final List<String> bad = new ArrayList<>();
    private final WireCounts counts = new WireCounts(0, (reason, b, from, to) -> {});
    private final InfluxParser parser = new InfluxParser(
            counts,
            (problem, b, from, to) ->
                    bad.add(new String(b, from, to - from, StandardCharsets.UTF_8) + ": " + problem.words()));
    private final SampleBatch lines = InfluxParser.batch(1, 0);
    private final SampleBatch escaped = InfluxParser.unescapedBatch();
    private InfluxPrecision precision = InfluxPrecision.NANOSECONDS;
    private int read;

    private List<String> parse(String text, boolean last) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        lines.reset();
        escaped.reset();
        lines.bytes = bytes.clone();
        read = parser.parse(lines, escaped, precision, 0, bytes.length, last);
        List<String> rows = new ArrayList<>();
        for (SampleBatch batch : List.of(lines, escaped)) {
            for (int row = 0; row < batch.size(); row++) {
                rows.add(ParsedLines.row(batch, row).replace('\u001e', ';').replace('\u001f', ':'));
            }
        }
        return rows;
    }

    private List<String> parse(String text) {
        return parse(text, true);
    }

    @Test
    void readsWhatTelegrafSends() {
        assertThat(parse("""
                        cpu,cpu=cpu0,host=web1 usage_idle=98.5,usage_user=1.25 1732165200000000000
                        mem,host=web1 used=123456789i,total=18446744073709551615u,swapping=false 1732165200000000000
                        system,host=web1 uptime_format="1 day, 2:03",value=3
                        """))
                .containsExactly(
                        "GAUGE cpu_usage_idle 98.5 #cpu=cpu0,host=web1 @1732165200000",
                        "GAUGE cpu_usage_user 1.25 #cpu=cpu0,host=web1 @1732165200000",
                        "GAUGE mem_used 1.23456789E8 #host=web1 @1732165200000",
                        "GAUGE mem_total 1.8446744073709552E19 #host=web1 @1732165200000",
                        "GAUGE mem_swapping 0.0 #host=web1 @1732165200000",
                        "GAUGE system 3.0 #host=web1");
        assertThat(counts.skipped(WireCounts.SkippedField.STRING)).isEqualTo(1);
        assertThat(bad).isEmpty();
    }

    @Test
    void passesOverCommentsAndBlankLines() {
        assertThat(parse("# made by hand\n\n   \n\r\n \t# more\n  a value=1\r\nb value=2 5000000 \r\n#"))
                .containsExactly("GAUGE a 1.0", "GAUGE b 2.0 @5");
        assertThat(bad).isEmpty();
    }

    @Test
    void resolvesEscapesInNamesAndTags() {
        assertThat(parse("""
                        my\\ m\\,x=y,ta\\=g=a\\,b\\ c,path=C:\\dir\\\\ fi\\ eld=1,s="\\"=, " 7000000
                        plain,a=b value=2
                        """))
                .containsExactly("GAUGE plain 2.0 #a=b", "GAUGE my m,x=y_fi eld 1.0 #ta=g:a,b c;path:C:\\dir\\ @7");
        assertThat(bad).isEmpty();
    }

    @Test
    void aStringMayHoldNewlinesAndQuotes() {
        assertThat(parse("a t=\"one\ntwo \\\" x=1\",v=1\nb v=2")).containsExactly("GAUGE a_v 1.0", "GAUGE b_v 2.0");
        assertThat(bad).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "cpu; missing fields",
                "cpu,host=a; missing fields",
                ",host=a v=1; missing measurement",
                "cpu, v=1; missing tag key",
                "cpu,=a v=1; missing tag key",
                "cpu,host v=1; missing tag value",
                "cpu,host= v=1; missing tag value",
                "cpu,host=a=b v=1; invalid tag format",
                "cpu =1; missing field key",
                "cpu v=1,; missing field key",
                "cpu v; invalid field format",
                "cpu v=; missing field value",
                "cpu v=,w=1; missing field value",
                "cpu v=abc; invalid number",
                "cpu v=1x; invalid number",
                "cpu v=NaN; invalid number",
                "cpu v=1.5i; invalid number",
                "cpu v=-1u; invalid number",
                "cpu v=9300000000000000000i; invalid number",
                "cpu v=1e999; invalid number",
                "cpu v=tru; invalid boolean",
                "cpu v=tRUE; invalid boolean",
                "cpu v=\"abc; unbalanced quotes",
                "cpu v=\"abc\"d; invalid field format",
                "cpu v=1 12x; bad timestamp",
                "cpu v=1 -; bad timestamp",
                "cpu v=1 9999999999999999999; bad timestamp",
                "cpu v=1 1 2; bad timestamp",
            },
            delimiter = ';')
    void saysWhatIsWrongAsInfluxDbDoes(String line, String words) {
        assertThat(parse("a v=1\n" + line + "\nb v=2")).containsExactly("GAUGE a_v 1.0", "GAUGE b_v 2.0");
        assertThat(bad).containsExactly(line + ": " + words);
        assertThat(counts.rejectedInAll()).isEqualTo(1);
    }

    @Test
    void nothingOfABadLineIsTaken() {
        assertThat(parse("cpu a=1,b=2,c=x 5\nm\\ x a=1,b=x\n")).isEmpty();
        assertThat(bad).containsExactly("cpu a=1,b=2,c=x 5: invalid number", "m\\ x a=1,b=x: invalid number");
    }

    @ParameterizedTest
    @EnumSource(InfluxPrecision.class)
    void honoursThePrecision(InfluxPrecision unit) {
        precision = unit;
        String expected = switch (unit) {
            case NANOSECONDS -> "@1";
            case MICROSECONDS -> "@1234";
            case MILLISECONDS -> "@1234567";
            case SECONDS -> "@1234567000";
            case MINUTES -> "@74074020000";
            case HOURS -> "@4444441200000";
        };
        assertThat(parse("a v=1 1234567\na v=1 -1234567\nb v=1")).element(0).isEqualTo("GAUGE a_v 1.0 " + expected);
        assertThat(parse("a v=1 9223372036854775807")).hasSize(1);
    }

    @Test
    void leavesALineThatIsNotYetWholeAlone() {
        for (String start : List.of(
                "b",
                "b,c=d v",
                "b v=1",
                "b v=1 12",
                "b v=1\r",
                "b s=\"x\ny",
                "b s=\"x\ny\",v=t",
                "b\\ c v=",
                "#",
                " ")) {
            assertThat(parse("a v=1\n" + start, false)).as(start).containsExactly("GAUGE a_v 1.0");
            assertThat(read).as(start).isEqualTo(6);
        }
        assertThat(bad).isEmpty();
        assertThat(counts.skipped(WireCounts.SkippedField.STRING)).isZero();
    }

    @Test
    void aForgottenQuoteSwallowsNoOtherLine() {
        assertThat(parse("a s=\"x\nb v=1\nc v=2")).containsExactly("GAUGE b_v 1.0", "GAUGE c_v 2.0");
        assertThat(bad).containsExactly("a s=\"x: unbalanced quotes");
    }

    @Test
    void boundsWhatNamesTake() {
        StringBuilder line = new StringBuilder("m".repeat(10_000)).append(' ');
        for (int i = 0; i < 1_000; i++) {
            line.append(i == 0 ? "" : ",").append('f').append(i).append("=1");
        }
        assertThat(parse(line + "\nb v=1")).containsExactly("GAUGE b_v 1.0");
        assertThat(bad).singleElement().asString().endsWith("its fields make more than 256 KiB of metric names");
        assertThat(lines.bytes.length).isLessThan(1 << 20);
    }

    @Test
    void stopsWhereEnoughNamesWereMade() {
        String text = ("m".repeat(1_000) + " a=1,b=2\n").repeat(1_000);
        parse(text);
        assertThat(read).isBetween(1, text.length() - 1);
        assertThat(lines.size()).isBetween(200, 400).isEqualTo(2 * read / 1_009);
    }
}
