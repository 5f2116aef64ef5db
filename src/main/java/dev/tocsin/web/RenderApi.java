package dev.tocsin.web;

import dev.tocsin.chart.Drawing;
import dev.tocsin.chart.Heatmap;
import dev.tocsin.chart.HeatmapDrawing;
import dev.tocsin.chart.LineDrawing;
import dev.tocsin.chart.Picture;
import dev.tocsin.chart.Plot;
import dev.tocsin.chart.PlotLines;
import dev.tocsin.chart.SpectrumDrawing;
import dev.tocsin.chart.Theme;
import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.Value;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code GET /api/v1/render}: a panel as a picture, for where there is no browser. Parameters: {@code query}; {@code kind}
 * ({@code timeseries}, {@code stacked}, {@code heatmap}, {@code spectrum}); {@code from} and {@code to} as Prometheus
 * takes times, or as long ago ({@code -1h}, {@code now}; the last hour); {@code width} and {@code height} in px
 * (800 × 300), {@code format} ({@code png}, {@code svg}), {@code theme} ({@code light}, {@code dark}), {@code title},
 * {@code unit} (as dashboards have it), {@code tz} (UTC). Lines and layers take several queries and {@code threshold} (repeatable); a spectrum, which is of what
 * was observed in that time, {@code offset} (repeatable: {@code 0}, {@code 1h}, {@code 1w}). Safe from any thread.
 */
public final class RenderApi {
    private static final String PATH = "/api/v1/render";
    private static final int MOST_QUERIES = 20;
    /** So that a picture's step is two px: finer can't be seen. */
    private static final int PIXELS_PER_POINT = 2;

    private static final String[] UNITS = Stream.of(Panel.Unit.values())
            .map(unit -> unit.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new);

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

    /** What all kinds of panels have, once it is known to make sense. */
    private record Frame(
            String title,
            long fromMillis,
            long toMillis,
            int width,
            int height,
            Theme theme,
            DoubleFunction<String> label,
            TimeZone zone) {
        long spanMillis() {
            return toMillis - fromMillis;
        }
    }

    private void render(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        String kind = oneOf(parameters, "kind", "timeseries", "stacked", "heatmap", "spectrum");
        Frame frame = frame(parameters);
        boolean isSvg = oneOf(parameters, "format", "png", "svg").equals("svg");
        Function<QueryPool.Claim, Drawing> reader = switch (kind) {
            case "heatmap" -> heatmap(parameters, frame);
            case "spectrum" -> spectrum(parameters, frame);
            default -> lines(parameters, frame, kind.equals("stacked"));
        };
        pool.run(ctx, "render", pool.bounds().defaultTimeout(), claim -> {
                    Drawing drawing = reader.apply(claim);
                    claim.check();
                    Picture picture = new Picture(drawing, frame.width(), frame.height());
                    return isSvg ? picture.svg() : picture.png(1);
                })
                .onSuccess(image -> Replies.send(ctx, 200, isSvg ? "image/svg+xml" : "image/png", Buffer.buffer(image)))
                .onFailure(e -> Replies.error(ctx, (ApiError) e));
    }

    private Function<QueryPool.Claim, Drawing> lines(QueryParameters parameters, Frame frame, boolean stacked) {
        List<Expr> queries = parameters.exprs("query");
        if (queries.isEmpty() || queries.size() > MOST_QUERIES) {
            throw ApiError.badParameter("query", "a picture shows 1 to " + MOST_QUERIES + " queries");
        }
        List<Double> thresholds = thresholds(parameters);
        long step = PlotLines.stepMillis(frame.spanMillis(), frame.width() / PIXELS_PER_POINT);
        return claim -> {
            List<Plot.Line> lines = new ArrayList<>();
            for (Expr query : queries) {
                try (QueryMemory.Share memory = pool.memory().share()) {
                    Value value = evaluator
                            .range(
                                    query,
                                    frame.fromMillis(),
                                    frame.toMillis(),
                                    step,
                                    Observations.options(claim, memory))
                            .value();
                    lines.addAll(PlotLines.of(value, frame.fromMillis(), frame.toMillis(), step));
                }
            }
            Plot plot = new Plot(
                    frame.title(),
                    frame.fromMillis(),
                    frame.toMillis(),
                    PlotLines.strongest(lines),
                    stacked,
                    frame.label(),
                    thresholds);
            return new LineDrawing(plot, frame.theme(), frame.zone());
        };
    }

