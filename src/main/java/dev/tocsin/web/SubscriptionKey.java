package dev.tocsin.web;

import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection subscribes to: its queries, in order. Those who ask for the same, however they write it, share one
 * subscription. Immutable.
 */
record SubscriptionKey(List<LiveQuery> queries) {
    SubscriptionKey {
        queries = List.copyOf(queries);
    }

    sealed interface LiveQuery {
        /** Equal where the canonical texts are. */
        record Parsed(String canonicalText, Expr expr) implements LiveQuery {
            @Override
            public boolean equals(@Nullable Object o) {
                return o instanceof Parsed other && canonicalText.equals(other.canonicalText);
            }

            @Override
            public int hashCode() {
                return canonicalText.hashCode();
            }
        }

        /** Is told as a problem, so that the other queries of the connection go on. */
        record Unreadable(String problem) implements LiveQuery {}

        static LiveQuery of(String text) {
            try {
                Expr expr = Promql.parse(text);
                return new Parsed(expr.toString(), expr);
            } catch (PromqlException e) {
                return new Unreadable(String.valueOf(e.getMessage()));
            }
        }
    }

    static SubscriptionKey of(List<String> texts) {
        return new SubscriptionKey(texts.stream().map(LiveQuery::of).toList());
    }
}
