import com.sun.net.httpserver.HttpExchange;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many alerts at once, and how long until a webhook has been told of each: posted to an Alertmanager's API within a
 * second, or as gauges to a server whose rule {@code storm > 0} they break. One file, run with {@code java Storm.java}.
 */
final class Storm {
    private static final Pattern ALERT = Pattern.compile("\"i\":\"(\\d+)\"");
    private static final Pattern GROUP = Pattern.compile("\"groupLabels\":\\{[^}]*\"group\":\"(\\d+)\"");
    private static final Pattern TICK = Pattern.compile("\"tick\":\"([^\"]+)\"");
    private static final int WARM_UP_CALLS = 5_000;
    private static final int PATIENCE_SECONDS = 60;
    private static final int ALERTS_PER_POST = 250;
    private static final int LINES_PER_PACKET = 40;
    private static final long WITHIN_NANOS = 1_000_000_000L;

    private final int alerts;
    private final int groups;
    private final Map<Integer, Long> alertTold = new ConcurrentHashMap<>();
    /** Milliseconds from a group's last alert to its first call; where a rule fired, from the tick at which it did. */
    private final Map<Integer, Long> groupMillis = new ConcurrentHashMap<>();

    private final boolean isPush;
    private final AtomicInteger notifications = new AtomicInteger();
    /** When each group's alerts were handed over. */
    private final long[] said;

    private Storm(boolean isPush, int alerts, int groups) {
        this.isPush = isPush;
        this.alerts = alerts;
        this.groups = groups;
        this.said = new long[groups];
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 5 || !args[0].matches("post|push")) {
            System.err.println("usage: java Storm.java post|push PORT HOOK-PORT ALERTS GROUPS");
            System.exit(2);
        }
        Storm storm = new Storm(args[0].equals("push"), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        HttpServer hook = storm.hook(Integer.parseInt(args[2]));
        storm.warmUp(URI.create("http://127.0.0.1:" + args[2] + "/"));
        int port = Integer.parseInt(args[1]);
        if (storm.isPush) {
            storm.push(port);
        } else {
            storm.post(port);
        }
        storm.await();
        hook.stop(0);
        System.out.println(storm.report());
        System.exit(storm.alertTold.size() == storm.alerts ? 0 : 1);
    }

    private HttpServer hook(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
        return server;
    }

    /** So that it is not this program that is slow at first. */
    private void warmUp(URI hook) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < WARM_UP_CALLS; i++) {
                client.send(
                        HttpRequest.newBuilder(hook)
                                .POST(HttpRequest.BodyPublishers.ofString(json(0, 10).replace('i', 'j')))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        }
        alertTold.clear();
        groupMillis.clear();
        notifications.set(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        long now = System.nanoTime();
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
        notifications.incrementAndGet();
        Matcher group = GROUP.matcher(body);
        if (group.find()) {
            int number = Integer.parseInt(group.group(1));
            Matcher tick = TICK.matcher(body);
            boolean isJudged = isPush && tick.find();
            long millis = isJudged
                    ? System.currentTimeMillis() - Instant.parse(tick.group(1)).toEpochMilli()
                    : (now - said[number]) / 1_000_000;
            groupMillis.putIfAbsent(number, millis);
        }
        Matcher alert = ALERT.matcher(body);
        while (alert.find()) {
            alertTold.putIfAbsent(Integer.parseInt(alert.group(1)), now);
        }
    }

    /** In equal shares over the second. */
    private void post(int port) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + port + "/api/v2/alerts");
        int posts = Math.ceilDiv(alerts, ALERTS_PER_POST);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            long start = System.nanoTime();
            for (int i = 0; i < posts; i++) {
                sleepUntil(start + i * WITHIN_NANOS / posts);
                int from = i * ALERTS_PER_POST;
                int to = Math.min(alerts, from + ALERTS_PER_POST);
                said(from, to);
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json(from, to)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IOException(answer.statusCode() + " " + answer.body());
                }
            }
        }
    }

    private String json(int from, int to) {
        StringBuilder json = new StringBuilder("[");
        for (int i = from; i < to; i++) {
            json.append(i == from ? "" : ",")
                    .append("{\"labels\":{\"alertname\":\"Storm\",\"group\":\"" + group(i) + "\",\"i\":\"" + i + "\"},")
                    .append("\"annotations\":{\"summary\":\"one of many\"},\"endsAt\":\"2100-01-01T00:00:00Z\"}");
        }
        return json.append(']').toString();
    }

    private void push(int port) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getLoopbackAddress(), port);
            int packets = Math.ceilDiv(alerts, LINES_PER_PACKET);
            long start = System.nanoTime();
            for (int p = 0; p < packets; p++) {
                sleepUntil(start + p * WITHIN_NANOS / packets);
                int from = p * LINES_PER_PACKET;
                int to = Math.min(alerts, from + LINES_PER_PACKET);
                StringBuilder lines = new StringBuilder();
                for (int i = from; i < to; i++) {
                    lines.append("storm:1|g|#group:" + group(i) + ",i:" + i + "\n");
                }
                byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
                said(from, to);
                socket.send(new DatagramPacket(bytes, bytes.length));
            }
        }
    }

    /** Alerts of a group follow one another. */
    private int group(int alert) {
        return (int) ((long) alert * groups / alerts);
    }

    private void said(int from, int to) {
        long now = System.nanoTime();
        for (int i = from; i < to; i++) {
            said[group(i)] = now;
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    private void await() throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (alertTold.size() < alerts && System.nanoTime() < until) {
            Thread.sleep(10);
        }
    }

    private String report() {
        long[] millis = groupMillis.values().stream().mapToLong(m -> m).sorted().toArray();
        long first = Arrays.stream(said).min().orElse(0);
        long last = alertTold.values().stream().mapToLong(t -> t).max().orElse(first);
        return String.format(
                Locale.ROOT,
                "%6d of %d  %5d of %d  p50 %5d ms  max %5d ms  all %6.2f s  %6d calls",
                alertTold.size(),
                alerts,
                groupMillis.size(),
                groups,
                millis.length == 0 ? -1 : millis[millis.length / 2],
                millis.length == 0 ? -1 : millis[millis.length - 1],
                (last - first) / 1e9,
                notifications.get());
    }
}
