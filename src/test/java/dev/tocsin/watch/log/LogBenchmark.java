package dev.tocsin.watch.log;

import dev.tocsin.core.Kind;
import dev.tocsin.core.SampleBatch;
import dev.tocsin.watch.log.LogPattern.Where;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Megabytes a second on one core, from the bytes of a file to counts, shapes, last lines and samples, with 20 patterns: the
 * six built in and 14 of a source's own, half of which are more than texts. One line in 20 is in a category. An operation
 * is a megabyte, so the score is megabytes a second; at least 50 are wanted.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseCompactObjectHeaders")
public class LogBenchmark {
    private static final int BYTES = 1 << 20;
    private static final long NOW = 1_795_255_200_000L;

    /** {@code plain} lines of text; {@code json}; {@code metrics}: JSON of which each line feeds a distribution. */
    @Param({"plain", "json", "metrics"})
    public String lines;

    private byte[] text = new byte[0];
    private final LogMemory memory = new LogMemory(NOW);
    private final SampleBatch batch = SampleBatch.anyText(8_192, 1 << 20);
    private EventReader reader = reader(List.of());

    @Setup
    public void makeLines() {
        Random random = new Random(1);
        StringBuilder out = new StringBuilder();
        for (int i = 0; out.length() < BYTES; i++) {
            boolean bad = random.nextInt(20) == 0;
            String time = "2026-11-21T09:%02d:%02d.%03dZ".formatted(i / 60 % 60, i % 60, random.nextInt(1_000));
            int order = random.nextInt(1_000_000);
            int took = random.nextInt(2_000);
            String said =
                    bad ? "payment of order " + order + " failed: connection timeout" : "order " + order + " paid";
            if (lines.equals("plain")) {
                out.append(time)
                        .append(bad ? " ERROR" : " INFO")
                        .append(" [worker-")
                        .append(i % 16)
                        .append("] dev.shop.cart.CheckoutService - ")
                        .append(said)
                        .append(" in ")
                        .append(took)
                        .append(" ms, user=")
                        .append(random.nextInt(9_999))
                        .append(" route=/checkout/confirm\n");
            } else {
                out.append("{\"timestamp\":\"")
                        .append(time)
                        .append("\",\"level\":\"")
                        .append(bad ? "error" : "info")
                        .append("\",\"logger\":\"shop.cart\",\"event\":\"api_request\",\"message\":\"")
                        .append(said)
                        .append("\",\"path\":\"/checkout/confirm\",\"response_time_ms\":")
                        .append(took)
                        .append("}\n");
            }
        }
        text = out.substring(0, BYTES).getBytes(StandardCharsets.US_ASCII);
        reader = reader(
                lines.equals("metrics")
                        ? List.of(new LogMetric(
                                "took", Kind.DISTRIBUTION, "response_time_ms", null, Map.of("path", "path"), 1))
                        : List.of());
    }

    private EventReader reader(List<LogMetric> metrics) {
        List<LogPattern> patterns = new ArrayList<>(LogPattern.BUILT_IN);
        for (int i = 0; i < 7; i++) {
            patterns.add(LogPattern.of("text" + i, "refused-by-" + i + "|abandoned cart " + i, new Where.Text()));
            patterns.add(LogPattern.of(
                    "regex" + i,
                    "(?i)declined by bank-" + i + " after (\\d+) tries|chargeback .* " + i,
                    new Where.Text()));
        }
        LogSource source = new LogSource(
                "shop",
                List.of("/none"),
                List.of(),
                true,
                LogSource.DEFAULT_EVENT_BYTES,
                ZoneOffset.UTC,
                null,
                patterns,
                metrics);
        LogSamples samples = new LogSamples(source);
        return new EventReader(
                source,
                0,
                (bytes, from, to, count) ->
                        samples.take(bytes, from, to, count, "/var/log/shop.log", memory, batch, NOW));
    }

    @Benchmark
    public long read() {
        batch.reset();
        for (int at = 0; at < BYTES; at += 64 << 10) {
            reader.feed(text, at, at + (64 << 10));
        }
        return reader.offset();
    }
}
