import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends batches over HTTP to a port of this machine, as fast as they are answered or at a steady rate, and says exactly
 * what was taken.
 *
 * <pre>
 *   java load-tests/http/Sender.java --port 8080 --workload influx --seconds 5 [--connections 2] [--rate 1000000]
 *
 *   influx        POST /write: 5,000 lines a body, 4 tags, one float field, a time stamp in nanoseconds; 1,000 series of
 *                 50 metrics
 *   influx-wide   the same with 100,000 series
 *   json          POST /api/v1/samples: 2,000 samples a body, 2 labels, 1,000 series; 40 % counters, 20 % gauges,
 *                 40 % distributions
 * </pre>
 *
 * Bodies are built before the first is sent; only time stamps are set when a body leaves. A connection sends its next
 * body when the last was answered. On standard output, as one line of JSON: lines (of bodies answered with 2xx), bodies,
 * bytes, seconds, lines_per_second, errors (bodies answered otherwise, or connections that broke), and what the lines
 * were: counters and counter_sum, gauges, distributions and distribution_sum, series.
 */
public final class Sender {
    private static final int INFLUX_LINES = 5_000;
    private static final int JSON_SAMPLES = 2_000;
    private static final int LEAST_BODIES = 8;
    private static final int METRICS = 50;

    /** A whole request, and what is in it. Each belongs to one connection. */
    private record Body(ByteBuffer request, int[] timestampsAt, int lines, Sums sums) {}

    /** What was sent of each kind. Values are whole numbers, so sums are exact. */
    private static final class Sums {
        long counters;
        long counterSum;
        long gauges;
        long distributions;
        long distributionSum;

        void add(Sums other) {
            counters += other.counters;
            counterSum += other.counterSum;
            gauges += other.gauges;
            distributions += other.distributions;
            distributionSum += other.distributionSum;
        }
    }

    private final int port;
    private final String workload;
    private final int series;
    private final long nanosPerConnectionLine;
    private final int connections;

    private Sender(int port, String workload, int connections, long rate) {
        this.port = port;
        this.workload = workload;
        this.series = workload.equals("influx-wide") ? 100_000 : 1_000;
        this.connections = connections;
        this.nanosPerConnectionLine = rate == 0 ? 0 : connections * 1_000_000_000L / rate;
    }

