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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
 *   java load-tests/latency/Latency.java [OPTION VALUE]…
 *
 *   --breaches 100      how many, half a second apart on average
 *   --tick 1s           the server's setting: 100ms, 500ms, 1s, …
 *   --load 0            lines per second of load-tests/target/sender beside them (load-tests/run.sh builds it)
 *   --workload w1       of that sender
 *   --warm-up 5         seconds of that load before the first breach
 *   --server-core N     pins the server to one core with taskset; pin this program to another
 *   --json FILE         the figures as one JSON object, too
 * </pre>
 *
 * Starts target/tocsin.jar with a rule and a webhook receiver of its own, then pushes one value over the threshold
 * after another, each of a series of its own and at a random place in the second. Prints the percentiles, and fails
 * where a breach was never told, or where the 99th percentile is above a tick and 200 ms. Only loopback.
 */
public final class Latency {
    private static final int WARM_UP_BREACHES = 10;
    private static final long ALLOWED_AFTER_TICK_MILLIS = 200;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Pattern FIRING = Pattern.compile("\"n\":\"(\\d+)\"");

    private final Options options;
    private final Map<Integer, Long> calledNanos = new ConcurrentHashMap<>();

    private Latency(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        System.exit(new Latency(Options.parse(args)).measure());
    }

