package dev.tocsin.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.KeyHash;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Rejection;
import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
    private final TableRig rig = new TableRig();

    @ParameterizedTest
    @CsvSource({
        "api.response.time, api_response_time",
        "a-b/c d, a_b_c_d",
        "9lives, _9lives",
        "ns:rate, ns:rate",
        "été, _t_",
    })
    void namesBecomeWhatPromqlCanSay(String sent, String name) {
        assertThat(SampleNames.metricName(sent)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"http.route, http_route", "1st, _1st", "a:b, a_b", "__name__, _name__", "_x, _x"})
    void labelNamesAlikeWithoutColonsAndWithoutReservedOnes(String sent, String name) {
        assertThat(SampleNames.labelName(sent)).isEqualTo(name);
    }

    @Test
    void tagsBecomeLabels() {
        rig.push("x:1|c|#route:/login,bare,url:http://a,empty:,,dup:1,dup:2");
        rig.tick();

        assertThat(rig.series("x").labels())
                .isEqualTo(
                        Labels.of("__name__", "x", "route", "/login", "bare", "true", "url", "http://a", "dup", "2"));
    }

    @Test
    void tagsInAnotherOrderAreTheSameSeries() {
        rig.push("x:1|c|#a:1,b:2");
        rig.push("x:1|c|#b:2,a:1");
        rig.push("x:1|c|#b:2,a:1,");
        rig.tick();

        assertThat(rig.value("x", "a", "1", "b", "2")).isEqualTo(3);
        assertThat(rig.table.statistics().liveTotal()).isEqualTo(1);
    }

    @Test
    void aHundredSpellingsOfOneSeriesStillAddUp() {
        for (int i = 0; i < 100; i++) {
            rig.push("x:1|c|#a:1" + ",".repeat(i));
            rig.push("x:1|c|#a:1" + ",".repeat(i));
        }
        rig.tick();

        assertThat(rig.value("x", "a", "1")).isEqualTo(200);
    }

    @Test
    void aNameBelongsToTheFirstKindSeen() {
        assertThat(rig.push("x:1|c")).isNull();
        assertThat(rig.push("x:1|g")).isEqualTo(Rejection.KIND_CONFLICT);
        assertThat(rig.push("x:1|g|#a:b")).isEqualTo(Rejection.KIND_CONFLICT);
        assertThat(rig.push("x:1|g")).isEqualTo(Rejection.KIND_CONFLICT);
        assertThat(rig.push("x:1|c")).isNull();
    }

    @Test
    void invalidUtf8IsReplaced() {
        SampleBatch batch = SampleBatch.dogStatsd(1, 64);
        byte[] tags = {'k', ':', (byte) 0xc3, (byte) 0x28};
        batch.append("x");
        System.arraycopy(tags, 0, batch.bytes, 1, 4);
        batch.length = 5;
        batch.add(Kind.COUNTER, 0, 1, 1, 5, 1);
        rig.shards.getFirst().accept(batch, rig.now());
        rig.tick();

        assertThat(rig.series("x").labels().get("k")).isEqualTo("\ufffd(");
    }

    @Test
    void sameBytesWithOtherSeparatorsAreAnotherKey() {
        SampleBatch text = SampleBatch.anyText(1, 64);
        text.add(Kind.COUNTER, Labels.of("__name__", "x", "a", "1,b:2"), 1);
        rig.shards.getFirst().accept(text, rig.now());
        rig.push("x:1|c|#a\u001f1,b:2");
        rig.tick();

        assertThat(rig.value("x", "a", "1,b:2")).isEqualTo(1);
        assertThat(rig.table.statistics().liveTotal()).isEqualTo(2);
    }

    @Test
    void lengthsAtTheirLimitsAreTakenAndOneMoreIsNot() {
        assertThat(rig.push("n".repeat(200) + ":1|c")).isNull();
        assertThat(rig.push("n".repeat(201) + ":1|c")).isEqualTo(Rejection.NAME_TOO_LONG);
        assertThat(rig.push("x:1|c|#" + "k".repeat(200) + ":v")).isNull();
        assertThat(rig.push("x:1|c|#k:" + "v".repeat(1_024))).isNull();
        assertThat(rig.push("x:1|c|#" + tags(64))).isNull();
        assertThat(rig.push(":1|c")).isEqualTo(Rejection.EMPTY_NAME);
    }

    @Test
    void labelsPastALimitGoIntoTheMetricsOverflowSeriesSoThatTotalsStayTrue() {
        rig.push("x:1|c|#" + "k".repeat(201) + ":v");
        rig.push("x:10|c|#k:" + "v".repeat(1_025));
        rig.push("x:100|c|#" + tags(65));
        assertThat(rig.push("x:1000|c|#" + tags(10_000))).isNull();
        rig.tick();

        assertThat(rig.value("x", "__other__", "true")).isEqualTo(1_111);
        assertThat(rig.table.statistics().limited().get(SeriesLimit.LABELS)).isEqualTo(4);
        assertThat(rig.table.statistics().liveTotal()).isEqualTo(1);
    }

    private static String tags(int count) {
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < count; i++) {
            tags.append(i == 0 ? "" : ",").append('k').append(i).append(":v");
        }
        return tags.toString();
    }

    @Test
    void tableFindsEveryOneOfManyKeysAndNoOther() {
        KeyTable table = new KeyTable();
        for (int i = 0; i < 100_000; i++) {
            byte[] key = key(i);
            long hash = KeyHash.of(key, 0, key.length, 0, 0, 3);
            assertThat(table.find(hash, key, 0, key.length, 0, 0, 3)).isEqualTo(KeyTable.MISSING);
            assertThat(table.put(hash, key, 0, key.length, 0, 0, 3, i)).isTrue();
        }
        while (!table.sweepOne(i -> i % 3 == 0)) {
            // until a whole round is done
        }
        assertThat(table.size()).isEqualTo(66_666);
        for (int i = 0; i < 100_000; i++) {
            byte[] key = key(i);
            long hash = KeyHash.of(key, 0, key.length, 0, 0, 3);
            assertThat(table.find(hash, key, 0, key.length, 0, 0, 3)).isEqualTo(i % 3 == 0 ? -1 : i);
        }
    }

    @Test
    void shortTextsHaveHashesOfTheirOwn() {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 1_000_000; i++) {
            byte[] text = ("u" + i).getBytes(StandardCharsets.UTF_8);
            hashes.add(KeyHash.of(text, 0, text.length, 0, 0, 0));
        }

        assertThat(hashes).hasSize(1_000_000);
    }

    private static byte[] key(int i) {
        return ("service.requests." + i + ".count").getBytes(StandardCharsets.UTF_8);
    }
}
