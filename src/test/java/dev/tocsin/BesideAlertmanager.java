package dev.tocsin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Debian's Alertmanager and Tocsin with one configuration: both are given the same at the same seconds, and each
 * notification is written down with its second.
 */
final class BesideAlertmanager implements AutoCloseable {
    private static final String API = "/api/v2/";
    private static final String HOOK = "HOOK_URL";

    static final String NEVER = "2100-01-01T00:00:00Z";

    private static final String ALERTMANAGER = "alertmanager";
    private static final String TOCSIN = "tocsin";

    private static final long WARM_UP_NANOS = 60_000_000_000L;
    private static final long QUICK_NANOS = 50_000_000;

    /** What Go's webhooks say of an alert that is not over. */
    private static final String NO_END = "0001-01-01T00:00:00Z";

    /** Who is told what by a webhook, and how long after the start. */
    private record Told(String receiver, double seconds, JsonObject body) {
        String groupKey() {
            return body.getString("groupKey");
        }
    }

    /** What the first call for these receivers is answered with, for each server. */
    private static final Map<String, Integer> FIRST_ANSWERS = Map.of("refused", 400, "failing", 500);

    private final HttpServer hooks;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, ConcurrentLinkedQueue<Told>> told = new LinkedHashMap<>();
    private final Map<String, List<String>> listed = new LinkedHashMap<>();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final Map<String, Path> files = new LinkedHashMap<>();
    private final AlertmanagerProcess alertmanager;
    private final TocsinProcess tocsin;
    private volatile long startNanos;

    /** @param configuration where {@code HOOK_URL} stands for that of each server's webhooks */
    BesideAlertmanager(Path folder, String configuration) throws IOException, InterruptedException {
        hooks = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hooks.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        for (String server : List.of(ALERTMANAGER, TOCSIN)) {
            ConcurrentLinkedQueue<Told> calls = new ConcurrentLinkedQueue<>();
            told.put(server, calls);
            listed.put(server, new ArrayList<>());
            hooks.createContext("/" + server, exchange -> take(exchange, calls));
        }
        hooks.start();
        Files.createDirectories(folder.resolve("conf/rules"));
        files.put(ALERTMANAGER, folder.resolve("alertmanager.yml"));
        files.put(TOCSIN, folder.resolve("conf/alertmanager.yaml"));
        write(configuration);
        alertmanager = AlertmanagerProcess.start(folder, folder.resolve("alertmanager.yml"));
        tocsin = tocsin(folder);
        ports.put(ALERTMANAGER, alertmanager.port());
        ports.put(TOCSIN, tocsin.httpPort());
        startNanos = System.nanoTime();
    }

    private void write(String configuration) throws IOException {
        for (Map.Entry<String, Path> file : files.entrySet()) {
            Files.writeString(file.getValue(), configuration.replace(HOOK, url(file.getKey())));
        }
    }

    /** Puts another configuration in force. */
    void reload(String configuration) throws IOException, InterruptedException {
        write(configuration);
        for (int port : ports.values()) {
            send(port, "/-/reload", "POST", "");
        }
    }

    private TocsinProcess tocsin(Path folder) throws IOException, InterruptedException {
        try {
            return TocsinProcess.run(folder).awaitReady();
        } catch (IOException | AssertionError e) {
            alertmanager.close();
            throw e;
        }
    }

    private String url(String server) {
        return "http://127.0.0.1:" + hooks.getAddress().getPort() + "/" + server;
    }

    private void take(HttpExchange exchange, ConcurrentLinkedQueue<Told> calls) throws IOException {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        JsonObject body = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        String receiver = body.getString("receiver");
        boolean isFirst = calls.stream().noneMatch(call -> call.receiver().equals(receiver));
        calls.add(new Told(receiver, seconds, comparable(body)));
        exchange.sendResponseHeaders(isFirst ? FIRST_ANSWERS.getOrDefault(receiver, 200) : 200, -1);
        exchange.close();
    }

    /** What must be the same: not where the server is, Tocsin's receipt, nor the exact end of what ran out by itself. */
    private static JsonObject comparable(JsonObject body) {
        body.remove("externalURL");
        body.remove("receipt");
        for (Object each : body.getJsonArray("alerts")) {
            JsonObject alert = (JsonObject) each;
            alert.put("endsAt", alert.getString("endsAt").equals(NO_END) ? "none" : "over");
        }
        return body;
    }

    /** From now on time is counted; not before both have answered quickly a few times, as servers do once they are warm. */
    void begin() throws IOException, InterruptedException {
        long giveUpNanos = System.nanoTime() + WARM_UP_NANOS;
        for (int quick = 0; quick < 20 && System.nanoTime() < giveUpNanos; ) {
            long before = System.nanoTime();
            fire("Warm case=none");
            list("silences");
            quick = System.nanoTime() - before < QUICK_NANOS ? quick + 1 : 0;
        }
        listed.values().forEach(List::clear);
        startNanos = System.nanoTime();
    }

