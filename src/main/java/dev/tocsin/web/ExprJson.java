package dev.tocsin.web;

import dev.tocsin.core.Matcher;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.Function;
import dev.tocsin.promql.PromNumber;
import dev.tocsin.promql.Shift;
import dev.tocsin.promql.VectorMatching;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An expression as the tree that Prometheus' {@code /api/v1/parse_query} tells: each node an object with its
 * {@code type}; durations and times in milliseconds. Stateless.
 */
final class ExprJson {
    private ExprJson() {}

    static JsonObject of(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral n -> node("numberLiteral").put("val", PromNumber.format(n.value()));
            case Expr.StringLiteral s -> node("stringLiteral").put("val", s.value());
            case Expr.Paren p -> node("parenExpr").put("expr", of(p.expr()));
            case Expr.Unary u ->
                node("unaryExpr").put("op", u.negative() ? "-" : "+").put("expr", of(u.expr()));
            case Expr.VectorSelector v -> selector(node("vectorSelector"), v);
            case Expr.MatrixSelector m ->
                selector(node("matrixSelector"), m.vector()).put("range", m.rangeMillis());
            case Expr.Subquery s ->
                shift(
                        node("subquery")
                                .put("expr", of(s.expr()))
                                .put("range", s.rangeMillis())
                                .put("step", s.stepMillis()),
                        s.shift());
            case Expr.Binary b ->
                node("binaryExpr")
                        .put("op", b.op().symbol())
                        .put("lhs", of(b.left()))
                        .put("rhs", of(b.right()))
                        .put("matching", matching(b.matching()))
                        .put("bool", b.bool());
            case Expr.Aggregate a ->
                node("aggregation")
                        .put("op", a.op().symbol())
                        .put("expr", of(a.expr()))
                        .put("param", a.param() == null ? null : of(a.param()))
                        .put("grouping", texts(a.grouping()))
                        .put("without", a.without());
            case Expr.Call c ->
                node("call")
                        .put("func", function(c.function()))
                        .put(
                                "args",
                                new JsonArray(
                                        c.args().stream().map(ExprJson::of).toList()));
        };
    }

    private static JsonObject node(String type) {
        return new JsonObject().put("type", type);
    }

    private static JsonArray texts(Collection<String> texts) {
        return new JsonArray(List.copyOf(texts));
    }

    private static JsonObject function(Function function) {
        return new JsonObject()
                .put("name", function.name())
                .put(
                        "argTypes",
                        texts(function.args().stream().map(ExprJson::word).toList()))
                .put("variadic", function.variadic())
                .put("returnType", word(function.returns()));
    }

    private static String word(Enum<?> type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static JsonObject selector(JsonObject node, Expr.VectorSelector selector) {
        JsonArray matchers = new JsonArray();
        for (Matcher m : selector.matchers()) {
            matchers.add(new JsonObject()
                    .put("name", m.name())
                    .put("value", m.value())
                    .put("type", m.op().symbol()));
        }
        return shift(node.put("name", selector.name()).put("matchers", matchers), selector.shift());
    }

    private static JsonObject shift(JsonObject node, Shift shift) {
        return node.put("offset", shift.offsetMillis())
                .put("timestamp", shift.at() instanceof Shift.At.Time time ? time.timeMillis() : null)
                .put(
                        "startOrEnd",
                        switch (shift.at()) {
                            case Shift.At.Start _ -> "start";
                            case Shift.At.End _ -> "end";
                            case Shift.At.Time _ -> null;
                            case null -> null;
                        });
    }

    private static @Nullable JsonObject matching(@Nullable VectorMatching matching) {
        if (matching == null) {
            return null;
        }
        return new JsonObject()
                .put("card", word(matching.cardinality()).replace('_', '-'))
                .put("labels", texts(matching.labels()))
                .put("on", matching.on())
                .put("include", texts(matching.include()));
    }
}
