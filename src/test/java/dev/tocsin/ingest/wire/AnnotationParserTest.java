package dev.tocsin.ingest.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Event.Annotation;
import dev.tocsin.core.Labels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationParserTest {
    private static final long NOW = 42;

    private static Annotation parse(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return AnnotationParser.parse(bytes, 0, bytes.length, NOW);
    }

    @Test
    void readsAnEventByItsLengthsInBytes() {
        assertThat(parse("_e{3,10}:ü!|a|b\\ncürl|t:warning|d:7|p:low|s:src|k:key|h:web1|#a.b:c:d,x,9:1"))
                .isEqualTo(new Annotation(
                        7_000,
                        "ü!",
                        "a|b\ncürl",
                        "warning",
                        Labels.of(
                                "_9",
                                "1",
                                "a_b",
                                "c:d",
                                "aggregation_key",
                                "key",
                                "host",
                                "web1",
                                "priority",
                                "low",
                                "source_type_name",
                                "src",
                                "x",
                                "true")));
    }

    @Test
    void takesNowAndInfoWhereAnEventSaysNothing() {
        assertThat(parse("_e{1,0}:t|")).isEqualTo(new Annotation(NOW, "t", "", "info", Labels.EMPTY));
        assertThat(parse("_e{1,1}:t|x|d:soon|t:loud|z:9|c:ci-1"))
                .isEqualTo(new Annotation(NOW, "t", "x", "info", Labels.EMPTY));
    }

    @Test
    void readsAServiceCheck() {
        assertThat(parse("_sc|db.up|1|d:9|h:db1|#role:a|m:slow | very|c:ci-1|card:low"))
                .isEqualTo(new Annotation(
                        9_000, "db.up", "slow | very", "warning", Labels.of("host", "db1", "role", "a")));
        assertThat(parse("_sc|db.up|0")).isEqualTo(new Annotation(NOW, "db.up", "", "ok", Labels.EMPTY));
        assertThat(parse("_sc|db.up|3|m:")).isEqualTo(new Annotation(NOW, "db.up", "", "unknown", Labels.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "_e{",
                "_e{1,1}",
                "_e{1,1}:",
                "_e{1}:a|b",
                "_e{0,1}:|b",
                "_e{-1,1}:a|b",
                "_e{1,2}:a|b",
                "_e{2,1}:a|b",
                "_e{1,1}:a.b",
                "_e{1,1}:a|bc",
                "_e{999999999999,1}:a|b",
                "_e{9999999999999,1}:a|b",
                "_e{x,1}:a|b",
                "_e}:,{1,1}",
                "_sc|",
                "_sc|a",
                "_sc||0",
                "_sc|a|",
                "_sc|a|4",
                "_sc|a|-1",
                "_sc|a|x",
                "_x",
            })
    void refusesWhatHasNotTheShape(String line) {
        assertThat(parse(line)).isNull();
    }

    @Test
    void keepsABoundedNumberOfLabels() {
        StringBuilder tags = new StringBuilder("t");
        for (int i = 0; i < 10_000; i++) {
            tags.append(",t").append(i);
        }
        assertThat(parse("_e{1,1}:a|b|#" + tags).labels().size()).isEqualTo(64);
    }
}