    /** Sleeps until a second after the beginning. */
    void waitFor(double second) throws InterruptedException {
        long leftNanos = startNanos + (long) (second * 1e9) - System.nanoTime();
        Thread.sleep(Math.max(0, leftNanos / 1_000_000));
    }

    /** An alert as a client posts it: its name and labels between blanks; an end of null is left out. */
    static JsonObject alert(String nameAndLabels, @Nullable String endsAt) {
        String[] words = nameAndLabels.split(" ");
        JsonObject labels = new JsonObject().put("alertname", words[0]);
        for (String pair : List.of(words).subList(1, words.length)) {
            String[] sides = pair.split("=");
            labels.put(sides[0], sides[1]);
        }
        JsonObject alert = new JsonObject()
                .put("labels", labels)
                .put("annotations", new JsonObject().put("summary", "<" + words[0] + "> & \"é\""))
                .put("generatorURL", "http://prometheus/graph?g0.expr=up")
                .put("startsAt", now());
        return endsAt == null ? alert : alert.put("endsAt", endsAt);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Posts alerts that fire from now on. */
    void fire(String... alerts) throws IOException, InterruptedException {
        post(Stream.of(alerts).map(each -> alert(each, NEVER)).toArray(JsonObject[]::new));
    }

    /** Posts that alerts are over now. */
    void resolve(String... alerts) throws IOException, InterruptedException {
        post(Stream.of(alerts)
                .map(each -> alert(each, now()).put("startsAt", "2024-01-01T00:00:00Z"))
                .toArray(JsonObject[]::new));
    }

    void post(JsonObject... alerts) throws IOException, InterruptedException {
        for (int port : ports.values()) {
            send(port, API + "alerts", "POST", new JsonArray(List.of(alerts)).encode());
        }
    }

    /** Silences what has these labels; the paths to end it again, Alertmanager's first. */
    List<String> silence(String labels) throws IOException, InterruptedException {
        JsonArray matchers = new JsonArray();
        for (String pair : labels.split(" ")) {
            String[] sides = pair.split("=");
            matchers.add(new JsonObject()
                    .put("name", sides[0])
                    .put("value", sides[1])
                    .put("isRegex", false));
        }
        JsonObject silence = new JsonObject()
                .put("matchers", matchers)
                .put("startsAt", now())
                .put("endsAt", NEVER)
                .put("createdBy", "test")
                .put("comment", "");
        List<String> paths = new ArrayList<>();
        for (int port : ports.values()) {
            String answer = send(port, API + "silences", "POST", silence.encode());
            paths.add("silence/" + new JsonObject(answer).getString("silenceID"));
        }
        return paths;
    }

    void expire(List<String> paths) throws IOException, InterruptedException {
        int i = 0;
        for (int port : ports.values()) {
            send(port, API + paths.get(i++), "DELETE", "");
        }
    }

    private String send(int port, String path, String method, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /**
     * What a server told so far, line by line: by receiver, group and time; then what was listed. The two tell the same at
     * the same second where less than one lies between them; then Tocsin's line has Alertmanager's second.
     */
    String story(String server) {
        List<Told> all = calls(server);
        List<Told> others = calls(ALERTMANAGER);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Told one = all.get(i);
            double other = i < others.size() ? others.get(i).seconds() : Double.MAX_VALUE;
            double seconds = Math.abs(one.seconds() - other) < 1 ? other : one.seconds();
            lines.add("%5.1f s  %-10s %s"
                    .formatted(seconds, one.receiver(), one.body().encode()));
        }
        lines.addAll(Objects.requireNonNull(listed.get(server)));
        return String.join("\n", lines);
    }

    boolean agree() {
        return story(ALERTMANAGER).equals(story(TOCSIN));
    }

    Set<String> receiversTold() {
        return calls(ALERTMANAGER).stream().map(Told::receiver).collect(Collectors.toSet());
    }

    private List<Told> calls(String server) {
        return Objects.requireNonNull(told.get(server)).stream()
                .sorted(Comparator.comparing(Told::receiver)
                        .thenComparing(Told::groupKey)
                        .thenComparing(Told::seconds))
                .toList();
    }

    /** Writes down what a list of the API says, without what is each server's own: ids, and the times at which it took things. */
    void list(String path) throws IOException, InterruptedException {
        for (Map.Entry<String, Integer> server : ports.entrySet()) {
            String list = new JsonArray(send(server.getValue(), API + path, "GET", "")).encode();
            Objects.requireNonNull(listed.get(server.getKey()))
                    .add(list.replaceAll("\"(updatedAt|startsAt|endsAt)\":\"[^\"]*\"", "\"$1\":\"\"")
                            .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a silence"));
        }
    }

    @Override
    public void close() throws InterruptedException {
        tocsin.close();
        alertmanager.close();
        hooks.stop(0);
        client.close();
    }
}
