import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long it takes from the packet that is too much to the call of the webhook.
 *
 * <pre>
 *   java load-tests/latency/Latency.java [breaches]      # 100, a minute and a half
 * </pre>
 *
 * Starts target/tocsin.jar with a rule and a webhook receiver of its own, then pushes one value over the threshold
 * after another, each of a series of its own and at a random place in the second. Prints the percentiles, and fails
 * where a breach was never told, or where the 99th percentile is above 1.2 s. Only loopback.
 */
public final class Latency {
    private static final double LIMIT_MILLIS = 1_200;
    private static final Pattern FIRING = Pattern.compile("\"n\":\"(\\d+)\"");

    private final Map<Integer, Long> calledNanos = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        System.exit(new Latency().measure(args.length > 0 ? Integer.parseInt(args[0]) : 100));
    }

    private int measure(int breaches) throws Exception {
        Path jar = Path.of(System.getProperty("tocsin.jar", "target/tocsin.jar"));
        if (!Files.isRegularFile(jar)) {
            System.err.println("no " + jar + ": run  mvn -q -DskipTests package  first");
            return 1;
        }
        HttpServer receiver = receiver();
        Path folder = Files.createTempDirectory("tocsin-latency");
        writeConfiguration(folder, receiver.getAddress().getPort());
        Process server = start(jar, folder);
        try {
            Matcher ready = awaitReady(server, folder.resolve("server.log"));
            int udp = Integer.parseInt(ready.group(2));
            double[] millis = breach(breaches, udp);
            return report(millis);
        } finally {
            server.destroy();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
            receiver.stop(0);
            deleteFolder(folder);
        }
    }

    private HttpServer receiver() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            long now = System.nanoTime();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Matcher label = FIRING.matcher(body);
            while (label.find()) {
                calledNanos.putIfAbsent(Integer.valueOf(label.group(1)), now);
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void writeConfiguration(Path folder, int webhookPort) throws IOException {
        Files.createDirectories(folder.resolve("rules"));
        Files.writeString(folder.resolve("tocsin.yaml"), """
                http: {port: 0}
                ingest: {udp: {port: 0}}
                """);
        Files.writeString(folder.resolve("rules/breach.yaml"), """
                groups:
                  - name: breach
                    rules:
                      - alert: Breach
                        expr: breach_load > 200
                """);
        Files.writeString(folder.resolve("alertmanager.yaml"), """
                route:
                  receiver: hook
                  group_by: [alertname, n]
                  group_wait: 0s
                  group_interval: 1s
                receivers:
                  - name: hook
                    webhook_configs:
                      - url: http://127.0.0.1:%d/hook
                        send_resolved: false
                """.formatted(webhookPort));
    }

    private static Process start(Path jar, Path folder) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(
                        java.toString(),
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseParallelGC",
                        "-jar",
                        jar.toAbsolutePath().toString(),
                        "run",
                        "--conf",
                        folder.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
    }

    private static Matcher awaitReady(Process server, Path log) throws Exception {
        Pattern ready = Pattern.compile("ready: (http://\\S+) . udp \\S+:(\\d+)");
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 300 && server.isAlive(); i++) {
            Matcher found = ready.matcher(Files.readString(log));
            if (found.find()) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(found.group(1) + "/readyz")).build();
                if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return found;
                }
            }
            Thread.sleep(100);
        }
        System.err.println(Files.readString(log));
        throw new IllegalStateException("the server did not start");
    }

    /** Milliseconds from packet to call, NaN where it was not called within 10 s; the first ten only warm up. */
    private double[] breach(int breaches, int port) throws Exception {
        int warmUp = 10;
        double[] millis = new double[breaches];
        Random random = new Random(1);
        try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            for (int n = 0; n < warmUp + breaches; n++) {
                Thread.sleep(300 + random.nextInt(1_000));
                byte[] packet = ("breach.load:350|g|#n:" + n).getBytes(StandardCharsets.UTF_8);
                long sentNanos = System.nanoTime();
                socket.send(new DatagramPacket(packet, packet.length, loopback, port));
                while (!calledNanos.containsKey(n) && System.nanoTime() - sentNanos < 10_000_000_000L) {
                    Thread.sleep(1);
                }
                if (n >= warmUp) {
                    Long called = calledNanos.get(n);
                    millis[n - warmUp] = called == null ? Double.NaN : (called - sentNanos) / 1e6;
                }
            }
        }
        return millis;
    }

    private static int report(double[] millis) {
        long missing = Arrays.stream(millis).filter(Double::isNaN).count();
        double[] sorted = Arrays.stream(millis).filter(value -> !Double.isNaN(value)).sorted().toArray();
        if (sorted.length == 0) {
            System.out.println("no breach was told");
            return 1;
        }
        double p99 = percentile(sorted, 0.99);
        System.out.printf(
                "packet to webhook, %d breaches: p50 %.0f ms, p90 %.0f ms, p99 %.0f ms, max %.0f ms, never told %d%n",
                millis.length,
                percentile(sorted, 0.5),
                percentile(sorted, 0.9),
                p99,
                sorted[sorted.length - 1],
                missing);
        return missing == 0 && p99 <= LIMIT_MILLIS ? 0 : 1;
    }

    private static double percentile(double[] sorted, double q) {
        return sorted[(int) Math.ceil(q * sorted.length) - 1];
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
