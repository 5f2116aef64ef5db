package dev.tocsin.web;

import dev.tocsin.chart.LabelShares;
import dev.tocsin.chart.RowScale;
import dev.tocsin.core.Clock;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.QueryMemory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code /api/v1/heatmap}: how many observations fell into each cell of time × value. Parameters: {@code query} (see
 * {@link ObservedQuery}), {@code from} and {@code to} (times, {@code -1h}, {@code now}; the last five minutes),
 * {@code step} (the width of a column; so that there are at most 300), {@code rows} (most that the values may span; 80).
 *
 * <p>{@code /api/v1/heatmap/labels}: from which label values the observations of a region came, against those of the
 * whole. Parameters as above, and the region: {@code start}, {@code end} (times), {@code low}, {@code high} (values);
 * what is left out is no bound. Safe from any thread.
 *
 * <pre>
 * {"from":1732165200,"to":1732165500,"step":1,"error":0.0078125,
 *  "window":1,                                              that a column looks back over; null where the query says it
 *  "live":"sum(api_latency - api_latency offset 1s)",       to be streamed for the columns that follow
 *  "columns":[[1732165201,4,3,120,310,16468,2,9,1],…]}      end, then as {@link DistributionText}
 * </pre>
 */
public final class HeatmapApi {
    static final int MOST_COLUMNS = 300;
    private static final int MOST_ROWS = 512;
    private static final int USUAL_ROWS = 80;
    private static final int MOST_SHARES = 100;

    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;

    public HeatmapApi(Evaluator evaluator, QueryPool pool, Clock clock) {
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/heatmap", this::heatmap);
        QueryApi.route(router, "/api/v1/heatmap/labels", this::labels);
    }

    private void heatmap(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        ObservedQuery query = ObservedQuery.of(parameters);
        long now = clock.wallMillis();
        long from = parameters.timeMillis("from", "-5m", now);
        long to = parameters.timeMillis("to", "now", now);
        long step = parameters.durationMillis("step", stepMillis(to - from));
        if (step <= 0 || to - from < step || (to - from) / step > MOST_COLUMNS) {
            throw ApiError.badParameter(
                    "step", "from, to and step must make 1 to " + MOST_COLUMNS + " columns of more than 0 s");
        }
        int rows = parameters.whole("rows", 8, MOST_ROWS, USUAL_ROWS);
        // Columns end at whole steps, so that those of one request go on where those of another end.
        long last = Math.floorDiv(to, step) * step;
        long first = last - (to - from) / step * step;
        pool.answer(ctx, "heatmap", pool.bounds().defaultTimeout(), claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                Observations observations =
                        Observations.read(evaluator, query, first, last, step, Observations.options(claim, memory));
                claim.check();
                return json(observations, query, first, last, step, rows);
            }
        });
    }

    /** A whole number of seconds, so that the columns are not too many. */
    private static long stepMillis(long spanMillis) {
        return Math.max(1, Math.ceilDiv(spanMillis, 1_000L * MOST_COLUMNS)) * 1_000;
    }

    private static byte[] json(
            Observations observations, ObservedQuery query, long from, long to, long step, int rows) {
        RowScale scale = RowScale.fitting(
                observations.columns().stream()
                        .map(Observations.Column::distribution)
                        .toList(),
                rows);
        double error = 0;
        StringBuilder columns = new StringBuilder();
        for (Observations.Column column : observations.columns()) {
            columns.append(columns.isEmpty() ? "[" : ",[");
            JsonText.appendNumber(columns, column.timeMillis() / 1e3);
            columns.append(',');
            DistributionText.append(columns, column.distribution(), scale);
            columns.append(']');
            error = Math.max(error, column.distribution().layout().relativeError());
        }
        StringBuilder out = new StringBuilder("{\"status\":\"success\",\"data\":{\"from\":");
        JsonText.appendNumber(out, from / 1e3);
        out.append(",\"to\":");
        JsonText.appendNumber(out, to / 1e3);
        out.append(",\"step\":");
        JsonText.appendNumber(out, step / 1e3);
        out.append(",\"window\":");
        JsonText.appendNumber(out, query.selector() == null ? Double.NaN : step / 1e3);
        out.append(",\"error\":");
        JsonText.appendNumber(out, error);
        out.append(",\"live\":");
        JsonText.appendString(out, query.live(step));
        out.append(",\"columns\":[").append(columns).append("]}");
        appendWarnings(out, observations.warnings());
        return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    static void appendWarnings(StringBuilder out, List<String> warnings) {
        if (!warnings.isEmpty()) {
            out.append(",\"warnings\":").append(new JsonArray(warnings).encode());
        }
    }

    private void labels(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        Expr.VectorSelector origin = ObservedQuery.of(parameters).origin();
        long now = clock.wallMillis();
        long from = parameters.timeMillis("from", "-5m", now);
        long to = parameters.timeMillis("to", "now", now);
        long start = parameters.text("start").isEmpty() ? from : parameters.timeMillis("start", "now", now);
        long end = parameters.text("end").isEmpty() ? to : parameters.timeMillis("end", "now", now);
        if (from >= to || start < from || end > to || start >= end) {
            throw ApiError.badParameter("start", "the region must lie within from and to, and end after it starts");
        }
        double low = value(parameters, "low", Double.NEGATIVE_INFINITY);
        double high = value(parameters, "high", Double.POSITIVE_INFINITY);
        if (low >= high) {
            throw ApiError.badParameter("high", "must be above low");
        }
        pool.answer(ctx, "heatmap_labels", pool.bounds().defaultTimeout(), claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                LabelShares shares = new LabelShares();
                // The times of the region cut the whole into three parts, of which the middle one is looked into.
                long[] cuts = {from, start, end, to};
                List<String> warnings = List.of();
                for (int part = 0; part + 1 < cuts.length; part++) {
                    boolean middle = part == 1;
                    long width = cuts[part + 1] - cuts[part];
                    if (width > 0) {
                        warnings = evaluator.observe(
                                origin,
                                cuts[part],
                                cuts[part + 1],
                                width,
                                Observations.options(claim, memory),
                                (series, column, observed) -> {
                                    double inside =
                                            Observations.checked(observed).fraction(low, high);
                                    shares.add(series, middle ? inside * observed.count() : 0, observed.count());
                                });
                    }
                }
                claim.check();
                return json(shares, warnings);
            }
        });
    }

    private static double value(QueryParameters parameters, String name, double otherwise) {
        String text = parameters.text(name);
        try {
            double value = text.isEmpty() ? otherwise : Double.parseDouble(text);
            if (!Double.isNaN(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw ApiError.badParameter(name, "\"" + text + "\" is not a number");
    }

    private static byte[] json(LabelShares shares, List<String> warnings) {
        List<LabelShares.Share> all = shares.shares();
        JsonArray rows = new JsonArray();
        for (LabelShares.Share each : all.subList(0, Math.min(MOST_SHARES, all.size()))) {
            rows.add(new JsonObject()
                    .put("label", each.label())
                    .put("value", each.value())
                    .put("region", each.region())
                    .put("all", each.all())
                    .put("share", each.share())
                    .put("overall", each.overall()));
        }
        JsonObject data = new JsonObject()
                .put("region", shares.region())
                .put("all", shares.all())
                .put("leftOut", all.size() - rows.size())
                .put("shares", rows);
        JsonObject answer = new JsonObject().put("status", "success").put("data", data);
        if (!warnings.isEmpty()) {
            answer.put("warnings", new JsonArray(warnings));
        }
        return answer.toBuffer().getBytes();
    }
}
