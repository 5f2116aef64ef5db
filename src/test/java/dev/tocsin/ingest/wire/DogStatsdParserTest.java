package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DogStatsdParserTest {
    private static ParsedLines parse(String datagram) {
        return ParsedLines.parse(SignedGauges.ABSOLUTE, datagram.getBytes(StandardCharsets.UTF_8));
    }

    private static ParsedLines parseRelative(String datagram) {
        return ParsedLines.parse(SignedGauges.RELATIVE, datagram.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "page.views:1|c, COUNTER page.views 1.0",
        "fuel.level:0.5|g, GAUGE fuel.level 0.5",
        "song.length:240|h, DISTRIBUTION song.length 240.0 x1.0",
        "api.latency:320|ms, DISTRIBUTION api.latency 320.0 x1.0",
        "payload:7|d, DISTRIBUTION payload 7.0 x1.0",
        "users:1234|s, SET users {1234}",
        "users:al@x.io|s, SET users {al@x.io}",
    })
    void takesEachType(String line, String row) {
        assertThat(parse(line).rows()).containsExactly(row);
    }

    @Test
    void readsTagsRateAndTimestampInAnyOrder() {
        String row = "COUNTER hits 2.0 #env:prod,canary @1656581400000";
        assertThat(parse("hits:1|c|@0.5|#env:prod,canary|T1656581400").rows()).containsExactly(row);
        assertThat(parse("hits:1|c|T1656581400|#env:prod,canary|@0.5").rows()).containsExactly(row);
    }

    @Test
    void dividesACounterByItsRateAndWeighsADistribution() {
        assertThat(parse("a:3|c|@0.3\nb:3|ms|@0.3\nc:3|g|@0.3\nd:3|s|@0.3").rows())
                .containsExactly(
                        "COUNTER a 10.0", "DISTRIBUTION b 3.0 x3.3333333333333335", "GAUGE c 3.0", "SET d {3}");
    }

    @Test
    void takesEachPackedValueAsASample() {
        ParsedLines parsed = parse("t:1:2.5:-3|d|@0.5|#a:b");
        assertThat(parsed.rows())
                .containsExactly(
                        "DISTRIBUTION t 1.0 x2.0 #a:b",
                        "DISTRIBUTION t 2.5 x2.0 #a:b",
                        "DISTRIBUTION t -3.0 x2.0 #a:b");
        assertThat(parsed.samples()).isEqualTo(3);
    }

    @Test
    void rejectsOnlyTheBadOnesAmongPackedValues() {
        ParsedLines parsed = parse("t:1::x:4|c");
        assertThat(parsed.rows()).containsExactly("COUNTER t 1.0", "COUNTER t 4.0");
        assertThat(parsed.counts().rejected(Rejection.BAD_VALUE)).isEqualTo(2);
        assertThat(parsed.samples()).isEqualTo(4);
    }

    @Test
    void keepsTheColonsOfASetMember() {
        assertThat(parse("peers:fe80::1:443|s|#a:b").rows()).containsExactly("SET peers {fe80::1:443} #a:b");
    }

    @Test
    void takesSeveralElementsOfPlainStatsd() {
        assertThat(parse("k:1|c:2|ms|@0.5:3|g:x|s").rows())
                .containsExactly("COUNTER k 1.0", "DISTRIBUTION k 2.0 x2.0", "GAUGE k 3.0", "SET k {x}");
    }

    @Test
    void signedGaugesAreAbsoluteOrRelativeAsTheSocketSays() {
        assertThat(parse("t:-5|g\nt:+5|g\nt:5|g").rows()).containsExactly("GAUGE t -5.0", "GAUGE t 5.0", "GAUGE t 5.0");
        assertThat(parseRelative("t:-5|g\nt:+5|g\nt:5|g\nt:1:-1|g").rows())
                .containsExactly("GAUGE t += -5.0", "GAUGE t += 5.0", "GAUGE t 5.0", "GAUGE t 1.0", "GAUGE t += -1.0");
    }

    @Test
    void skipsAndCountsFieldsThatMakeNoLabel() {
        ParsedLines parsed = parse("a:1|c|c:ci-83|e:it-false,cn-x|card:low|z:new|#k:v||cart:1|ex:1|");
        assertThat(parsed.rows()).containsExactly("COUNTER a 1.0 #k:v");
        assertThat(parsed.counts().skipped(WireCounts.SkippedField.CONTAINER)).isEqualTo(1);
        assertThat(parsed.counts().skipped(WireCounts.SkippedField.EXTERNAL_DATA))
                .isEqualTo(1);
        assertThat(parsed.counts().skipped(WireCounts.SkippedField.CARDINALITY)).isEqualTo(1);
        assertThat(parsed.counts().skipped(WireCounts.SkippedField.OTHER)).isEqualTo(5);
    }

    @Test
    void theLastFieldOfAKindWins() {
        assertThat(parse("a:1|c|#x|@0.1|#y|@0.5").rows()).containsExactly("COUNTER a 2.0 #y");
    }

    @Test
    void ignoresBlankLinesAndCarriageReturns() {
        ParsedLines parsed = parse("\n\r\n\na:1|c\r\n\r\nb:2|c|#t:x\r\nc:3|c|@0.5\r\nd:x|s\r\ne:1|c|T9\r");
        assertThat(parsed.rows())
                .containsExactly(
                        "COUNTER a 1.0", "COUNTER b 2.0 #t:x", "COUNTER c 6.0", "SET d {x}", "COUNTER e 1.0 @9000");
        assertThat(parsed.samples()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "garbage MALFORMED",
                "a:1 MALFORMED",
                "a|c:1 MALFORMED",
                "a|x:1|c MALFORMED",
                ": MALFORMED_OR_EMPTY",
                ":1|c EMPTY_NAME",
                "a:1| UNKNOWN_TYPE",
                "a:1|m UNKNOWN_TYPE",
                "a:1|x UNKNOWN_TYPE",
                "a:1|cc UNKNOWN_TYPE",
                "a:1|msx UNKNOWN_TYPE",
                "a:|c BAD_VALUE",
                "a:|s BAD_VALUE",
                "a:x|c BAD_VALUE",
                "a:1x|c BAD_VALUE",
                "a:-|c BAD_VALUE",
                "a:.|c BAD_VALUE",
                "a:1e|c BAD_VALUE",
                "a:NaN|g BAD_VALUE",
                "a:inf|g BAD_VALUE",
                "a:Infinity|g BAD_VALUE",
                "a:0x10|g BAD_VALUE",
                "a:1d|g BAD_VALUE",
                "a:1e999|g BAD_VALUE",
                "a:1e308|c|@0.1 BAD_VALUE",
                "a:1|c|@ BAD_RATE",
                "a:1|c|@0 BAD_RATE",
                "a:1|c|@-0.5 BAD_RATE",
                "a:1|c|@1.01 BAD_RATE",
                "a:1|c|@1e-10 BAD_RATE",
                "a:1|c|@x BAD_RATE",
                "a:1|g|@0.5x BAD_RATE",
                "a:1|c|T BAD_TIMESTAMP",
                "a:1|c|T-1 BAD_TIMESTAMP",
                "a:1|c|T1.5 BAD_TIMESTAMP",
                "a:1|c|T1234567890123 BAD_TIMESTAMP",
            })
    void rejectsOneSampleWithItsReason(String line, String reason) {
        ParsedLines parsed = parse(line + "\nok:1|c");
        assertThat(parsed.rows()).containsExactly("COUNTER ok 1.0");
        assertThat(parsed.samples()).isEqualTo(2);
        assertThat(parsed.rejections())
                .containsExactly(
                        reason.equals("MALFORMED_OR_EMPTY") ? Rejection.EMPTY_NAME : Rejection.valueOf(reason));
        assertThat(parsed.badLines()).containsExactly(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+5",
                ".5",
                "5.",
                "1e5",
                "1E5",
                "1e-5",
                "-1.5e+3",
                "0.1",
                "0.30000000000000004",
                "123456789012345678",
                "9007199254740993",
                "9007199254740992",
                "12345678901234567890",
                "0.000000000000000001",
                "4.9e-324",
                "1.7976931348623157e308",
                "2.2250738585072011e-308",
                "179769313486231570000000000000000000000",
                "000000000000000000000000000001",
                "1e-400",
            })
    void readsNumbersAsDoubleParseDoubleDoes(String number) {
        assertThat(parse("n:" + number + "|g").rows()).containsExactly("GAUGE n " + Double.parseDouble(number));
    }

    @Test
    void readsFourHundredDigits() {
        String small = "0." + "1".repeat(400);
        assertThat(parse("n:" + small + "|g").rows()).containsExactly("GAUGE n " + Double.parseDouble(small));
        assertThat(parse("n:" + "1".repeat(400) + "|g").rejections()).containsExactly(Rejection.BAD_VALUE);
    }

    @Test
    void countsEventsAndChecksAsAcceptedSamples() {
        ParsedLines parsed = parse("_e{2,2}:ab|cd\n_sc|db|0\r\n_e{9,9}:ab|cd\n_sc|db\na:1|c\n_events:1|c");
        assertThat(parsed.annotations()).containsExactly("_e{2,2}:ab|cd", "_sc|db|0");
        assertThat(parsed.rejections()).containsExactly(Rejection.MALFORMED, Rejection.MALFORMED);
        assertThat(parsed.rows()).containsExactly("COUNTER a 1.0", "COUNTER _events 1.0");
        assertThat(parsed.samples()).isEqualTo(6);
    }

    @Test
    void readsNothingOfWhatFollowsTheDatagram() {
        byte[] bytes = "a:1|c|#x:y_stale:99|c\nstale:1|c".getBytes(StandardCharsets.UTF_8);
        ParsedLines parsed = ParsedLines.parse(SignedGauges.ABSOLUTE, bytes, 0, 10);
        assertThat(parsed.rows()).containsExactly("COUNTER a 1.0 #x:y");
    }

    @Test
    void tellsOnlyTheFirstBadLinesOfEachReason() {
        ParsedLines parsed = parse("a\n".repeat(10) + "b:x|c\n");
        assertThat(parsed.badLines()).isEqualTo(List.of("a", "a", "a", "b:x|c"));
        assertThat(parsed.counts().rejected(Rejection.MALFORMED)).isEqualTo(10);
    }

    @Test
    void takesTenThousandTagsAsTheyAre() {
        StringBuilder tags = new StringBuilder("t0:v");
        for (int i = 1; i < 10_000; i++) {
            tags.append(",t").append(i).append(":v");
        }
        assertThat(parse("a:1|c|#" + tags).rows()).containsExactly("COUNTER a 1.0 #" + tags);
    }

    @Test
    void aDatagramOfNothingButBadPackedValuesIsReadInOnePass() {
        ParsedLines parsed = parse("a" + ":x".repeat(32_000) + "|c");
        assertThat(parsed.counts().rejected(Rejection.BAD_VALUE)).isEqualTo(32_000);
        assertThat(parsed.badLines()).hasSize(ParsedLines.TOLD);
    }
}
