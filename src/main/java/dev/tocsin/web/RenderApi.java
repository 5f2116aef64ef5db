package dev.tocsin.web;

import dev.tocsin.chart.Picture;
import dev.tocsin.chart.Plot;
import dev.tocsin.chart.PlotLines;
import dev.tocsin.chart.Theme;
import dev.tocsin.core.Clock;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;

/**
 * {@code GET /api/v1/render}: the picture of one or more queries, for where there is no browser. Parameters: {@code query}
 * (repeatable), {@code from} and {@code to} as Prometheus takes times, or as long ago ({@code -1h}, {@code now}; the last
 * hour), {@code width} and {@code height} in px (800 × 300), {@code format} ({@code png}, {@code svg}), {@code theme}
 * ({@code light}, {@code dark}), {@code title}, {@code threshold} (repeatable), {@code tz} (UTC). Safe from any thread.
 */
public final class RenderApi {
    private static final String PATH = "/api/v1/render";
    private static final int MOST_QUERIES = 20;
    /** So that a picture's step is two px: finer can't be seen. */
    private static final int PIXELS_PER_POINT = 2;

    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;

    public RenderApi(Evaluator evaluator, QueryPool pool, Clock clock) {
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        router.get(PATH).handler(ctx -> {
            try {
                render(ctx);
            } catch (ApiError e) {
                Replies.error(ctx, e);
            }
        });
    }

    /** What is asked for, once it is known to make sense. */
    private record Wanted(
            List<Expr> queries,
            String title,
            long fromMillis,
            long toMillis,
            int width,
            int height,
            boolean isSvg,
            Theme theme,
            List<Double> thresholds,
            TimeZone zone) {}

    private void render(RoutingContext ctx) {
        Wanted wanted = wanted(ctx);
        String type = wanted.isSvg() ? "image/svg+xml" : "image/png";
        pool.run(ctx, "render", pool.bounds().defaultTimeout(), claim -> picture(wanted, claim))
                .onSuccess(image -> Replies.send(ctx, 200, type, Buffer.buffer(image)))
                .onFailure(e -> Replies.error(ctx, (ApiError) e));
    }

    private byte[] picture(Wanted wanted, QueryPool.Claim claim) {
        List<Plot.Line> lines = new ArrayList<>();
        long stepMillis =
                PlotLines.stepMillis(wanted.toMillis() - wanted.fromMillis(), wanted.width() / PIXELS_PER_POINT);
        for (Expr query : wanted.queries()) {
            try (QueryMemory.Share memory = pool.memory().share()) {
                QueryOptions options = new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), claim::isOver, memory);
                lines.addAll(PlotLines.of(
                        evaluator
                                .range(query, wanted.fromMillis(), wanted.toMillis(), stepMillis, options)
                                .value(),
                        wanted.fromMillis(),
                        wanted.toMillis(),
                        stepMillis));
            }
        }
        claim.check();
        Plot plot = new Plot(
                wanted.title(),
                wanted.fromMillis(),
                wanted.toMillis(),
                PlotLines.strongest(lines),
                wanted.thresholds());
        Picture picture = new Picture(plot, wanted.width(), wanted.height(), wanted.theme(), wanted.zone());
        return wanted.isSvg() ? picture.svg() : picture.png(1);
    }

    private Wanted wanted(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        List<Expr> queries = parameters.exprs("query");
        if (queries.isEmpty() || queries.size() > MOST_QUERIES) {
            throw ApiError.badParameter("query", "a picture shows 1 to " + MOST_QUERIES + " queries");
        }
        long now = clock.wallMillis();
        long from = parameters.timeMillis("from", "-1h", now);
        long to = parameters.timeMillis("to", "now", now);
        if (from >= to) {
            throw ApiError.badParameter("to", "must be after from");
        }
        List<Double> thresholds = new ArrayList<>();
        for (String text : parameters.texts("threshold")) {
            try {
                thresholds.add(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                throw ApiError.badParameter("threshold", "\"" + text + "\" is not a number");
            }
        }
        return new Wanted(
                queries,
                parameters.text("title"),
                from,
                to,
                parameters.whole("width", 100, 4_000, 800),
                parameters.whole("height", 60, 2_000, 300),
                oneOf(parameters, "format", "png", "svg").equals("svg"),
                Theme.valueOf(oneOf(parameters, "theme", "light", "dark").toUpperCase(Locale.ROOT)),
                thresholds,
                zone(parameters));
    }

    private static String oneOf(QueryParameters parameters, String name, String first, String second) {
        String text = parameters.text(name);
        if (text.isEmpty() || text.equals(first)) {
            return first;
        }
        if (!text.equals(second)) {
            throw ApiError.badParameter(name, "must be " + first + " or " + second);
        }
        return second;
    }

    private static TimeZone zone(QueryParameters parameters) {
        String text = parameters.text("tz");
        try {
            return TimeZone.getTimeZone(ZoneId.of(text.isEmpty() ? "UTC" : text));
        } catch (DateTimeException e) {
            throw ApiError.badParameter("tz", "there is no time zone \"" + text + "\"");
        }
    }
}
