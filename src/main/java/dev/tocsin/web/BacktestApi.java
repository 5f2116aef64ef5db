package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.promql.QueryLimits;
import dev.tocsin.rule.Backtest;
import dev.tocsin.rule.BacktestRun;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleSettings;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/rules/backtest?from=…&to=…&timezone=…} with a rule file as body: what it would have done on the
 * history there is. {@code to} is now where it is not given, {@code from} an hour before, the zone UTC. To a client that
 * accepts {@code text/event-stream} come events {@code progress} ({@code {"done":0.25}}), then one {@code result} or
 * {@code error}, each with the JSON that other clients get as the whole answer. Safe from any thread.
 */
public final class BacktestApi {
    private static final long MAX_RULE_BYTES = 1 << 20;
    private static final long HOUR_MILLIS = 3_600_000;

    private final Function<String, List<RuleGroup>> parse;
    private final Supplier<List<RuleGroup>> inForce;
    private final SeriesSource source;
    private final QueryLimits limits;
    private final RuleSettings settings;
    private final QueryPool pool;
    private final Clock clock;
    private final AtomicLong unsentBytes = new AtomicLong();

    /**
     * @param parse of a rule file's text; an IllegalArgumentException says what is wrong with it
     * @param inForce the groups that judge now
     * @param limits of each single query
     * @param pool where backtests run, as queries do, with its longest time-out
     */
    public BacktestApi(
            Function<String, List<RuleGroup>> parse,
            Supplier<List<RuleGroup>> inForce,
            SeriesSource source,
            QueryLimits limits,
            RuleSettings settings,
            QueryPool pool,
            Clock clock) {
        this.parse = parse;
        this.inForce = inForce;
        this.source = source;
        this.limits = limits;
        this.settings = settings;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        router.post("/api/v1/rules/backtest")
                .handler(BodyHandler.create(false).setBodyLimit(MAX_RULE_BYTES))
                .handler(this::backtest);
    }

    private void backtest(RoutingContext ctx) {
        Backtest.Plan plan;
        try {
            plan = plan(ctx);
        } catch (ApiError e) {
            Replies.error(ctx, e);
            return;
        }
        String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
        if (accept == null || !accept.contains("text/event-stream")) {
            pool.answer(ctx, "backtest", pool.bounds().maxTimeout(), claim -> run(plan, claim, done -> {}));
            return;
        }
        SseConnection connection = new SseConnection(ctx.request(), false, unsentBytes, () -> {});
        Context loop = ctx.vertx().getOrCreateContext();
        connection.open();
        pool.run(
                        ctx,
                        "backtest",
                        pool.bounds().maxTimeout(),
                        claim -> run(
                                plan,
                                claim,
                                done -> loop.runOnContext(go -> connection.send(event(
                                        "progress",
                                        new JsonObject()
                                                .put("done", Math.round(done * 100) / 100.0)
                                                .encode())))))
                .onSuccess(json ->
                        connection.send(event("result", new String(json, java.nio.charset.StandardCharsets.UTF_8))))
                .onFailure(e -> connection.send(event("error", error(e))))
                .onComplete(end -> {
                    connection.end();
                });
    }

    private static EventBytes event(String name, String json) {
        return EventBytes.of("event: " + name + "\ndata: " + json + "\n\n");
    }

    private static String error(Throwable thrown) {
        ApiError error = thrown instanceof ApiError e ? e : new ApiError(ApiError.Type.INTERNAL, "internal error");
        return new JsonObject()
                .put("status", "error")
                .put("errorType", error.type().word())
                .put("error", error.text())
                .encode();
    }

    private Backtest.Plan plan(RoutingContext ctx) {
        QueryParameters parameters =
                new QueryParameters(name -> ctx.request().params().getAll(name));
        long to = parameters.timeMillis("to", clock.wallMillis());
        long from = parameters.timeMillis("from", to - HOUR_MILLIS);
        try {
            @Nullable Buffer body = ctx.body().buffer();
            List<RuleGroup> draft = parse.apply(body == null ? "" : body.toString());
            String zone = parameters.text("timezone");
            return new Backtest.Plan(draft, inForce.get(), from, to, ZoneId.of(zone.isEmpty() ? "UTC" : zone));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw ApiError.badData(String.valueOf(e.getMessage()));
        }
    }

    private byte[] run(Backtest.Plan plan, QueryPool.Claim claim, DoubleConsumer progress) {
        try {
            Backtest result = BacktestRun.run(source, limits, settings, plan, claim::isOver, progress);
            return AnswerJson.success(
                    pool.bounds().maxAnswerBytes(), json -> BacktestJson.write(json, result), List.of(), List.of());
        } catch (CancellationException e) {
            claim.check();
            throw e;
        } catch (IllegalArgumentException e) {
            throw ApiError.badData(String.valueOf(e.getMessage()));
        }
    }
}
