package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.PromNumber;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prometheus' query API: {@code query}, {@code query_range}, {@code format_query}, {@code parse_query},
 * {@code query_exemplars}; by GET, or by POST with a form. Safe from any thread.
 */
public final class QueryApi {
    private static final int MAX_POINTS = 11_000;
    private static final long MAX_FORM_BYTES = 1 << 20;

    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;

    public QueryApi(Evaluator evaluator, QueryPool pool, Clock clock) {
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        route(router, "/api/v1/query", this::instant);
        route(router, "/api/v1/query_range", this::range);
        route(router, "/api/v1/format_query", this::format);
        route(router, "/api/v1/parse_query", this::parse);
        route(router, "/api/v1/query_exemplars", this::exemplars);
    }

    /** Mounts for GET and for POST of a form; an {@link ApiError} that is thrown becomes the answer. */
    static void route(Router router, String path, Consumer<RoutingContext> handler) {
        Handler<RoutingContext> answering = ctx -> {
            try {
                handler.accept(ctx);
            } catch (ApiError e) {
                Replies.error(ctx, e);
            }
        };
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.POST)
                .handler(BodyHandler.create(false).setBodyLimit(MAX_FORM_BYTES))
                .handler(answering);
    }

    static QueryParameters parameters(RoutingContext ctx) {
        return new QueryParameters(name -> ctx.request().params().getAll(name));
    }

    private void instant(RoutingContext ctx) {
        QueryParameters parameters = parameters(ctx);
        int limit = parameters.limit("limit");
        long timeMillis = parameters.timeMillis("time", clock.wallMillis());
        Duration timeout = timeout(parameters);
        Expr expr = parameters.expr("query");
        long lookbackMillis = lookback(parameters);
        pool.answer(ctx, "query", timeout, claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                QueryOptions options = new QueryOptions(lookbackMillis, claim::isOver, memory);
                return json(claim, memory, limit, evaluator.instant(expr, timeMillis, options));
            }
        });
    }

    private void range(RoutingContext ctx) {
        QueryParameters parameters = parameters(ctx);
        int limit = parameters.limit("limit");
        long startMillis = parameters.timeMillis("start");
        long endMillis = parameters.timeMillis("end");
        if (endMillis < startMillis) {
            throw ApiError.badParameter("end", "end timestamp must not be before start time");
        }
        long stepMillis = parameters.durationMillis("step");
        if (stepMillis <= 0) {
            throw ApiError.badParameter(
                    "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if ((endMillis - startMillis) / stepMillis > MAX_POINTS) {
            throw ApiError.badData("exceeded maximum resolution of 11,000 points per timeseries."
                    + " Try decreasing the query resolution (?step=XX)");
        }
        Duration timeout = timeout(parameters);
        Expr expr = parameters.expr("query");
        if (expr.type() != ExprType.SCALAR && expr.type() != ExprType.VECTOR) {
            throw ApiError.badParameter(
                    "query",
                    "invalid expression type \"" + expr.type().words()
                            + "\" for range query, must be Scalar or instant Vector");
        }
        long lookbackMillis = lookback(parameters);
        pool.answer(ctx, "query_range", timeout, claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                QueryOptions options = new QueryOptions(lookbackMillis, claim::isOver, memory);
                return json(claim, memory, limit, evaluator.range(expr, startMillis, endMillis, stepMillis, options));
            }
        });
    }

    private byte[] json(QueryPool.Claim claim, QueryMemory.Share memory, int limit, QueryResult result) {
        claim.check();
        return AnswerJson.result(pool.bounds().maxAnswerBytes(), memory, result, limit, warnings(result, limit));
    }

    private static List<String> warnings(QueryResult result, int limit) {
        int size = switch (result.value()) {
            case Value.VectorValue vector -> vector.samples().size();
            case Value.MatrixValue matrix -> matrix.series().size();
            case Value.ScalarValue _, Value.StringValue _ -> 1;
        };
        if (size <= limit) {
            return result.warnings();
        }
        List<String> warnings = new ArrayList<>(result.warnings());
        warnings.add("results truncated due to limit");
        return warnings;
    }

    private Duration timeout(QueryParameters parameters) {
        long most = pool.bounds().maxTimeout().toMillis();
        long asked = parameters.durationMillis(
                "timeout", pool.bounds().defaultTimeout().toMillis());
        if (asked <= 0) {
            throw ApiError.badParameter("timeout", "a query needs more than " + PromNumber.format(asked / 1e3) + " s");
        }
        return Duration.ofMillis(Math.min(asked, most));
    }

    private static long lookback(QueryParameters parameters) {
        long asked = parameters.durationMillis("lookback_delta", 0);
        return asked > 0 ? asked : QueryOptions.DEFAULT.lookbackMillis();
    }

    private void format(RoutingContext ctx) {
        Replies.success(ctx, Promql.pretty(parameters(ctx).expr("query")));
    }

    private void parse(RoutingContext ctx) {
        Replies.success(ctx, ExprJson.of(parameters(ctx).expr("query")));
    }

    /** There are no exemplars; clients ask all the same. */
    private void exemplars(RoutingContext ctx) {
        QueryParameters parameters = parameters(ctx);
        parameters.expr("query");
        Replies.success(ctx, new JsonArray());
    }
}
