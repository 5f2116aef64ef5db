package dev.tocsin.ingest.wire;

import dev.tocsin.core.SampleBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds and bytes allocated per line, from datagrams of 1,432 bytes to rows of a batch, as the receiver does it:
 * copied into the batch, 32 datagrams before it is emptied. Run with {@code -prof gc}; 0 B/op is wanted.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:+UseCompactObjectHeaders")
public class ParserBenchmark {
    private static final int LINES = 100_000;
    private static final int DATAGRAM_BYTES = 1_432;
    private static final int DATAGRAMS_PER_BATCH = 32;

    /** {@code plain}: 40 % c, 20 % g, 40 % ms. {@code tags}: the same with four tags. {@code newer}: v1.2's fields too. */
    @Param({"plain", "tags", "newer"})
    public String lines;

    @Param({"1000", "100000"})
    public int series;

    private byte[][] datagrams = new byte[0][];
    private final SampleBatch batch = SampleBatch.dogStatsd(8_192, 256 << 10);
    private final DogStatsdParser parser = new DogStatsdParser(
            SignedGauges.ABSOLUTE, new WireCounts(0, (reason, bytes, from, to) -> {}), (bytes, from, to) -> true);

    @Setup
    public void makeDatagrams() {
        Random random = new Random(1);
        List<byte[]> made = new ArrayList<>();
        StringBuilder datagram = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            String line = line(random);
            if (datagram.length() + line.length() > DATAGRAM_BYTES) {
                made.add(datagram.toString().getBytes(StandardCharsets.US_ASCII));
                datagram.setLength(0);
            }
            datagram.append(line);
        }
        made.add(datagram.toString().getBytes(StandardCharsets.US_ASCII));
        datagrams = made.toArray(byte[][]::new);
    }

    private String line(Random random) {
        int n = random.nextInt(series);
        String sample = switch (random.nextInt(5)) {
            case 0, 1 -> "app.requests.n" + n + ":" + (1 + random.nextInt(9)) + "|c";
            case 2 -> "app.queue.depth.n" + n + ":" + random.nextInt(1_000) / 10.0 + "|g";
            default -> "app.latency.n" + n + ":" + random.nextInt(1_000) + "|ms";
        };
        return switch (lines) {
            case "plain" -> sample + "\n";
            case "tags" -> sample + "|#env:prod,service:shop,route:/r" + n % 50 + ",status:200\n";
            default -> sample + "|@0.5|#env:prod,route:/r" + n % 50 + "|c:ci-0123456789abcdef|e:it-false\n";
        };
    }

    @Benchmark
    @OperationsPerInvocation(LINES)
    public long parse() {
        long samples = 0;
        int inBatch = 0;
        for (byte[] datagram : datagrams) {
            int from = batch.length;
            System.arraycopy(datagram, 0, batch.bytes, from, datagram.length);
            batch.length = from + datagram.length;
            samples += parser.parse(batch, from, batch.length);
            if (++inBatch == DATAGRAMS_PER_BATCH) {
                batch.reset();
                inBatch = 0;
            }
        }
        batch.reset();
        return samples;
    }
}
