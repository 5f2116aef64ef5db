package dev.tocsin.store;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Statistic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the scalar series of a running server would take in history at 1 min: all that it has is asked for once a second,
 * and each answer taken for ten seconds.
 *
 * <pre>
 *   LiveSizeBenchmark http://127.0.0.1:8080 [SECONDS]
 * </pre>
 *
 * Told are the bytes of the bodies: a row and its index entry of PostgreSQL are about 60 more, half a byte for each of the
 * 120 minutes of a full one.
 */
public final class LiveSizeBenchmark {
    private static final int ANSWERS_A_MINUTE = 6;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String server;
    private final Map<String, String> types = new HashMap<>();
    private final Map<String, Chunk> chunks = new HashMap<>();
    private final Map<String, String> groups = new HashMap<>();
    private final Map<String, Double> previous = new HashMap<>();

    private LiveSizeBenchmark(String server) {
        this.server = server;
    }

    public static void main(String[] args) throws Exception {
        LiveSizeBenchmark benchmark = new LiveSizeBenchmark(args[0]);
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 720;
        benchmark.learnTypes();
        for (int second = 0; second < seconds; second++) {
            benchmark.take(second / ANSWERS_A_MINUTE);
            Thread.sleep(1_000);
        }
        benchmark.report();
    }

    private JsonObject get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path)).build();
        return new JsonObject(client.send(request, BodyHandlers.ofString()).body());
    }

    private void learnTypes() throws Exception {
        JsonObject metadata = get("/api/v1/metadata").getJsonObject("data");
        for (String name : metadata.fieldNames()) {
            types.put(name, metadata.getJsonArray(name).getJsonObject(0).getString("type"));
        }
    }

    private void take(int interval) throws Exception {
        String query = URLEncoder.encode("{__name__=~\".+\"}", StandardCharsets.UTF_8);
        JsonArray all =
                get("/api/v1/query?query=" + query).getJsonObject("data").getJsonArray("result");
        for (int i = 0; i < all.size(); i++) {
            JsonObject sample = all.getJsonObject(i);
            if (sample.containsKey("value")
                    && !isDerived(sample.getJsonObject("metric").getString("__name__"))) {
                take(
                        sample.getJsonObject("metric"),
                        sample.getJsonArray("value").getString(1),
                        interval);
            }
        }
    }

    /** Percentiles and the like are not stored: they come from the buckets. */
    private boolean isDerived(String name) {
        for (Statistic statistic : Statistic.values()) {
            if ("histogram".equals(types.get(statistic.sourceOf(name)))) {
                return true;
            }
        }
        return false;
    }

    private void take(JsonObject metric, String text, int interval) {
        String name = metric.getString("__name__");
        boolean own = name.startsWith("tocsin_") || name.startsWith("jvm_") || name.equals("ALERTS");
        boolean counter = !own && "counter".equals(types.get(name));
        String key = metric.encode();
        double value = text.endsWith("Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        Chunk chunk = chunks.computeIfAbsent(
                key,
                each -> Chunk.empty(new SeriesKey(Labels.EMPTY, counter ? Kind.COUNTER : Kind.GAUGE, null, own), 120));
        groups.putIfAbsent(key, own ? "own metrics, as rules write" : counter ? "counters" : "gauges");
        ScalarBlock block = java.util.Objects.requireNonNull(chunk.scalars);
        if (counter) {
            block.setTotal(interval, value, previous.getOrDefault(key, value));
            previous.put(key, value);
        } else {
            block.add(interval, value);
        }
    }

    private void report() {
        Chunk.Tools tools = new Chunk.Tools();
        Map<String, long[]> sums = new TreeMap<>();
        chunks.forEach((key, chunk) -> {
            int bytes = chunk.encode(tools).length;
            for (String group : new String[] {groups.get(key), "~ all"}) {
                long[] sum = sums.computeIfAbsent(group, each -> new long[3]);
                sum[0]++;
                sum[1] += chunk.size();
                sum[2] += bytes;
            }
        });
        sums.forEach((group, sum) -> System.out.printf(
                "%8.2f bytes a point  %5d series, %d points: %s%n", (double) sum[2] / sum[1], sum[0], sum[1], group));
    }
}
