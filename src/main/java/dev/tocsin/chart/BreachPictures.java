package dev.tocsin.chart;

import dev.tocsin.core.Alert;
import dev.tocsin.core.BreachChart;
import dev.tocsin.core.Clock;
import dev.tocsin.core.Labels;
import dev.tocsin.promql.BinaryOp;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.promql.Expr;
import dev.tocsin.promql.ExprType;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.promql.QueryOptions;
import dev.tocsin.promql.Value;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;

/**
 * Draws an alert's expression from a quarter of an hour before it began to fire, without its comparisons, whose other
 * sides are drawn as thresholds where they are numbers. Any thread.
 */
public final class BreachPictures implements BreachChart {
    private static final System.Logger LOG = System.getLogger(BreachPictures.class.getName());
    /** Where the expression stands in a link of ours. */
    private static final String QUERY = "/explore?q=";

    private static final Set<BinaryOp> SETS = EnumSet.of(BinaryOp.OR, BinaryOp.AND, BinaryOp.UNLESS);

    private static final Duration BEFORE = Duration.ofMinutes(15);
    /** A long alert's chart ends here, so that its beginning can be seen. */
    private static final Duration MOST_AFTER = Duration.ofHours(1);

    private static final long MOST_NANOS = Duration.ofSeconds(3).toNanos();
    private static final int WIDTH = 640;
    private static final int HEIGHT = 240;
    private static final int MOST_POINTS = WIDTH / 2;

    private final Evaluator evaluator;
    private final Clock clock;
    private final String externalUrl;

    /** @param externalUrl with which links of ours begin */
    public BreachPictures(Evaluator evaluator, Clock clock, String externalUrl) {
        this.evaluator = evaluator;
        this.clock = clock;
        this.externalUrl = externalUrl;
    }

    @Override
    public Optional<byte[]> png(Alert alert) {
        String url = alert.generatorUrl();
        int query = url.indexOf(QUERY);
        if (!url.startsWith(externalUrl) || query < 0) {
            return Optional.empty();
        }
        try {
            return draw(
                    Promql.parse(URLDecoder.decode(url.substring(query + QUERY.length()), StandardCharsets.UTF_8)),
                    alert);
        } catch (PromqlException e) {
            LOG.log(System.Logger.Level.DEBUG, "no chart of " + alert.labels() + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> draw(Expr expr, Alert alert) {
        List<Expr> drawn = new ArrayList<>();
        List<Double> thresholds = new ArrayList<>();
        takeApart(expr, drawn, thresholds);
        long from = alert.startsAt().minus(BEFORE).toEpochMilli();
        long to = Math.min(clock.wallMillis(), alert.startsAt().plus(MOST_AFTER).toEpochMilli());
        long stepMillis = PlotLines.stepMillis(to - from, MOST_POINTS);
        long untilNanos = clock.monotonicNanos() + MOST_NANOS;
        QueryOptions options =
                new QueryOptions(QueryOptions.DEFAULT.lookbackMillis(), () -> clock.monotonicNanos() - untilNanos > 0);
        List<Plot.Line> lines = new ArrayList<>();
        for (Expr each : drawn) {
            Value value = evaluator.range(each, from, to, stepMillis, options).value();
            lines.addAll(PlotLines.of(ofAlert(value, alert.labels()), from, to, stepMillis));
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Plot plot = new Plot("", from, to, PlotLines.strongest(lines), false, PlotLines::axisLabel, thresholds);
        Drawing drawing = new LineDrawing(plot, Theme.LIGHT, TimeZone.getTimeZone("UTC"));
        return Optional.of(new Picture(drawing, WIDTH, HEIGHT).png(2));
    }

    /** The sides of set operations each by itself; of a comparison with a number the other side. */
    private static void takeApart(Expr expr, List<Expr> drawn, List<Double> thresholds) {
        if (expr instanceof Expr.Paren paren) {
            takeApart(paren.expr(), drawn, thresholds);
        } else if (expr instanceof Expr.Binary binary && SETS.contains(binary.op())) {
            takeApart(binary.left(), drawn, thresholds);
            if (binary.op() != BinaryOp.UNLESS) {
                takeApart(binary.right(), drawn, thresholds);
            }
        } else if (expr instanceof Expr.Binary binary
                && binary.op().isComparison()
                && binary.right() instanceof Expr.NumberLiteral threshold) {
            drawn.add(binary.left());
            thresholds.add(threshold.value());
        } else {
            drawn.add(expr);
        }
        drawn.removeIf(each -> each.type() != ExprType.VECTOR);
    }

    /** The series that the alert is about; all where none can be told. */
    private static Value ofAlert(Value value, Labels alert) {
        if (!(value instanceof Value.MatrixValue matrix)) {
            return value;
        }
        List<Value.MatrixSeries> its = matrix.series().stream()
                .filter(series -> series.labels().toMap().entrySet().stream()
                        .allMatch(label -> label.getKey().equals("__name__")
                                || label.getValue().equals(alert.get(label.getKey()))))
                .toList();
        return its.isEmpty() ? value : new Value.MatrixValue(its);
    }
}
