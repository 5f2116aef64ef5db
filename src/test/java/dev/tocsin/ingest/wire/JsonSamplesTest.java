package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.SampleBatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSamplesTest {
    /** What was read: rows as text with the item's position before them, rejections as {@code 3 bad_value}. */
    record Read(List<String> rows, List<String> rejected, String error, WireCounts counts) {
        static Read all(String body) {
            return all(body.getBytes(StandardCharsets.UTF_8), 1_000);
        }

        static Read all(byte[] body, int rowsAtOnce) {
            List<String> rows = new ArrayList<>();
            List<String> rejected = new ArrayList<>();
            WireCounts counts = new WireCounts(0, (reason, bytes, from, to) -> {});
            SampleBatch batch = SampleBatch.anyText(1, 1);
            try (JsonSamples samples = JsonSamples.of(
                    new ByteArrayInputStream(body),
                    counts,
                    (item, reason) -> rejected.add(item + " " + reason.label()))) {
                boolean more = true;
                while (more) {
                    batch.reset();
                    more = samples.read(batch, rowsAtOnce, 1 << 20);
                    for (int row = 0; row < batch.size(); row++) {
                        rows.add(samples.itemOf(row) + " " + readable(ParsedLines.row(batch, row)));
                    }
                }
                assertThat(counts.rejectedInAll()).isEqualTo(rejected.size());
                return new Read(rows, rejected, samples.error(), counts);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private static String readable(String row) {
            String utf8 = new String(row.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            return utf8.replace('\u001e', ',').replace('\u001f', '=');
        }
    }

    private static Read samples(String items) {
        return Read.all("{\"samples\":[" + items.replace('\'', '"') + "]}");
    }

    @Test
    void readsABatch() {
        Read read = samples("""
                {'name':'api.latency','type':'distribution','value':320,
                 'labels':{'route':'/login','canary':true,'shard':7},'rate':0.5,'time':1732165200.5},
                {'type':'counter','rate':0.25,'name':'hits','value':2},
                {'name':'temp','type':'gauge','value':-5e-1,'labels':{}},
                {'name':'who','type':'set','value':'al'},
                {'name':'t','type':'ms','values':[1,2.5]}""");
        assertThat(read.rows())
                .containsExactly(
                        "0 DISTRIBUTION api.latency 320.0 x2.0 #route=/login,canary=true,shard=7 @1732165200500",
                        "1 COUNTER hits 8.0",
                        "2 GAUGE temp -0.5",
                        "3 SET who {al}",
                        "4 DISTRIBUTION t 1.0 x1.0",
                        "4 DISTRIBUTION t 2.5 x1.0");
        assertThat(read.rejected()).isEmpty();
        assertThat(read.error()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "counter,COUNTER",
        "c,COUNTER",
        "gauge,GAUGE",
        "g,GAUGE",
        "distribution,DISTRIBUTION",
        "d,DISTRIBUTION",
        "h,DISTRIBUTION",
        "ms,DISTRIBUTION",
        "set,SET",
        "s,SET",
    })
    void knowsTypesByNameAndByLetter(String type, String kind) {
        Read read = samples("{'name':'n','type':'" + type + "','value':1}");
        assertThat(read.rows().getFirst()).startsWith("0 " + kind + " n ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "7; malformed",
                "[]; malformed",
                "null; malformed",
                "{}; empty_name",
                "{'name':'','type':'c','value':1}; empty_name",
                "{'name':5,'type':'c','value':1}; malformed",
                "{'name':'n','value':1}; unknown_type",
                "{'name':'n','type':'x','value':1}; unknown_type",
                "{'name':'n','type':['c'],'value':1}; unknown_type",
                "{'name':'n','type':'c'}; bad_value",
                "{'name':'n','type':'c','value':null}; bad_value",
                "{'name':'n','type':'c','value':'1'}; bad_value",
                "{'name':'n','type':'c','value':true}; bad_value",
                "{'name':'n','type':'c','value':{'a':1}}; bad_value",
                "{'name':'n','type':'c','value':1e999}; bad_value",
                "{'name':'n','type':'c','values':[]}; bad_value",
                "{'name':'n','type':'c','values':[[1]]}; bad_value",
                "{'name':'n','type':'s','value':''}; bad_value",
                "{'name':'n','type':'s','value':null}; bad_value",
                "{'name':'n','type':'c','value':1,'rate':0}; bad_rate",
                "{'name':'n','type':'c','value':1,'rate':1.5}; bad_rate",
                "{'name':'n','type':'c','value':1,'rate':'x'}; bad_rate",
                "{'name':'n','type':'c','value':1,'rate':[1]}; bad_rate",
                "{'name':'n','type':'c','value':1,'time':'now'}; bad_timestamp",
                "{'name':'n','type':'c','value':1,'time':-1}; bad_timestamp",
                "{'name':'n','type':'c','value':1,'labels':['a']}; malformed",
                "{'name':'n','type':'c','value':1,'labels':{'a':[1]}}; malformed",
                "{'name':'n','type':'c','value':1,'labels':{'':'x'}}; malformed",
                "{'name':'n','type':'c','value':1,'value':2}; malformed",
            })
    void rejectsAnItemByItsPositionAndGoesOn(String item, String reason) {
        Read read = samples("{'name':'a','type':'c','value':1}," + item + ",{'name':'b','type':'c','value':1}");
        assertThat(read.rows()).containsExactly("0 COUNTER a 1.0", "2 COUNTER b 1.0");
        assertThat(read.rejected()).containsExactly("1 " + reason);
        assertThat(read.error()).isNull();
    }

    @Test
    void rejectsOnlyTheBadOnesAmongSeveralValues() {
        Read read = samples("{'name':'n','type':'c','values':[1,'x',null,4]}");
        assertThat(read.rows()).containsExactly("0 COUNTER n 1.0", "0 COUNTER n 4.0");
        assertThat(read.rejected()).containsExactly("0 bad_value", "0 bad_value");
    }

    @Test
    void readsASetsMembersWhereverTheTypeStands() {
        Read read = samples("""
                {'name':'n','values':['a',1.50,-2],'type':'s'},
                {'type':'set','name':'n','values':['a',1.50,-2]}""");
        assertThat(read.rows())
                .containsExactly(
                        "0 SET n {a}",
                        "0 SET n {1.50}",
                        "0 SET n {-2}",
                        "1 SET n {a}",
                        "1 SET n {1.50}",
                        "1 SET n {-2}");
    }

    @Test
    void aLabelWithoutValueIsNoLabel() {
        Read read = samples("{'name':'n','type':'c','value':1,'labels':{'a':'','b':null,'c':'d','':''}}");
        assertThat(read.rows()).containsExactly("0 COUNTER n 1.0 #c=d");
    }

    @Test
    void takesAnyTextInNamesAndLabels() {
        Read read = samples(
                "{'name':'größe','type':'c','value':1,'labels':{'k,:':'\\u001e\\u001fa,b:c\\ud83d\\ude00\\ud800'}}");
        assertThat(read.rows()).containsExactly("0 COUNTER größe 1.0 #k,:=__a,b:c😀?");
    }

    @Test
    void skipsAndCountsUnknownKeys() {
        Read read = Read.all(
                "{\"host\":{\"a\":[1]},\"samples\":[{\"unit\":{\"x\":1},\"name\":\"n\",\"type\":\"c\",\"value\":1}],\"z\":[2]}");
        assertThat(read.rows()).containsExactly("0 COUNTER n 1.0");
        assertThat(read.counts().skipped(WireCounts.SkippedField.OTHER)).isEqualTo(1);
        assertThat(read.error()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "''; 0 malformed",
                "[]; 0 malformed",
                "{}; 0 malformed",
                "nonsense; 0 malformed",
                "{\"samples\":7}; 0 malformed",
                "{\"samples\":[}; 0 malformed",
                "{\"samples\":[{\"name\":\"n\"; 0 malformed",
                "{\"samples\":[]; -",
                "{\"samples\":[]} x; -",
            })
    void saysWhereTheTextIsNoJson(String body, String rejected) {
        Read read = Read.all(body);
        assertThat(read.rows()).isEmpty();
        assertThat(read.error()).isNotNull();
        assertThat(read.rejected()).isEqualTo(rejected == null ? List.of() : List.of(rejected));
    }

    @Test
    void keepsWhatStandsBeforeTheBreak() {
        Read read = samples("{'name':'a','type':'c','value':1},{'name':'b','type':'c','value':}");
        assertThat(read.rows()).containsExactly("0 COUNTER a 1.0");
        assertThat(read.rejected()).containsExactly("1 malformed");
        assertThat(read.error()).startsWith("line 1, column ");
    }

    @Test
    void anEmptyListIsFine() {
        Read read = samples("");
        assertThat(read.rejected()).isEmpty();
        assertThat(read.error()).isNull();
    }

    @Test
    void readsInPiecesWhatItReadsAtOnce() {
        StringBuilder items = new StringBuilder("{'name':'n0','type':'c','value':0}");
        for (int i = 1; i < 500; i++) {
            items.append(",{'name':'n").append(i).append("','type':'c','values':[1,'x',3]}");
        }
        byte[] body = ("{\"samples\":[" + items.toString().replace('\'', '"') + "]}").getBytes(StandardCharsets.UTF_8);
        assertThat(Read.all(body, 1).rows())
                .isEqualTo(Read.all(body, 100_000).rows())
                .hasSize(999);
    }

    @Test
    void boundsWhatOneItemMayHold() {
        String many = "1,".repeat(JsonSamples.MAX_VALUES) + "1";
        Read read = samples("{'name':'n','type':'c','values':[" + many + "]},{'name':'" + "n".repeat(30_000)
                + "','type':'c','value':1},{'name':'n','type':'c','values':[" + many.substring(2) + "]}");
        assertThat(read.rejected()).containsExactly("0 too_large", "1 too_large");
        assertThat(read.rows()).hasSize(JsonSamples.MAX_VALUES);
        Read longText = samples("{'name':'" + "n".repeat(JsonSamples.MAX_TEXT_CHARS + 1) + "'}");
        assertThat(longText.rejected()).containsExactly("0 malformed");
    }

    @Test
    void readsFourHundredDigits() {
        String digits = "0." + "3".repeat(400);
        assertThat(samples("{'name':'n','type':'g','value':" + digits + "}").rows())
                .containsExactly("0 GAUGE n " + Double.parseDouble(digits));
        assertThat(samples("{'name':'n','type':'g','value':" + "1".repeat(400) + "}")
                        .rejected())
                .containsExactly("0 bad_value");
    }
}
