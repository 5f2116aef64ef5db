package dev.tocsin.web;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Series;
import dev.tocsin.core.SeriesSource;
import dev.tocsin.core.SeriesSource.MetricMetadata;
import dev.tocsin.core.scrape.ScrapeTargets;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Prometheus' API to what series there are: {@code labels}, {@code label/NAME/values}, {@code series},
 * {@code metadata}. Safe from any thread.
 */
public final class SeriesApi {
    private static final String TRUNCATED = "results truncated due to limit";

    private final SeriesSource source;
    private final ScrapeTargets targets;
    private final QueryPool pool;

    /** @param targets tell of their metrics */
    public SeriesApi(SeriesSource source, ScrapeTargets targets, QueryPool pool) {
        this.source = source;
        this.targets = targets;
        this.pool = pool;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/labels", this::labelNames);
        QueryApi.route(router, "/api/v1/label/:name/values", this::labelValues);
        QueryApi.route(router, "/api/v1/series", this::series);
        QueryApi.route(router, "/api/v1/metadata", this::metadata);
    }

    /** The request's window as the source takes it: (afterMillis, toMillis]. */
    private record Window(long afterMillis, long toMillis) {
        static Window of(QueryParameters parameters) {
            long start = parameters.timeMillis("start", -QueryParameters.MAX_TIME_MILLIS);
            long end = parameters.timeMillis("end", QueryParameters.MAX_TIME_MILLIS);
            if (end < start) {
                throw ApiError.badParameter("end", "end timestamp must not be before start time");
            }
            return new Window(start - 1, end);
        }
    }

    private void labelNames(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        Window window = Window.of(parameters);
        answerTexts(
                ctx,
                "labels",
                parameters,
                selector -> source.labelNames(selector, window.afterMillis, window.toMillis));
    }

    private void labelValues(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        if (name == null || name.isEmpty()) {
            throw ApiError.badData("invalid label name: \"\"");
        }
        String label = EscapedName.unescape(name);
        QueryParameters parameters = QueryApi.parameters(ctx);
        Window window = Window.of(parameters);
        answerTexts(
                ctx,
                "label_values",
                parameters,
                selector -> source.labelValues(label, selector, window.afterMillis, window.toMillis));
    }

    /** Answers with the union of what {@code find} gives for each selector, in order. */
    private void answerTexts(
            RoutingContext ctx,
            String handler,
            QueryParameters parameters,
            Function<List<Matcher>, SortedSet<String>> find) {
        int limit = parameters.limit("limit");
        List<List<Matcher>> selectors = parameters.selectors();
        pool.answer(ctx, handler, pool.bounds().defaultTimeout(), claim -> {
            SortedSet<String> found = new TreeSet<>();
            for (List<Matcher> selector : selectors.isEmpty() ? List.<List<Matcher>>of(List.of()) : selectors) {
                found.addAll(find.apply(selector));
            }
            // An empty value is the same as no label.
            found.remove("");
            claim.check();
            return AnswerJson.success(
                    pool.bounds().maxAnswerBytes(),
                    json -> writeTexts(json, found, limit),
                    warnings(found, limit),
                    List.of());
        });
    }

    private static void writeTexts(JsonGenerator json, Collection<String> texts, int limit) throws IOException {
        json.writeStartArray();
        int left = limit;
        for (String text : texts) {
            if (left-- <= 0) {
                break;
            }
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private void series(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        int limit = parameters.limit("limit");
        Window window = Window.of(parameters);
        List<List<Matcher>> selectors = parameters.selectors();
        if (selectors.isEmpty()) {
            throw ApiError.badData("no match[] parameter provided");
        }
        pool.answer(ctx, "series", pool.bounds().defaultTimeout(), claim -> {
            SortedSet<Labels> found = new TreeSet<>();
            for (List<Matcher> selector : selectors) {
                for (Series each : source.select(
                        selector,
                        window.afterMillis,
                        window.toMillis,
                        pool.bounds().maxSeries())) {
                    found.add(each.labels());
                }
                claim.check();
            }
            return AnswerJson.success(
                    pool.bounds().maxAnswerBytes(),
                    json -> writeSeries(json, found, limit),
                    warnings(found, limit),
                    List.of());
        });
    }

    private static void writeSeries(JsonGenerator json, Collection<Labels> found, int limit) throws IOException {
        json.writeStartArray();
        int left = limit;
        for (Labels labels : found) {
            if (left-- <= 0) {
                break;
            }
            AnswerJson.writeLabels(json, labels);
        }
        json.writeEndArray();
    }

    private void metadata(RoutingContext ctx) {
        QueryParameters parameters = QueryApi.parameters(ctx);
        int limit = parameters.metadataLimit("limit", 0);
        int limitPerMetric = parameters.metadataLimit("limit_per_metric", 1);
        String metric = parameters.text("metric");
        pool.answer(ctx, "metadata", pool.bounds().defaultTimeout(), claim -> {
            Map<String, List<MetricMetadata>> byName = new LinkedHashMap<>();
            Set<MetricMetadata> all = new LinkedHashSet<>(source.metadata());
            targets.metadata((target, each) -> all.add(each));
            for (MetricMetadata each : all) {
                boolean wanted = metric.isEmpty() || each.name().equals(metric);
                if (wanted && (byName.size() < limit || byName.containsKey(each.name()))) {
                    List<MetricMetadata> ofMetric = byName.computeIfAbsent(each.name(), name -> new ArrayList<>(1));
                    if (ofMetric.size() < limitPerMetric) {
                        ofMetric.add(each);
                    }
                }
            }
            return AnswerJson.success(
                    pool.bounds().maxAnswerBytes(), json -> writeMetadata(json, byName), List.of(), List.of());
        });
    }

    private static void writeMetadata(JsonGenerator json, Map<String, List<MetricMetadata>> byName) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, List<MetricMetadata>> metric : byName.entrySet()) {
            json.writeArrayFieldStart(metric.getKey());
            for (MetricMetadata each : metric.getValue()) {
                json.writeStartObject();
                json.writeStringField("type", each.type());
                json.writeStringField("help", each.help());
                json.writeStringField("unit", each.unit());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static List<String> warnings(Collection<?> found, int limit) {
        return found.size() > limit ? List.of(TRUNCATED) : List.of();
    }
}