    private Function<QueryPool.Claim, Drawing> heatmap(QueryParameters parameters, Frame frame) {
        ObservedQuery query = onlyQuery(parameters);
        long step = PlotLines.stepMillis(frame.spanMillis(), HeatmapApi.MOST_COLUMNS);
        long to = Math.max(step, Math.floorDiv(frame.toMillis(), step) * step);
        long from = to - Math.max(1, frame.spanMillis() / step) * step;
        return claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                Observations observations =
                        Observations.read(evaluator, query, from, to, step, Observations.options(claim, memory));
                List<Heatmap.Column> columns = observations.columns().stream()
                        .map(each -> new Heatmap.Column(each.timeMillis(), each.distribution()))
                        .toList();
                Heatmap heatmap = new Heatmap(frame.title(), from, to, step, frame.label(), columns);
                return new HeatmapDrawing(heatmap, frame.theme(), frame.zone());
            }
        };
    }

    private Function<QueryPool.Claim, Drawing> spectrum(QueryParameters parameters, Frame frame) {
        ObservedQuery query = onlyQuery(parameters);
        List<Long> offsets = SpectrumApi.offsets(parameters).stream().sorted().toList();
        return claim -> {
            List<SpectrumDrawing.Curve> curves = new ArrayList<>();
            for (int age = 0; age < offsets.size(); age++) {
                try (QueryMemory.Share memory = pool.memory().share()) {
                    for (ObservedSpectrum each : ObservedSpectrum.read(
                            evaluator,
                            query,
                            frame.toMillis(),
                            frame.spanMillis(),
                            offsets.get(age),
                            Observations.options(claim, memory),
                            new ArrayList<>())) {
                        if (!each.spectrum().points().isEmpty()) {
                            curves.add(new SpectrumDrawing.Curve(name(each), age, each.spectrum()));
                        }
                    }
                }
            }
            return new SpectrumDrawing(frame.title(), curves, frame.label(), frame.theme());
        };
    }

    private static ObservedQuery onlyQuery(QueryParameters parameters) {
        if (parameters.texts("query").size() != 1) {
            throw ApiError.badParameter("query", "such a picture shows one query");
        }
        return ObservedQuery.of(parameters);
    }

    private static String name(ObservedSpectrum curve) {
        String when = curve.offsetMillis() == 0 ? "now" : PromDuration.format(curve.offsetMillis()) + " ago";
        String who = String.join(" ", curve.labels().toMap().values());
        return who.isEmpty() ? when : who + " " + when;
    }

    private Frame frame(QueryParameters parameters) {
        long now = clock.wallMillis();
        long from = parameters.timeMillis("from", "-1h", now);
        long to = parameters.timeMillis("to", "now", now);
        if (from >= to) {
            throw ApiError.badParameter("to", "must be after from");
        }
        String unitName = parameters.text("unit").isEmpty() ? "short" : oneOf(parameters, "unit", UNITS);
        Panel.Unit unit = Panel.Unit.valueOf(unitName.toUpperCase(Locale.ROOT));
        return new Frame(
                parameters.text("title"),
                from,
                to,
                parameters.whole("width", 100, 4_000, 800),
                parameters.whole("height", 60, 2_000, 300),
                Theme.valueOf(oneOf(parameters, "theme", "light", "dark").toUpperCase(Locale.ROOT)),
                value -> AxisLabels.of(unit, value),
                zone(parameters));
    }

    private static List<Double> thresholds(QueryParameters parameters) {
        List<Double> thresholds = new ArrayList<>();
        for (String text : parameters.texts("threshold")) {
            try {
                thresholds.add(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                throw ApiError.badParameter("threshold", "\"" + text + "\" is not a number");
            }
        }
        return thresholds;
    }

    /** The first is what stands for none. */
    private static String oneOf(QueryParameters parameters, String name, String... allowed) {
        String text = parameters.text(name);
        if (text.isEmpty()) {
            return allowed[0];
        }
        if (!List.of(allowed).contains(text)) {
            String last = allowed[allowed.length - 1];
            String others = String.join(", ", List.of(allowed).subList(0, allowed.length - 1));
            throw ApiError.badParameter(name, "must be " + others + " or " + last);
        }
        return text;
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
