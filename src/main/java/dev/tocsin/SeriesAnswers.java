package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.Promql.Experimental;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryMemory;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import dev.tocsin.promql.Value.VectorSample;
import dev.tocsin.watch.quality.Cell;
import dev.tocsin.watch.quality.Source;
import dev.tocsin.watch.quality.SourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers from series what is asked of the quality of data, within the bounds that queries have anyway. Blocks while it
 * evaluates; safe from any thread.
 */
final class SeriesAnswers {
    private final Evaluator evaluator;
    private final QueryMemory memory;
    private final Clock clock;

    /** @param evaluator over all of history */
    SeriesAnswers(Evaluator evaluator, QueryMemory memory, Clock clock) {
        this.evaluator = evaluator;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * A row for each sample: its value, or that of the label asked for; samples without that label are left out.
     *
     * @throws SourceException where the query fails, or takes longer
     */
    List<List<@Nullable Cell>> rows(Source.Query query, long nowMillis, Duration timeout) throws SourceException {
        long deadlineNanos = clock.monotonicNanos() + timeout.toNanos();
        try (QueryMemory.Share share = memory.share()) {
            QueryOptions options = new QueryOptions(
                    QueryOptions.DEFAULT.lookbackMillis(), () -> clock.monotonicNanos() - deadlineNanos > 0, share);
            return rows(
                    evaluator
                            .instant(Promql.parse(query.promql(), Experimental.ALLOWED), nowMillis, options)
                            .value(),
                    query.label());
        } catch (PromqlException e) {
            throw new SourceException(
                    e.kind() == PromqlException.Kind.CANCELLED
                            ? "no answer within the time-out"
                            : String.valueOf(e.getMessage()));
        }
    }

    private static List<List<@Nullable Cell>> rows(Value value, String label) {
        List<List<@Nullable Cell>> rows = new ArrayList<>();
        switch (value) {
            case Value.ScalarValue scalar -> rows.add(List.of(Cell.of(scalar.value())));
            case Value.VectorValue vector -> {
                for (VectorSample sample : vector.samples()) {
                    String key = label.isEmpty() ? "" : sample.labels().get(label);
                    if (label.isEmpty()) {
                        rows.add(List.of(Cell.of(sample.value())));
                    } else if (!key.isEmpty()) {
                        rows.add(List.of(Cell.of(key)));
                    }
                }
            }
            case Value.StringValue text -> rows.add(List.of(Cell.of(text.value())));
            case Value.MatrixValue matrix -> throw new IllegalStateException("the configuration refuses matrices");
        }
        return rows;
    }
}
