package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Distribution;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /api/v1/metrics/performance?time_range=1h|24h|7d}: how the services did over that time (by route: requests
 * per second, share of errors, and average and percentiles of the durations, from merged histograms), what the machine
 * has left, how complete the samples are, and how well the data sets. Requests are {@code http_requests}, errors those with a {@code status} of 5xx,
 * durations {@code http_request_duration}, endpoints told apart by {@code service} and {@code route}: the names of the
 * dashboard "API". Where nothing counts requests, durations are counted. Safe from any thread.
 */
public final class PerformanceApi {
    private static final Map<String, Duration> RANGES =
            Map.of("1h", Duration.ofHours(1), "24h", Duration.ofHours(24), "7d", Duration.ofDays(7));
    private static final String BY = "sum by (service, route) ";

    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;

    public PerformanceApi(Evaluator evaluator, QueryPool pool, Clock clock) {
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/metrics/performance", this::answer);
    }

    private void answer(RoutingContext ctx) {
        List<String> asked = ctx.request().params().getAll("time_range");
        String range = asked.isEmpty() ? "24h" : asked.getFirst();
        if (!RANGES.containsKey(range)) {
            throw ApiError.badParameter("time_range", "expected 1h, 24h or 7d, found \"" + range + "\"");
        }
        long nowMillis = clock.wallMillis();
        pool.answer(ctx, "performance", pool.bounds().defaultTimeout(), claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                QueryOptions options = new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), claim::isOver, memory);
                return Buffer.buffer(
                                new Report(range, nowMillis, options).json().encode())
                        .getBytes();
            }
        });
    }

    /** One answer in the making. */
    private final class Report {
        private final String range;
        private final long nowMillis;
        private final QueryOptions options;

        Report(String range, long nowMillis, QueryOptions options) {
            this.range = range;
            this.nowMillis = nowMillis;
            this.options = options;
        }

        JsonObject json() {
            Duration length = Objects.requireNonNull(RANGES.get(range));
            return new JsonObject()
                    .put("time_range", range)
                    .put("start", Instant.ofEpochMilli(nowMillis).minus(length).toString())
                    .put("end", Instant.ofEpochMilli(nowMillis).toString())
                    .put("api_performance", apiPerformance())
                    .put("system_resources", systemResources())
                    .put("data_quality_metrics", dataQuality());
        }

        private JsonObject apiPerformance() {
            Map<Labels, Endpoint> endpoints = new TreeMap<>();
            for (VectorSample sample : ask(BY + "(rate(http_request_duration[" + range + "]))")) {
                of(endpoints, sample).durations = sample.distribution();
            }
            for (VectorSample sample : ask(BY + "(rate(http_requests[" + range + "]))")) {
                of(endpoints, sample).requests = sample.value();
            }
            for (VectorSample sample : ask(BY + "(rate(http_requests{status=~\"5..\"}[" + range + "]))")) {
                of(endpoints, sample).errors = sample.value();
            }
            Endpoint all = new Endpoint();
            JsonArray each = new JsonArray();
            endpoints.forEach((labels, endpoint) -> {
                JsonObject told = new JsonObject();
                labels.forEach((name, value) -> told.put(name, value));
                each.add(endpoint.tell(told));
                all.add(endpoint);
            });
            return all.tell(new JsonObject()).put("endpoints", each);
        }

        private Endpoint of(Map<Labels, Endpoint> endpoints, VectorSample sample) {
            return endpoints.computeIfAbsent(sample.labels(), labels -> new Endpoint());
        }

        private JsonObject systemResources() {
            return new JsonObject()
                    .put("cpu_percent", one("host_cpu_usage_percent"))
                    .put("cpu_percent_average", one("avg_over_time(host_cpu_usage_percent[" + range + "])"))
                    .put("load1", one("host_load1"))
                    .put("memory_percent", one("host_memory_usage_percent"))
                    .put("memory_percent_max", one("max_over_time(host_memory_usage_percent[" + range + "])"))
                    .put("swap_percent", one("host_swap_usage_percent"))
                    .put("disk_percent", one("max(host_disk_usage_percent)"));
        }

        private JsonObject dataQuality() {
            Double accepted = increase("tocsin_samples_accepted_total");
            Double rejected = increase("tocsin_samples_rejected_total");
            Double dropped = increase("tocsin_samples_dropped_total");
            Double kernel = increase("tocsin_udp_kernel_drops_total");
            Double late = increase("tocsin_samples_late_total");
            JsonObject told = new JsonObject()
                    .put("samples_accepted", accepted)
                    .put("samples_rejected", rejected)
                    .put("samples_dropped", dropped)
                    .put("packets_dropped_by_kernel", kernel)
                    .put("samples_late", late);
            if (accepted != null && accepted > 0) {
                double lost = (rejected == null ? 0 : rejected) + (dropped == null ? 0 : dropped);
                told.put("completeness", accepted / (accepted + lost));
            }
            return told.put("datasets", datasets());
        }

        /** As judged last, and their scores over the range. */
        private JsonObject datasets() {
            Map<String, JsonObject> byName = new TreeMap<>();
            for (VectorSample sample : ask("quality_state == 1")) {
                dataset(byName, sample).put("state", sample.labels().get("state"));
            }
            tell(byName, "score", "quality_score");
            tell(byName, "score_average", "avg by (dataset) (avg_over_time(quality_score[" + range + "]))");
            tell(byName, "completeness", "quality_completeness_ratio");
            tell(byName, "freshness_hours", "quality_freshness_seconds / 3600");
            tell(byName, "coverage", "quality_coverage_ratio");
            tell(byName, "consistency", "quality_consistency_ratio");
            JsonObject told = new JsonObject();
            byName.forEach(told::put);
            return told;
        }

        private void tell(Map<String, JsonObject> byName, String key, String query) {
            for (VectorSample sample : ask(query)) {
                dataset(byName, sample).put(key, finite(sample.value()));
            }
        }

        private static JsonObject dataset(Map<String, JsonObject> byName, VectorSample sample) {
            return byName.computeIfAbsent(sample.labels().get("dataset"), name -> new JsonObject());
        }

        private @Nullable Double increase(String counter) {
            return one("sum(increase(" + counter + "[" + range + "]))");
        }

        /** The first value, or null where there is none. */
        private @Nullable Double one(String query) {
            List<VectorSample> samples = ask(query);
            return samples.isEmpty() ? null : finite(samples.getFirst().value());
        }

        private List<VectorSample> ask(String query) {
            Value value =
                    evaluator.instant(Promql.parse(query), nowMillis, options).value();
            return value instanceof Value.VectorValue vector ? vector.samples() : List.of();
        }
    }

    /** Per second, where they are rates. */
    private static final class Endpoint {
        private double requests = Double.NaN;
        private double errors;
        private @Nullable Distribution durations;

        void add(Endpoint other) {
            double more = other.requests();
            requests = Double.isNaN(requests) ? more : Double.isNaN(more) ? requests : requests + more;
            errors += other.errors;
            Distribution theirs = other.durations;
            if (theirs != null) {
                durations = durations == null ? theirs : durations.plus(theirs);
            }
        }

        private double requests() {
            return Double.isNaN(requests) && durations != null ? durations.count() : requests;
        }

        JsonObject tell(JsonObject into) {
            into.put("request_rate", finite(requests()))
                    .put("error_rate", finite(requests() > 0 ? errors / requests() : Double.NaN));
            Distribution d = durations;
            return into.put("avg", d == null ? null : finite(d.average()))
                    .put("p50", d == null ? null : finite(d.quantile(0.5)))
                    .put("p95", d == null ? null : finite(d.quantile(0.95)))
                    .put("p99", d == null ? null : finite(d.quantile(0.99)));
        }
    }

    /** JSON has no other numbers. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
