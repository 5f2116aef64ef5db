package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.check.CheckStatus;
import dev.tocsin.core.check.Checks;
import dev.tocsin.core.check.RecoveryRun;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Active checks. {@code GET /api/v1/checks}: each with its state, last results ({@code results=N} of them), and the share
 * of the last 24 hours, 7 and 30 days in which it was up, of the time in which that was known;
 * {@code GET /api/v1/checks/NAME}: the same of one. {@code GET} or {@code POST /api/v1/heartbeat/NAME}: a
 * job says that it ran ({@code ?status=fail}: that it failed); the body, or {@code ?message=}, is told beside it. Safe from
 * any thread.
 */
public final class ChecksApi {
    private static final List<String> WINDOWS = List.of("24h", "7d", "30d");
    /** As many as are kept. */
    private static final int MOST_RESULTS = 60;

    private static final String HEARTBEAT = "/api/v1/heartbeat/:name";
    /** What a job says beyond it is dropped. */
    private static final int MAX_MESSAGE_BYTES = 2_000;
    /** Availability hardly changes meanwhile, and is dear to ask of a long history. */
    private static final long KEPT_MILLIS = 30_000;

    private final Checks checks;
    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;
    private volatile Availability availability = new Availability(Long.MAX_VALUE, Map.of(), List.of());

    /** @param evaluator over all of history */
    public ChecksApi(Checks checks, Evaluator evaluator, QueryPool pool, Clock clock) {
        this.checks = checks;
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    /** Shares by window and check, and which windows could not be told. */
    private record Availability(long atMillis, Map<String, Map<String, Double>> shares, List<String> missing) {}

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/checks", this::list);
        QueryApi.route(router, "/api/v1/checks/:name", this::one);
        router.route(HEARTBEAT).method(HttpMethod.GET).method(HttpMethod.POST).handler(this::heartbeat);
    }

    private void list(RoutingContext ctx) {
        String results = ctx.request().getParam("results", Integer.toString(MOST_RESULTS));
        if (!results.matches("[0-9]{1,3}")) {
            Replies.error(ctx, ApiError.badParameter("results", "expected a number, found \"" + results + "\""));
            return;
        }
        answer(ctx, known -> {
            JsonArray all = new JsonArray();
            checks.all().forEach(check -> all.add(json(check, known, Integer.parseInt(results))));
            return new JsonObject().put("checks", all);
        });
    }

    private void one(RoutingContext ctx) {
        String name = Objects.requireNonNull(ctx.pathParam("name"));
        Optional<CheckStatus> check =
                checks.all().stream().filter(each -> each.name().equals(name)).findFirst();
        if (check.isEmpty()) {
            Replies.error(ctx, ApiError.Type.NOT_FOUND, "there is no check \"" + name + "\"");
            return;
        }
        answer(ctx, known -> json(check.get(), known, MOST_RESULTS));
    }

