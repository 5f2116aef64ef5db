package dev.tocsin.chart;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Points;
import dev.tocsin.promql.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The lines of a query's answer. No state. */
public final class PlotLines {
    /** More can't be told apart. */
    static final int MOST_LINES = 24;

    private static final String NAME = "__name__";

    private PlotLines() {}

    /** A whole number of seconds, so that about as many points fit into the span as are asked for; never none. */
    public static long stepMillis(long spanMillis, int points) {
        return Math.max(1, Math.ceilDiv(spanMillis, 1_000L * Math.max(1, points))) * 1_000;
    }

    /**
     * @param value of a range query over just this range; distributions in it are not drawn
     * @param stepMillis of the query: where a point is missing, the line is broken
     */
    public static List<Plot.Line> of(Value value, long fromMillis, long toMillis, long stepMillis) {
        if (!(value instanceof Value.MatrixValue matrix)) {
            return List.of();
        }
        Set<String> telling = telling(matrix.series());
        List<Plot.Line> lines = new ArrayList<>();
        for (Value.MatrixSeries series : matrix.series()) {
            lines.add(line(name(series.labels(), telling), series.points(), fromMillis, toMillis, stepMillis));
        }
        return lines;
    }

    private static Plot.Line line(String name, Points points, long fromMillis, long toMillis, long stepMillis) {
        int count = Math.toIntExact((toMillis - fromMillis) / stepMillis) + 1;
        double[] times = new double[count];
        double[] values = new double[count];
        Arrays.setAll(times, i -> fromMillis + i * stepMillis);
        Arrays.fill(values, Double.NaN);
        for (int i = 0; i < points.size; i++) {
            int at = Math.toIntExact((points.timeMillis[i] - fromMillis) / stepMillis);
            if (at >= 0 && at < count && Double.isFinite(points.value[i])) {
                values[at] = points.value[i];
            }
        }
        return new Plot.Line(name, times, values);
    }

    /** The labels in which the series differ. */
    private static Set<String> telling(List<Value.MatrixSeries> all) {
        Set<String> names = new TreeSet<>();
        for (Value.MatrixSeries series : all) {
            names.addAll(series.labels().toMap().keySet());
        }
        if (all.size() > 1) {
            names.removeIf(name -> all.stream()
                            .map(series ->
                                    Objects.requireNonNullElse(series.labels().get(name), ""))
                            .distinct()
                            .count()
                    == 1);
        }
        return names;
    }

    private static String name(Labels labels, Set<String> telling) {
        String metric = telling.contains(NAME) ? Objects.requireNonNullElse(labels.get(NAME), "") : "";
        String others = labels.toMap().entrySet().stream()
                .filter(label -> !label.getKey().equals(NAME) && telling.contains(label.getKey()))
                .map(label -> telling.size() == 1 ? label.getValue() : label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(" "));
        return (metric + " " + others).strip();
    }

    /** Of too many, those with the highest peaks, in the order that they had. */
    public static List<Plot.Line> strongest(List<Plot.Line> lines) {
        if (lines.size() <= MOST_LINES) {
            return lines;
        }
        double least = lines.stream()
                .map(PlotLines::peak)
                .sorted(Comparator.reverseOrder())
                .skip(MOST_LINES - 1L)
                .findFirst()
                .orElse(Double.NEGATIVE_INFINITY);
        return lines.stream()
                .filter(line -> peak(line) >= least)
                .limit(MOST_LINES)
                .toList();
    }

    /** Running sums; a line without a value adds nothing, and a moment at which none has one has no sum. */
    static List<Plot.Line> stacked(List<Plot.Line> lines) {
        List<Plot.Line> sums = new ArrayList<>();
        for (Plot.Line line : lines) {
            double[] sum = line.values().clone();
            if (!sums.isEmpty()) {
                double[] below = sums.getLast().values();
                Arrays.setAll(
                        sum, i -> Double.isNaN(sum[i]) ? below[i] : sum[i] + (Double.isNaN(below[i]) ? 0 : below[i]));
            }
            sums.add(new Plot.Line(line.name(), line.timeMillis(), sum));
        }
        return sums;
    }

    private static double peak(Plot.Line line) {
        return Arrays.stream(line.values()).filter(Double::isFinite).max().orElse(Double.NEGATIVE_INFINITY);
    }

    /** A number as an axis shows it: three significant digits, thousands as k, M, G. */
    public static String axisLabel(double value) {
        double size = Math.abs(value);
        if (size >= 1e9) {
            return digits(value / 1e9) + "G";
        }
        if (size >= 1e6) {
            return digits(value / 1e6) + "M";
        }
        return size >= 1e4 ? digits(value / 1e3) + "k" : digits(value);
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, "%.4g", value)
                .replaceFirst("(\\.\\d*?)0+$", "$1")
                .replaceFirst("\\.$", "");
    }
}
