package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.time.LocalTime;
import java.time.ZoneOffset;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final String SILENCE = "silence/";
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)(.*)");
    private static final int ATTEMPTS = 3;

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

    /** What happens while both run. */
    interface Play {
        void on(BesideAlertmanager both) throws Exception;
    }

    /**
     * Plays until both agree, at most three times, and fails where they never do.
     *
     * @param receivers that must have been told something, and no others
     */
    static void compare(Path folder, String configuration, Play play, String... receivers) throws Exception {
        assumeTrue(
                Files.isExecutable(AlertmanagerProcess.BINARY) || "true".equals(System.getenv("CI")),
                "Alertmanager is not installed (apt-get install prometheus-alertmanager)");
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Path own = Files.createDirectories(folder.resolve("attempt-" + attempt));
            try (BesideAlertmanager both = new BesideAlertmanager(own, configuration)) {
                both.begin();
                play.on(both);
                if (attempt == ATTEMPTS || both.story(ALERTMANAGER).equals(both.story(TOCSIN))) {
                    assertThat(both.story(TOCSIN)).isEqualTo(both.story(ALERTMANAGER));
                    assertThat(both.receiversTold())
                            .as("each case tells somebody, but for those that must not")
                            .containsExactlyInAnyOrder(receivers);
                    return;
                }
            }
        }
    }

    /** {@code webhook_configs} with nothing but the URL, for each name. */
    static String hooks(List<String> receivers) {
        return receivers.stream()
                .map("  - {name: %s, webhook_configs: [{url: HOOK_URL}]}\n"::formatted)
                .collect(Collectors.joining());
    }

    /** Where it is some minutes past six in the morning, so that no half of the day begins or ends meanwhile. */
    static String dayZone() {
        int offset = Math.floorMod(18 - LocalTime.now(ZoneOffset.UTC).getHour(), 24) - 12;
        // The names of these zones have the sign the other way round.
        return "Etc/GMT%+d".formatted(-offset);
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
    private void begin() throws IOException, InterruptedException {
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
        return in(0);
    }

    /** So many seconds from now, as clients write it. */
    static String in(int seconds) {
        return Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.MILLIS).toString();
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

    /** Silences what these matchers between blanks match; the paths to end it again, Alertmanager's first. */
    List<String> silence(String matchers) throws IOException, InterruptedException {
        return silence(matchers, 0, 86_400, List.of());
    }

    /**
     * Makes silences, or changes those of these paths, from and until so many seconds from now.
     *
     * @param matchers {@code name=value}, or with {@code !=}, {@code =~}, {@code !~}, between blanks
     */
    List<String> silence(String matchers, int startsIn, int endsIn, List<String> changed)
            throws IOException, InterruptedException {
        JsonArray all = new JsonArray();
        for (String text : matchers.split(" ")) {
            Matcher parts = MATCHER.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException(text);
            }
            all.add(new JsonObject()
                    .put("name", parts.group(1))
                    .put("value", parts.group(3))
                    .put("isRegex", parts.group(2).endsWith("~"))
                    .put("isEqual", !parts.group(2).startsWith("!")));
        }
        JsonObject silence = new JsonObject()
                .put("matchers", all)
                .put("startsAt", in(startsIn))
                .put("endsAt", in(endsIn))
                .put("createdBy", "test")
                .put("comment", "");
        List<String> paths = new ArrayList<>();
        for (int port : ports.values()) {
            if (!changed.isEmpty()) {
                silence.put("id", changed.get(paths.size()).substring(SILENCE.length()));
            }
            String answer = send(port, API + "silences", "POST", silence.encode());
            paths.add(SILENCE + new JsonObject(answer).getString("silenceID"));
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
    private String story(String server) {
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

    private Set<String> receiversTold() {
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