    public static void main(String[] args) throws Exception {
        long port = 8080;
        long seconds = 5;
        long connections = 2;
        long rate = 0;
        String workload = "influx";
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : "";
            switch (args[i]) {
                case "--port" -> port = wholeNumber(args[i], value, 65_535);
                case "--seconds" -> seconds = wholeNumber(args[i], value, 600);
                case "--connections" -> connections = wholeNumber(args[i], value, 1_000);
                case "--rate" -> rate = wholeNumber(args[i], value, 100_000_000);
                case "--workload" -> workload = value;
                default -> usage("unknown option " + args[i]);
            }
        }
        if (!List.of("influx", "influx-wide", "json").contains(workload)) {
            usage("--workload needs influx, influx-wide or json");
        }
        new Sender((int) port, workload, (int) connections, rate).run(seconds);
    }

    private static long wholeNumber(String option, String text, long most) {
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
            usage(option + " needs a whole number from 1 to " + most);
        }
        return Long.parseLong(text);
    }

    private static void usage(String problem) {
        System.err.println(problem + "\nusage: java Sender.java --port N --workload influx|influx-wide|json --seconds N"
                + " [--connections N] [--rate LINES_PER_SECOND]");
        System.exit(2);
    }

    private void run(long seconds) throws Exception {
        List<List<Body>> bodies = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            bodies.add(new ArrayList<>());
        }
        int perBody = workload.equals("json") ? JSON_SAMPLES : INFLUX_LINES;
        int count = Math.max(Math.max(LEAST_BODIES, series / perBody), connections);
        for (int i = 0; i < count; i++) {
            bodies.get(i % connections).add(workload.equals("json") ? json(i) : influx(i));
        }
        long begin = System.nanoTime();
        long end = begin + seconds * 1_000_000_000L;
        List<Connection> all = new ArrayList<>();
        for (List<Body> own : bodies) {
            Connection connection = new Connection(own, begin, end);
            all.add(connection);
            connection.thread.start();
        }
        for (Connection connection : all) {
            connection.thread.join();
        }
        report(all, (System.nanoTime() - begin) / 1e9);
    }

    private void report(List<Connection> all, double seconds) {
        Sums sums = new Sums();
        long lines = 0;
        long sent = 0;
        long bytes = 0;
        long errors = 0;
        for (Connection each : all) {
            sums.add(each.sums);
            lines += each.lines;
            sent += each.bodies;
            bytes += each.bytes;
            errors += each.errors;
        }
        System.out.printf(
                Locale.ROOT,
                "{\"lines\":%d,\"bodies\":%d,\"bytes\":%d,\"errors\":%d,\"seconds\":%.3f,\"lines_per_second\":%.0f,"
                        + "\"counters\":%d,\"counter_sum\":%d,\"gauges\":%d,\"distributions\":%d,"
                        + "\"distribution_sum\":%d,\"series\":%d}%n",
                lines,
                sent,
                bytes,
                errors,
                seconds,
                lines / seconds,
                sums.counters,
                sums.counterSum,
                sums.gauges,
                sums.distributions,
                sums.distributionSum,
                series);
    }

    /** A stride coprime to the counts in use: neighbours on the wire are not neighbours in a table. */
    private int seriesAt(long line) {
        return (int) (line * 7_919L % series);
    }

    private Body influx(int number) {
        StringBuilder text = new StringBuilder();
        int[] timestampsAt = new int[INFLUX_LINES];
        Sums sums = new Sums();
        for (int i = 0; i < INFLUX_LINES; i++) {
            long line = (long) number * INFLUX_LINES + i;
            int n = seriesAt(line);
            // Few enough series of one metric for the server's default limit.
            text.append("load_queue").append(n % METRICS).append(",service=s").append(n % 20);
            text.append(",route=/r").append(n % 7);
            text.append(",env=prod,host=h").append(100_000 + n);
            text.append(" length=").append(valueOf(line)).append(".5 ");
            timestampsAt[i] = text.length();
            text.append("0000000000000000000\n");
            sums.gauges++;
        }
        return body("/write?db=load", text, timestampsAt, INFLUX_LINES, sums);
    }

    private Body json(int number) {
        StringBuilder text = new StringBuilder("{\"samples\":[");
        Sums sums = new Sums();
        for (int i = 0; i < JSON_SAMPLES; i++) {
            long line = (long) number * JSON_SAMPLES + i;
            int n = seriesAt(line);
            long value = valueOf(line);
            String kind;
            String name;
            switch (n % 5) {
                case 0, 1 -> {
                    kind = "counter";
                    name = "load.json.requests";
                    sums.counters++;
                    sums.counterSum += value;
                }
                case 2 -> {
                    kind = "gauge";
                    name = "load.json.queue.length";
                    sums.gauges++;
                }
                default -> {
                    kind = "distribution";
                    name = "load.json.duration";
                    sums.distributions++;
                    sums.distributionSum += value;
                }
            }
            text.append(i == 0 ? "" : ",");
            text.append("{\"name\":\"").append(name);
            text.append("\",\"type\":\"").append(kind);
            text.append("\",\"value\":").append(value);
            text.append(",\"labels\":{\"service\":\"s").append(n % 20);
            text.append("\",\"host\":\"h").append(100_000 + n).append("\"}}");
        }
        text.append("]}");
        return body("/api/v1/samples", text, new int[0], JSON_SAMPLES, sums);
    }

    private static long valueOf(long line) {
        return 1 + (line * 2_654_435_761L >>> 7) % 999;
    }

    private static Body body(String path, StringBuilder text, int[] timestampsAt, int lines, Sums sums) {
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: "
                + text.length() + "\r\n\r\n";
        byte[] bytes = (head + text).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < timestampsAt.length; i++) {
            timestampsAt[i] += head.length();
        }
        ByteBuffer request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return new Body(request, timestampsAt, lines, sums);
    }

    /** One keep-alive connection on a thread of its own; the fields are read after the thread has ended. */
    private final class Connection {
        final Thread thread = new Thread(this::send);
        final Sums sums = new Sums();
        long lines;
        long bodies;
        long bytes;
        long errors;

        private final List<Body> own;
        private final long beginNanos;
        private final long endNanos;
        private final ByteBuffer answer = ByteBuffer.allocate(64 << 10);

        Connection(List<Body> own, long beginNanos, long endNanos) {
            this.own = own;
            this.beginNanos = beginNanos;
            this.endNanos = endNanos;
        }

        private void send() {
            try (SocketChannel channel =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                for (int i = 0; System.nanoTime() < endNanos; i++) {
                    Body body = own.get(i % own.size());
                    setTime(body);
                    ByteBuffer request = body.request.duplicate();
                    while (request.hasRemaining()) {
                        channel.write(request);
                    }
                    if (status(channel) / 100 == 2) {
                        bodies++;
                        lines += body.lines;
                        bytes += body.request.limit();
                        sums.add(body.sums);
                    } else {
                        errors++;
                    }
                    keepRate();
                }
            } catch (IOException e) {
                errors++;
                System.err.println("a connection broke: " + e);
            }
        }

        private void setTime(Body body) {
            byte[] now = Long.toString(System.currentTimeMillis() * 1_000_000).getBytes(StandardCharsets.US_ASCII);
            for (int at : body.timestampsAt) {
                body.request.put(at, now);
            }
        }

        private void keepRate() {
            long due = beginNanos + lines * nanosPerConnectionLine;
            for (long wait = due - System.nanoTime(); nanosPerConnectionLine > 0 && wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }

        /** Reads one answer, which is of no interest but for its status. */
        private int status(SocketChannel channel) throws IOException {
            answer.clear();
            int headEnd = -1;
            while (headEnd < 0) {
                if (channel.read(answer) < 0) {
                    throw new EOFException("no answer");
                }
                headEnd = text().indexOf("\r\n\r\n");
            }
            String head = text().substring(0, headEnd).toLowerCase(Locale.ROOT);
            int length = head.indexOf("content-length:");
            long rest = length < 0
                    ? 0
                    : Long.parseLong(head.substring(length + 15).split("\r\n", 2)[0].trim());
            rest -= answer.position() - headEnd - 4;
            while (rest > 0) {
                answer.clear();
                int n = channel.read(answer);
                if (n < 0) {
                    throw new EOFException("half an answer");
                }
                rest -= n;
            }
            return Integer.parseInt(head.substring(9, 12));
        }

        private String text() {
            return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
        }
    }
}
