package dev.tocsin.web;

import dev.tocsin.chart.Spectrum;
import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.QueryMemory;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code /api/v1/spectrum}: the values at percentiles from 0 to 99.999 % ({@link Spectrum}). Parameters: {@code query}
 * (see {@link ObservedQuery}), {@code at} (a time, {@code -1h}, {@code now}), {@code window} (of a selector: how far back
 * from there; 5m), {@code offset} (repeatable: {@code 0}, {@code 1h}, {@code 1w}: a curve for that long before). A
 * selector has one curve an offset, all its series merged; another expression one for each label set it yields. Safe from
 * any thread.
 *
 * <pre>
 * {"at":1732165500,"window":300,"curves":[{"offset":3600,"labels":{},"count":1200,"average":80.5,"max":812,
 *   "error":0.0078125,"points":[0,12.1,0.1,20.3,…]}]}       percentile (as a share), value, …; window as in a heatmap
 * </pre>
 */
public final class SpectrumApi {
    private static final int MOST_OFFSETS = 4;
    private static final Duration LONGEST_WINDOW = Duration.ofDays(31);

    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;

    public SpectrumApi(Evaluator evaluator, QueryPool pool, Clock clock) {
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/spectrum", this::spectrum);
    }

    private void spectrum(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        ObservedQuery query = ObservedQuery.of(parameters);
        long at = parameters.timeMillis("at", "now", clock.wallMillis());
        long window = parameters.durationMillis("window", Duration.ofMinutes(5).toMillis());
        if (window <= 0 || window > LONGEST_WINDOW.toMillis()) {
            throw ApiError.badParameter("window", "must be more than 0 s and at most 31d");
        }
        Set<Long> offsets = offsets(parameters);
        pool.answer(ctx, "spectrum", pool.bounds().defaultTimeout(), claim -> {
            StringBuilder curves = new StringBuilder();
            List<String> warnings = new ArrayList<>();
            for (long offset : offsets) {
                // Each by itself: what one offset read is not held while the next is.
                try (QueryMemory.Share memory = pool.memory().share()) {
                    ObservedSpectrum.read(
                                    evaluator, query, at, window, offset, Observations.options(claim, memory), warnings)
                            .forEach(curve -> append(curves, curve));
                }
                claim.check();
            }
            StringBuilder out = new StringBuilder("{\"status\":\"success\",\"data\":{\"at\":");
            JsonText.appendNumber(out, at / 1e3);
            out.append(",\"window\":");
            JsonText.appendNumber(out, query.selector() == null ? Double.NaN : window / 1e3);
            out.append(",\"curves\":[").append(curves).append("]}");
            HeatmapApi.appendWarnings(out, warnings.stream().distinct().toList());
            return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
        });
    }

    /** Those of {@code offset}, in milliseconds. */
    static Set<Long> offsets(QueryParameters parameters) {
        Set<Long> offsets = new LinkedHashSet<>();
        for (String text : parameters.texts("offset")) {
            try {
                offsets.add(text.equals("0") ? 0 : PromDuration.parseMillis(text));
            } catch (IllegalArgumentException e) {
                throw ApiError.badParameter("offset", "must be 0 or a duration like 1h or 1w, not \"" + text + "\"");
            }
        }
        if (offsets.size() > MOST_OFFSETS) {
            throw ApiError.badParameter("offset", "at most " + MOST_OFFSETS + " may be compared");
        }
        return offsets.isEmpty() ? Set.of(0L) : offsets;
    }

    private static void append(StringBuilder out, ObservedSpectrum curve) {
        Spectrum spectrum = curve.spectrum();
        out.append(out.isEmpty() ? "" : ",").append("{\"offset\":");
        JsonText.appendNumber(out, curve.offsetMillis() / 1e3);
        out.append(",\"labels\":");
        LiveSeries.appendLabels(out, curve.labels());
        out.append(",\"count\":");
        JsonText.appendNumber(out, spectrum.count());
        out.append(",\"average\":");
        JsonText.appendNumber(out, spectrum.average());
        out.append(",\"max\":");
        JsonText.appendNumber(out, spectrum.max());
        out.append(",\"error\":");
        JsonText.appendNumber(out, spectrum.relativeError());
        out.append(",\"points\":[");
        String separator = "";
        for (Spectrum.Point point : spectrum.points()) {
            out.append(separator);
            JsonText.appendNumber(out, point.percentile());
            out.append(',');
            JsonText.appendNumber(out, point.value());
            separator = ",";
        }
        out.append("]}");
    }
}