    private void answer(RoutingContext ctx, Function<Availability, JsonObject> told) {
        long now = clock.wallMillis();
        pool.answer(ctx, "checks", pool.bounds().defaultTimeout(), claim -> {
            Availability known = availability;
            if (known.atMillis > now || now - known.atMillis >= KEPT_MILLIS) {
                try (QueryMemory.Share memory = pool.memory().share()) {
                    known = ask(now, new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), claim::isOver, memory));
                }
                availability = known;
            }
            JsonObject answer = new JsonObject().put("status", "success").put("data", told.apply(known));
            if (!known.missing.isEmpty()) {
                answer.put("warnings", new JsonArray(known.missing));
            }
            return answer.toBuffer().getBytes();
        });
    }

    private Availability ask(long nowMillis, QueryOptions options) {
        Map<String, Map<String, Double>> shares = new HashMap<>();
        List<String> missing = new ArrayList<>();
        for (String window : WINDOWS) {
            try {
                shares.put(window, shares(window, nowMillis, options));
            } catch (RuntimeException e) {
                // Past a bound of queries: what is known of checks is told all the same.
                missing.add("availability over " + window + ": " + e.getMessage());
            }
        }
        return new Availability(nowMillis, shares, missing);
    }

    private Map<String, Double> shares(String window, long nowMillis, QueryOptions options) {
        Map<String, Double> byCheck = new HashMap<>();
        String query = "avg by (check) (avg_over_time(check_up[" + window + "]))";
        Value value = evaluator.instant(Promql.parse(query), nowMillis, options).value();
        if (value instanceof Value.VectorValue vector) {
            for (VectorSample sample : vector.samples()) {
                byCheck.put(sample.labels().get("check"), sample.value());
            }
        }
        return byCheck;
    }

    /** @param results told at most, the newest */
    private static JsonObject json(CheckStatus check, Availability known, int results) {
        JsonObject labels = new JsonObject();
        check.labels().forEach(labels::put);
        JsonArray history = new JsonArray();
        check.results().stream()
                .skip(Math.max(0, check.results().size() - results))
                .forEach(result -> history.add(json(result)));
        JsonArray recoveries = new JsonArray();
        check.recoveries().stream()
                .skip(Math.max(0, check.recoveries().size() - results))
                .forEach(run -> recoveries.add(json(run)));
        JsonObject shares = new JsonObject();
        for (String window : WINDOWS) {
            shares.put(window, known.shares.getOrDefault(window, Map.of()).get(check.name()));
        }
        return new JsonObject()
                .put("name", check.name())
                .put("kind", check.kind())
                .put("state", check.state().word())
                .put("since", time(check.sinceMillis()))
                .put("labels", labels)
                .put("interval_seconds", check.interval().toSeconds())
                .put("depends_on", new JsonArray(check.dependsOn()))
                .put("consecutive_failures", check.failuresInARow())
                .put("last", json(check.last()))
                .put("availability", shares)
                .put("history", history)
                .put("recoveries", recoveries);
    }

    private static @Nullable JsonObject json(CheckStatus.@Nullable Result result) {
        return result == null
                ? null
                : new JsonObject()
                        .put("time", time(result.atMillis()))
                        .put("ok", result.ok())
                        .put("duration_ms", result.tookMillis())
                        .put("message", result.message());
    }

    private static JsonObject json(RecoveryRun run) {
        return new JsonObject()
                .put("name", run.name())
                .put("time", time(run.atMillis()))
                .put("told", run.told(ZoneId.systemDefault()))
                .put("outcome", run.outcome().word())
                .put("duration_ms", run.tookMillis())
                .put("exit_code", run.exitCode() < 0 ? null : run.exitCode())
                .put("recovered", run.recoveredMillis() == 0 ? null : time(run.recoveredMillis()))
                .put("output", run.output());
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private void heartbeat(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String status = request.getParam("status", "ok");
        if (!status.equals("ok") && !status.equals("fail")) {
            Replies.error(ctx, ApiError.badParameter("status", "expected ok or fail, found \"" + status + "\""));
            return;
        }
        Buffer said = Buffer.buffer();
        request.handler(more -> {
            int room = Math.min(more.length(), MAX_MESSAGE_BYTES - said.length());
            said.appendBuffer(more, 0, room);
        });
        request.endHandler(end -> {
            String message = request.getParam("message", said.toString(StandardCharsets.UTF_8));
            beat(ctx, Objects.requireNonNull(ctx.pathParam("name")), status.equals("ok"), message.strip());
        });
    }

    private void beat(RoutingContext ctx, String name, boolean ok, String message) {
        if (checks.beat(name, ok, message)) {
            Replies.success(ctx, new JsonObject().put("heartbeat", name).put("ok", ok));
        } else {
            Replies.error(
                    ctx,
                    ApiError.Type.NOT_FOUND,
                    "there is no check \"" + name + "\" of the kind heartbeat; add one to checks/*.yaml and reload");
        }
    }
}
