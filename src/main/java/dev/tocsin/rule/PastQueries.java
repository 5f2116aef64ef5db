package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers from series that no longer change, for rules that ask step by step: many steps are evaluated at once, as one
 * range query, so that each series is looked up and walked once for all of them. Confined to one thread.
 */
final class PastQueries implements RuleQueries {
    /** Steps evaluated at once: enough to make the look-up cheap, few enough to stay within the bounds of one query. */
    private static final int STEPS = 256;

    /** Steps from {@code start}; null where they could not be evaluated together. */
    private record Chunk(long start, @Nullable List<List<Value.VectorSample>> steps) {}

    private final Evaluator evaluator;
    private final QueryOptions options;
    private final long stepMillis;
    private final long endMillis;
    private final int maxExprs;
    private final Map<Expr, Chunk> chunks = new IdentityHashMap<>();

    /**
     * @param stepMillis between two times that are asked for
     * @param endMillis nothing later will be asked for
     * @param maxExprs expressions that are evaluated ahead, told by identity; those of templates are new each time
     */
    PastQueries(Evaluator evaluator, QueryOptions options, long stepMillis, long endMillis, int maxExprs) {
        this.evaluator = evaluator;
        this.options = options;
        this.stepMillis = stepMillis;
        this.endMillis = endMillis;
        this.maxExprs = maxExprs;
    }

    @Override
    public Value at(Expr expr, long timeMillis) {
        Chunk chunk = chunks.get(expr);
        boolean before = chunk != null && timeMillis < chunk.start;
        boolean unknown = chunk == null && chunks.size() >= maxExprs;
        if (before || unknown || expr.type() != ExprType.VECTOR) {
            return instant(expr, timeMillis);
        }
        if (chunk == null || timeMillis >= chunk.start + STEPS * stepMillis) {
            chunk = chunk(expr, timeMillis);
            chunks.put(expr, chunk);
        }
        long offset = timeMillis - chunk.start;
        int step = (int) (offset / stepMillis);
        if (chunk.steps == null || offset % stepMillis != 0 || step >= chunk.steps.size()) {
            return instant(expr, timeMillis);
        }
        return new Value.VectorValue(chunk.steps.get(step));
    }

    private Value instant(Expr expr, long timeMillis) {
        return evaluator.instant(expr, timeMillis, options).value();
    }

    private Chunk chunk(Expr expr, long startMillis) {
        long end = Math.min(startMillis + (STEPS - 1) * stepMillis, Math.max(startMillis, endMillis));
        // start() and end() mean the query's own, which is one step for a rule.
        String text = expr.toString();
        if (text.contains("@ start()") || text.contains("@ end()")) {
            return new Chunk(startMillis, null);
        }
        try {
            Value value =
                    evaluator.range(expr, startMillis, end, stepMillis, options).value();
            return new Chunk(startMillis, steps(value, startMillis, (int) ((end - startMillis) / stepMillis) + 1));
        } catch (PromqlException e) {
            // Some step has no result, or all together cost too much: each by itself tells which.
            return new Chunk(startMillis, null);
        }
    }

    private List<List<Value.VectorSample>> steps(Value value, long startMillis, int count) {
        List<List<Value.VectorSample>> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            steps.add(new ArrayList<>());
        }
        if (value instanceof Value.MatrixValue matrix) {
            for (Value.MatrixSeries series : matrix.series()) {
                Labels labels = series.labels();
                Points points = series.points();
                for (int i = 0; i < points.size; i++) {
                    long time = points.timeMillis[i];
                    steps.get((int) ((time - startMillis) / stepMillis))
                            .add(new Value.VectorSample(labels, time, points.value[i], points.distribution[i]));
                }
            }
        }
        return steps;
    }
}
