package dev.tocsin.web;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.core.quality.AssertionStatus;
import dev.tocsin.core.quality.DatasetStatus;
import dev.tocsin.core.quality.Measure;
import dev.tocsin.core.quality.MeasureStatus;
import dev.tocsin.core.quality.Quality;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.QueryResult;
import dev.tocsin.promql.Value;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The quality of data. {@code GET /api/v1/quality}: each data set with its state, score and measures, as judged last, and
 * their history; {@code GET /api/v1/quality/NAME}: one of them, its history six times as fine. {@code ?time_range=} says
 * how far back, 24h where it says nothing. Where something was unknown, its history has a gap. Safe from any thread.
 */
public final class QualityApi {
    private static final Duration DEFAULT_RANGE = Duration.ofHours(24);
    private static final Duration MOST_RANGE = Duration.ofDays(400);
    private static final int POINTS_OF_EACH = 48;
    private static final int POINTS_OF_ONE = 288;
    private static final String SCORE = "quality_score";

    /** What the series are called in the answer. */
    private static final Map<String, String> HISTORY = history();

    private static final String SERIES = HISTORY.keySet().stream().collect(Collectors.joining("|"));

    private final Quality quality;
    private final Evaluator evaluator;
    private final QueryPool pool;
    private final Clock clock;

    /** @param evaluator over all of history */
    public QualityApi(Quality quality, Evaluator evaluator, QueryPool pool, Clock clock) {
        this.quality = quality;
        this.evaluator = evaluator;
        this.pool = pool;
        this.clock = clock;
    }

    private static Map<String, String> history() {
        Map<String, String> names = new TreeMap<>(Map.of(SCORE, "score"));
        for (Measure measure : Measure.values()) {
            names.put(measure.series(), measure.word());
        }
        return names;
    }

    public void mount(Router router) {
        QueryApi.route(router, "/api/v1/quality", this::list);
        QueryApi.route(router, "/api/v1/quality/:name", this::one);
    }

    private void list(RoutingContext ctx) {
        answer(
                ctx,
                List.copyOf(quality.all()),
                "",
                POINTS_OF_EACH,
                told -> new JsonObject().put("datasets", new JsonArray(told)));
    }

    private void one(RoutingContext ctx) {
        String name = String.valueOf(ctx.pathParam("name"));
        List<DatasetStatus> found =
                quality.all().stream().filter(set -> set.name().equals(name)).toList();
        if (found.isEmpty()) {
            String known = quality.all().stream().map(DatasetStatus::name).collect(Collectors.joining(" "));
            throw new ApiError(
                    ApiError.Type.NOT_FOUND,
                    "there is no data set " + name + "; there is "
                            + (known.isEmpty() ? "none: conf/quality/*.yaml names them" : known));
        }
        answer(ctx, found, ",dataset=\"" + found.getFirst().name() + "\"", POINTS_OF_ONE, List::getFirst);
    }

    private void answer(
            RoutingContext ctx,
            List<DatasetStatus> sets,
            String matcher,
            int points,
            Function<List<JsonObject>, JsonObject> data) {
        long range = QueryApi.parameters(ctx).durationMillis("time_range", DEFAULT_RANGE.toMillis());
        if (range < 1_000 || range > MOST_RANGE.toMillis()) {
            throw ApiError.badParameter("time_range", "expected 1s to 400d");
        }
        long now = clock.wallMillis();
        pool.answer(ctx, "quality", pool.bounds().defaultTimeout(), claim -> {
            try (QueryMemory.Share memory = pool.memory().share()) {
                QueryOptions options = new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), claim::isOver, memory);
                QueryResult history = evaluator.range(
                        Promql.parse("{__name__=~\"" + SERIES + "\"" + matcher + "}"),
                        now - range,
                        now,
                        Math.max(1_000, range / points),
                        options);
                Map<String, Map<String, JsonArray>> byName = byName(history.value());
                List<JsonObject> told = new ArrayList<>();
                for (DatasetStatus set : sets) {
                    told.add(json(set, byName.getOrDefault(set.name(), Map.of())));
                }
                JsonObject answer = new JsonObject().put("status", "success").put("data", data.apply(told));
                if (!history.warnings().isEmpty()) {
                    answer.put("warnings", new JsonArray(history.warnings()));
                }
                return answer.toBuffer().getBytes();
            }
        });
    }

    /** By data set and what is measured, pairs of seconds since 1970 and a number, in the order of time. */
    private static Map<String, Map<String, JsonArray>> byName(Value value) {
        Map<String, Map<String, TreeMap<Long, Double>>> points = new HashMap<>();
        if (value instanceof Value.MatrixValue matrix) {
            for (Value.MatrixSeries series : matrix.series()) {
                Labels labels = series.labels();
                TreeMap<Long, Double> into = points.computeIfAbsent(labels.get("dataset"), set -> new HashMap<>())
                        .computeIfAbsent(String.valueOf(HISTORY.get(labels.metricName())), what -> new TreeMap<>());
                Points read = series.points();
                for (int i = 0; i < read.size; i++) {
                    into.put(read.timeMillis[i], read.value[i]);
                }
            }
        }
        Map<String, Map<String, JsonArray>> told = new HashMap<>();
        points.forEach((set, measures) -> measures.forEach((measure, times) -> {
            JsonArray pairs = new JsonArray();
            times.forEach((millis, number) -> pairs.add(JsonArray.of(millis / 1e3, number)));
            told.computeIfAbsent(set, name -> new TreeMap<>()).put(measure, pairs);
        }));
        return told;
    }

    private static JsonObject json(DatasetStatus set, Map<String, JsonArray> history) {
        JsonObject labels = new JsonObject();
        set.labels().forEach(labels::put);
        JsonObject measures = new JsonObject();
        set.measures().forEach(measure -> measures.put(measure.measure().word(), json(measure)));
        JsonArray assertions = new JsonArray();
        set.assertions().forEach(assertion -> assertions.add(json(assertion)));
        JsonObject past = new JsonObject();
        history.forEach(past::put);
        return new JsonObject()
                .put("name", set.name())
                .put("state", set.state().word())
                .put("score", known(set.score()))
                .put("labels", labels)
                .put("schedule", set.schedule())
                .put("last_judged", time(set.judgedMillis()))
                .put("next", time(set.nextMillis()))
                .put("measures", measures)
                .put("assertions", assertions)
                .put("history", past);
    }

    private static JsonObject json(MeasureStatus measure) {
        JsonObject told = new JsonObject()
                .put("state", measure.state().word())
                .put("value", known(measure.value()))
                .put("threshold", measure.threshold());
        return measure.reason().isEmpty() ? told : told.put("reason", measure.reason());
    }

    private static JsonObject json(AssertionStatus assertion) {
        JsonObject told = new JsonObject()
                .put("name", assertion.name())
                .put("weight", assertion.weight())
                .put("share", known(assertion.share()));
        return assertion.reason().isEmpty() ? told : told.put("reason", assertion.reason());
    }

    /** JSON has no other numbers. */
    private static @Nullable Double known(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }

    private static @Nullable String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }
}