    private record Options(
            int breaches, String tick, long load, String workload, int warmUpSeconds, String serverCore, String json) {
        static Options parse(String[] args) {
            Options o = new Options(100, "1s", 0, "w1", 5, "", "");
            for (int i = 0; i < args.length; i += 2) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(args[i] + " needs a value");
                }
                String value = args[i + 1];
                o = switch (args[i]) {
                    case "--breaches" -> o.withBreaches(Integer.parseInt(value));
                    case "--tick" -> o.withTick(value);
                    case "--load" -> o.withLoad(Long.parseLong(value), o.workload);
                    case "--workload" -> o.withLoad(o.load, value);
                    case "--warm-up" -> o.withWarmUp(Integer.parseInt(value));
                    case "--server-core" -> o.withOutput(value, o.json);
                    case "--json" -> o.withOutput(o.serverCore, value);
                    default -> throw new IllegalArgumentException("no such option: " + args[i]);
                };
            }
            return o;
        }

        private Options withBreaches(int n) {
            return new Options(n, tick, load, workload, warmUpSeconds, serverCore, json);
        }

        private Options withTick(String duration) {
            return new Options(breaches, duration, load, workload, warmUpSeconds, serverCore, json);
        }

        private Options withLoad(long linesPerSecond, String name) {
            return new Options(breaches, tick, linesPerSecond, name, warmUpSeconds, serverCore, json);
        }

        private Options withWarmUp(int seconds) {
            return new Options(breaches, tick, load, workload, seconds, serverCore, json);
        }

        private Options withOutput(String core, String file) {
            return new Options(breaches, tick, load, workload, warmUpSeconds, core, file);
        }

        long tickMillis() {
            return tick.endsWith("ms")
                    ? Long.parseLong(tick.substring(0, tick.length() - 2))
                    : 1_000 * Long.parseLong(tick.substring(0, tick.length() - 1));
        }
    }

    private int measure() throws Exception {
        Path jar = Path.of(System.getProperty("tocsin.jar", "target/tocsin.jar"));
        Path sender = Path.of(System.getProperty("tocsin.sender", "load-tests/target/sender"));
        if (!Files.isRegularFile(jar)) {
            System.err.println("no " + jar + ": run  mvn -q -DskipTests package  first");
            return 1;
        }
        if (options.load > 0 && !Files.isExecutable(sender)) {
            System.err.println("no " + sender + ": run load-tests/run.sh, or gcc -O2 load-tests/udp/sender.c -o " + sender);
            return 1;
        }
        HttpServer receiver = receiver();
        Path folder = Files.createTempDirectory("tocsin-latency");
        writeConfiguration(folder, receiver.getAddress().getPort());
        Process server = start(jar, folder);
        Process load = null;
        try {
            Matcher ready = awaitReady(server, folder.resolve("server.log"));
            int udp = Integer.parseInt(ready.group(2));
            if (options.load > 0) {
                load = startLoad(sender, udp);
                Thread.sleep(TimeUnit.SECONDS.toMillis(options.warmUpSeconds));
            }
            double[] millis = breach(udp);
            if (load != null && !load.isAlive()) {
                System.err.println("the sender ended too early");
                return 1;
            }
            return report(millis);
        } finally {
            if (load != null) {
                load.destroy();
            }
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

    private void writeConfiguration(Path folder, int webhookPort) throws IOException {
        Files.createDirectories(folder.resolve("rules"));
        Files.writeString(folder.resolve("tocsin.yaml"), """
                http: {port: 0}
                ingest: {udp: {port: 0, receive-buffer: 8M}}
                tick: %s
                """.formatted(options.tick));
        Files.writeString(folder.resolve("rules/breach.yaml"), """
                groups:
                  - name: breach
                    interval: %s
                    rules:
                      - alert: Breach
                        expr: breach_load > 200
                """.formatted(options.tick));
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

    private Process start(Path jar, Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        if (!options.serverCore.isEmpty()) {
            command.addAll(List.of("taskset", "-c", options.serverCore));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseCompactObjectHeaders", "-XX:+UseZGC"));
        String flags = System.getenv().getOrDefault("JVM_FLAGS", "");
        if (!flags.isBlank()) {
            command.addAll(List.of(flags.trim().split("\\s+")));
        }
        command.addAll(List.of("-jar", jar.toAbsolutePath().toString(), "run", "--conf", folder.toString()));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
    }

    /** For longer than the breaches take; it is ended with them. */
    private Process startLoad(Path sender, int port) throws IOException {
        long seconds = Math.min(600, options.warmUpSeconds + options.breaches + 60L);
        return new ProcessBuilder(
                        sender.toAbsolutePath().toString(),
                        "--port",
                        Integer.toString(port),
                        "--workload",
                        options.workload,
                        "--rate",
                        Long.toString(options.load),
                        "--seconds",
                        Long.toString(seconds))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
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
    private double[] breach(int port) throws Exception {
        int all = WARM_UP_BREACHES + options.breaches;
        long[] sentNanos = new long[all];
        Random random = new Random(1);
        try (DatagramSocket socket = new DatagramSocket()) {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            for (int n = 0; n < all; n++) {
                Thread.sleep(random.nextInt(1_000));
                byte[] packet = ("breach.load:350|g|#n:" + n).getBytes(StandardCharsets.UTF_8);
                sentNanos[n] = System.nanoTime();
                socket.send(new DatagramPacket(packet, packet.length, loopback, port));
            }
        }
        while (calledNanos.size() < all && System.nanoTime() - sentNanos[all - 1] < PATIENCE_NANOS) {
            Thread.sleep(1);
        }
        double[] millis = new double[options.breaches];
        for (int i = 0; i < millis.length; i++) {
            Long called = calledNanos.get(WARM_UP_BREACHES + i);
            millis[i] = called == null ? Double.NaN : (called - sentNanos[WARM_UP_BREACHES + i]) / 1e6;
        }
        return millis;
    }

    private int report(double[] millis) throws IOException {
        long untold = Arrays.stream(millis).filter(Double::isNaN).count();
        double[] sorted = Arrays.stream(millis).filter(value -> !Double.isNaN(value)).sorted().toArray();
        if (sorted.length == 0) {
            System.out.println("no breach was told");
            return 1;
        }
        double p50 = percentile(sorted, 0.5);
        double p99 = percentile(sorted, 0.99);
        double max = sorted[sorted.length - 1];
        System.out.printf(
                Locale.ROOT,
                "packet to webhook, %d breaches, tick %s, load %d/s: p50 %.0f ms, p99 %.0f ms, max %.0f ms, never told %d%n",
                millis.length,
                options.tick,
                options.load,
                p50,
                p99,
                max,
                untold);
        if (!options.json.isEmpty()) {
            Files.writeString(
                    Path.of(options.json),
                    String.format(
                            Locale.ROOT,
                            "{\"breaches\":%d,\"tick\":\"%s\",\"load\":%d,\"p50_millis\":%.1f,\"p99_millis\":%.1f,"
                                    + "\"max_millis\":%.1f,\"untold\":%d}%n",
                            millis.length,
                            options.tick,
                            options.load,
                            p50,
                            p99,
                            max,
                            untold));
        }
        return untold == 0 && p99 <= options.tickMillis() + ALLOWED_AFTER_TICK_MILLIS ? 0 : 1;
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
