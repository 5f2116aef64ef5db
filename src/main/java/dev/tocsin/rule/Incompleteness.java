package dev.tocsin.rule;

import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.Value;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rule's alerts say where samples were dropped in the time that its expression looks at: the longest of its
 * ranges, offsets and subqueries, and at least a minute. {@code completeness()} in PromQL says what counts. Immutable.
 */
final class Incompleteness {
    /** On an alert that fires on incomplete data: how incomplete. */
    static final String ANNOTATION = "incomplete_data";

    /** Says nothing. */
    static final Incompleteness UNTOLD = new Incompleteness(null, "");

    private static final long LEAST_MILLIS = 60_000;

    /** Any series that is there: completeness is the same for all. */
    private final @Nullable Expr share;

    private final String window;

    private Incompleteness(@Nullable Expr share, String window) {
        this.share = share;
        this.window = window;
    }

    static Incompleteness of(Expr expr) {
        String window = PromDuration.format(Math.max(LEAST_MILLIS, reachMillis(expr)));
        return new Incompleteness(
                Promql.parse("max(completeness(tocsin_samples_accepted_total[" + window + "]))"), window);
    }

    /** The annotation at one time; empty where nothing was dropped. */
    String at(RuleQueries queries, long timeMillis) {
        if (share == null) {
            return "";
        }
        try {
            return queries.at(share, timeMillis) instanceof Value.VectorValue vector
                            && !vector.samples().isEmpty()
                            && vector.samples().getFirst().value() < 1
                    ? words(1 - vector.samples().getFirst().value())
                    : "";
        } catch (PromqlException e) {
            // The alert stands for itself: it is told, whatever can be said of its data.
            return "";
        }
    }

    private String words(double lost) {
        String percent = lost < 0.0001 ? "less than 0.01" : String.format(Locale.ROOT, "%.2f", lost * 100);
        return percent + " % of the samples offered in the last " + window + " were dropped";
    }

    /** How far back an expression looks, beyond the usual look-back. */
    private static long reachMillis(Expr expr) {
        return switch (expr) {
            case Expr.VectorSelector v -> Math.max(0, v.shift().offsetMillis());
            case Expr.MatrixSelector m -> m.rangeMillis() + reachMillis(m.vector());
            case Expr.Subquery s -> s.rangeMillis() + Math.max(0, s.shift().offsetMillis()) + reachMillis(s.expr());
            case Expr.Paren p -> reachMillis(p.expr());
            case Expr.Unary u -> reachMillis(u.expr());
            case Expr.Binary b -> Math.max(reachMillis(b.left()), reachMillis(b.right()));
            case Expr.Aggregate a -> reachMillis(a.expr());
            case Expr.Call c ->
                c.args().stream().mapToLong(Incompleteness::reachMillis).max().orElse(0);
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> 0;
        };
    }
}
