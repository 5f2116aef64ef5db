package dev.tocsin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.ingest.wire.InfluxPrecision;
import dev.tocsin.ingest.wire.WireCounts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InfluxBodyTest {
    /** Held, so that its level stays: the lines that these tests send are bad on purpose. */
    private static final Logger BAD_LINES = Logger.getLogger("dev.tocsin.ingest.BadLineLog");

    @BeforeAll
    static void quiet() {
        BAD_LINES.setLevel(Level.SEVERE);
    }

    /** However a body is cut, the same comes out. */
    @Test
    void chunksMakeNoDifference() {
        long seed = Long.getLong("tocsin.fuzz.seed", System.nanoTime());
        Random random = new Random(seed);
        String[] parts = {
            "a,t=x v=1\n",
            "b v=2",
            " 12",
            "\n",
            "\r\n",
            "c\\ d v=t\n",
            "e s=\"two\nlines\",v=3\n",
            "f s=\"open\n",
            "bad\n",
            "# note\n",
            ",",
            "=",
            "\\",
            "\"",
            " ",
            "v",
            "g v=1,w=2i 5\n",
            "\n\n",
            "refused v=1\n"
        };
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
            List<Integer> cuts = new ArrayList<>();
            for (int at = 0; at < body.length; at += 1 + random.nextInt(20)) {
                cuts.add(at);
            }
            assertThat(taken(body, cuts))
                    .as("seed %d, round %d: %s cut at %s", seed, round, text, cuts)
                    .isEqualTo(taken(body, List.of(0)));
        }
    }

    /** Rows, answer and totals of a body that comes in pieces that begin at these places. */
    private static List<Object> taken(byte[] body, List<Integer> cuts) {
        RecordingSink target = new RecordingSink();
        HttpLoops all = new HttpLoops(
                HttpIngestSettings.DEFAULT, () -> target, new ManualClock(1_000), new SimpleMeterRegistry());
        InfluxAnswer answer = new InfluxAnswer();
        HttpLoop loop = all.open("influx");
        InfluxBody lines = new InfluxBody(new InfluxLoop(loop), InfluxPrecision.SECONDS, answer, all.budget());
        for (int i = 0; i < cuts.size(); i++) {
            int to = i + 1 < cuts.size() ? cuts.get(i + 1) : body.length;
            assertThat(lines.take(Arrays.copyOfRange(body, cuts.get(i), to), to - cuts.get(i)))
                    .isTrue();
        }
        lines.end();
        lines.release();
        assertThat(all.budget().heldBytes()).isZero();
        assertThat(loop.accounting().totals().isBalanced()).isTrue();
        List<String> rows = new ArrayList<>(target.rows());
        rows.sort(null);
        return Arrays.asList(
                rows,
                answer.error(),
                loop.accounting().totals(),
                loop.counts().skipped(WireCounts.SkippedField.STRING));
    }
}
