package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.core.PromDuration;
import dev.tocsin.series.TsdbStatus;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Prometheus' API to the server itself: {@code status/buildinfo}, {@code status/runtimeinfo}, {@code status/tsdb},
 * {@code status/config}, {@code status/flags}. Safe from any thread.
 */
public final class StatusApi {
    private static final int DEFAULT_TOP = 10;
    private static final int MOST_TOP = 10_000;

    /**
     * @param succeeded whether the configuration in force is the one in the files
     * @param lastMillis wall time at which it was last read
     */
    public record ConfigStatus(boolean succeeded, long lastMillis) {}

    private final String version;
    private final long startMillis;
    private final Duration tick;
    private final int udpPort;
    private final SortedMap<String, String> flags;
    private final Supplier<ConfigStatus> config;
    private final IntFunction<TsdbStatus> tsdb;
    private final QueryPool pool;

    /**
     * @param startMillis wall time at which the process began
     * @param tick told beside what Prometheus tells
     * @param udpPort likewise: where samples may be pushed to
     * @param flags what Prometheus' flags of these names would say
     * @param tsdb the so many worst metrics and labels, counted when asked, on any thread
     */
    public StatusApi(
            String version,
            long startMillis,
            Duration tick,
            int udpPort,
            Map<String, String> flags,
            Supplier<ConfigStatus> config,
            IntFunction<TsdbStatus> tsdb,
            QueryPool pool) {
        this.version = version;
        this.startMillis = startMillis;
        this.tick = tick;
        this.udpPort = udpPort;
        this.flags = new TreeMap<>(flags);
        this.config = config;
        this.tsdb = tsdb;
        this.pool = pool;
    }

    public void mount(Router router) {
        router.get("/api/v1/status/buildinfo").handler(this::build);
        router.get("/api/v1/status/runtimeinfo").handler(this::runtime);
        router.get("/api/v1/status/config").handler(this::config);
        router.get("/api/v1/status/flags").handler(this::flags);
        QueryApi.route(router, "/api/v1/status/tsdb", this::tsdb);
    }

    private void build(RoutingContext ctx) {
        Replies.success(
                ctx,
                new JsonObject()
                        .put("version", version)
                        .put("revision", "")
                        .put("branch", "")
                        .put("buildUser", "")
                        .put("buildDate", "")
                        .put("goVersion", "")
                        .put("javaVersion", System.getProperty("java.version")));
    }

    private void runtime(RoutingContext ctx) {
        ConfigStatus status = config.get();
        Replies.success(
                ctx,
                new JsonObject()
                        .put("startTime", Instant.ofEpochMilli(startMillis).toString())
                        .put("reloadConfigSuccess", status.succeeded())
                        .put(
                                "lastConfigTime",
                                Instant.ofEpochMilli(status.lastMillis()).toString())
                        .put("tick", PromDuration.format(tick.toMillis()))
                        .put("udpPort", udpPort)
                        .put("corruptionCount", 0)
                        .put("goroutineCount", Thread.activeCount())
                        .put("GOMAXPROCS", Runtime.getRuntime().availableProcessors())
                        .put("GOMEMLIMIT", Runtime.getRuntime().maxMemory()));
    }

    /** What clients look for in Prometheus' file; our own files are not told, as they name secrets. */
    private void config(RoutingContext ctx) {
        String interval = PromDuration.format(tick.toMillis());
        Replies.success(
                ctx,
                new JsonObject()
                        .put(
                                "yaml",
                                "global:\n  scrape_interval: " + interval + "\n  evaluation_interval: " + interval
                                        + "\n"));
    }

    private void flags(RoutingContext ctx) {
        JsonObject all = new JsonObject();
        flags.forEach(all::put);
        Replies.success(ctx, all);
    }

    private void tsdb(RoutingContext ctx) {
        int limit = QueryApi.parameters(ctx).limit("limit");
        int top = limit == Integer.MAX_VALUE ? DEFAULT_TOP : Math.min(limit, MOST_TOP);
        pool.answer(ctx, "status_tsdb", pool.bounds().defaultTimeout(), claim -> {
            TsdbStatus status = tsdb.apply(top);
            return AnswerJson.success(
                    pool.bounds().maxAnswerBytes(), json -> writeTsdb(json, status), List.of(), List.of());
        });
    }

    private static void writeTsdb(JsonGenerator json, TsdbStatus status) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("headStats");
        json.writeNumberField("numSeries", status.headStats().numSeries());
        json.writeNumberField("numLabelPairs", status.headStats().numLabelPairs());
        json.writeNumberField("chunkCount", status.headStats().chunkCount());
        json.writeNumberField("minTime", status.headStats().minTimeMillis());
        json.writeNumberField("maxTime", status.headStats().maxTimeMillis());
        json.writeEndObject();
        writeEntries(json, "seriesCountByMetricName", status.seriesCountByMetricName());
        writeEntries(json, "labelValueCountByLabelName", status.labelValueCountByLabelName());
        writeEntries(json, "memoryInBytesByLabelName", status.memoryInBytesByLabelName());
        writeEntries(json, "seriesCountByLabelValuePair", status.seriesCountByLabelValuePair());
        json.writeEndObject();
    }

    private static void writeEntries(JsonGenerator json, String field, List<TsdbStatus.Entry> entries)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (TsdbStatus.Entry entry : entries) {
            json.writeStartObject();
            json.writeStringField("name", entry.name());
            json.writeNumberField("value", entry.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
