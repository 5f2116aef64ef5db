package dev.tocsin.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.time.Duration;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines over time, or layers on top of each other. Immutable.
 *
 * @param zone of the times at its foot
 */
public record LineDrawing(Plot plot, Theme theme, TimeZone zone) implements Drawing {
    private static final float LINE_WIDTH = 1.5f;
    private static final int FONT_SIZE = 12;
    private static final String TEXT_FACE = Font.SANS_SERIF;
    /** About: names differ in width. */
    private static final int CHARACTER_WIDTH = 8;

    private static final int LEGEND_MARK_WIDTH = 44;
    private static final int LEGEND_ROW_HEIGHT = 24;
    /** The scale begins at zero, unless all lines keep so near to their peak that nothing could be told apart. */
    private static final double MOST_OF_THE_PEAK = 0.8;

    @Override
    public String spoken() {
        return Stream.concat(Stream.of(plot.title()), plot.lines().stream().map(Plot.Line::name))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        XYChart chart = new XYChart(width, height);
        chart.setTitle(plot.title());
        style(chart.getStyler());
        placeLegend(chart.getStyler(), width, height);
        Set<String> names = new HashSet<>();
        if (plot.stacked()) {
            addLayers(chart, names);
        } else {
            for (Plot.Line line : plot.lines()) {
                add(chart, unique(line.name(), names), line.timeMillis(), line.values());
            }
        }
        double[] ends = {plot.fromMillis(), plot.toMillis()};
        for (double threshold : plot.thresholds()) {
            XYSeries level = add(chart, unique("threshold", names), ends, new double[] {threshold, threshold});
            level.setLineColor(theme.threshold).setShowInLegend(false);
            level.setLineStyle(
                    new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {4, 4}, 0));
        }
        if (chart.getSeriesMap().isEmpty()) {
            add(chart, "nothing", ends, new double[] {0, 0})
                    .setLineColor(theme.ground)
                    .setShowInLegend(false);
        }
        chart.paint(graphics, width, height);
    }

    /** The uppermost first: each covers what of it lies behind the layers below. */
    private void addLayers(XYChart chart, Set<String> names) {
        List<Plot.Line> sums = PlotLines.stacked(plot.lines());
        for (int i = sums.size() - 1; i >= 0; i--) {
            Plot.Line sum = sums.get(i);
            Color colour = theme.series.get(i % theme.series.size());
            add(chart, unique(sum.name(), names), sum.timeMillis(), sum.values())
                    .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area)
                    .setLineColor(colour)
                    .setFillColor(theme.mixedWithGround(colour));
        }
    }

    private static XYSeries add(XYChart chart, String name, double[] times, double[] values) {
        List<Date> dates =
                DoubleStream.of(times).mapToObj(time -> new Date((long) time)).toList();
        return chart.addSeries(name, dates, DoubleStream.of(values).boxed().toList());
    }

    private static String unique(String name, Set<String> taken) {
        String free = name.isBlank() ? "value" : name;
        for (int n = 2; !taken.add(free); n++) {
            free = name + " (" + n + ")";
        }
        return free;
    }

    private void style(XYStyler styler) {
        Font font = new Font(TEXT_FACE, Font.PLAIN, FONT_SIZE);
        styler.setBaseFont(font)
                .setChartTitleFont(font.deriveFont(Font.BOLD))
                .setLegendFont(font)
                .setChartBackgroundColor(theme.ground)
                .setChartFontColor(theme.text)
                .setChartTitleBoxVisible(false)
                .setChartTitleVisible(!plot.title().isEmpty())
                .setLegendBackgroundColor(theme.ground)
                .setLegendBorderColor(theme.ground)
                .setPlotBackgroundColor(theme.ground)
                .setPlotBorderVisible(false)
                .setSeriesColors(theme.series.toArray(java.awt.Color[]::new))
                .setSeriesMarkers(new org.knowm.xchart.style.markers.Marker[] {SeriesMarkers.NONE})
                .setSeriesLines(new BasicStroke[] {new BasicStroke(LINE_WIDTH)});
        styler.setAxisTickLabelsFont(font)
                .setAxisTickLabelsColor(theme.muted)
                .setAxisTickMarksColor(theme.grid)
                .setAxisTicksLineVisible(false)
                .setPlotGridLinesColor(theme.grid)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setyAxisTickLabelsFormattingFunction(plot.label()::apply)
                .setXAxisMin((double) plot.fromMillis())
                .setXAxisMax((double) plot.toMillis())
                .setDatePattern(pattern(Duration.ofMillis(plot.toMillis() - plot.fromMillis())))
                .setTimezone(zone)
                .setLocale(Locale.ROOT);
        styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        double least = extreme(DoubleStream::min, 0);
        if (plot.stacked() || least >= 0 && least <= MOST_OF_THE_PEAK * extreme(DoubleStream::max, 0)) {
            styler.setYAxisMin(0.0);
        }
    }

    private double extreme(Function<DoubleStream, OptionalDouble> which, double otherwise) {
        DoubleStream all = plot.lines().stream()
                .flatMapToDouble(line -> DoubleStream.of(line.values()))
                .filter(Double::isFinite);
        return which.apply(all).orElse(otherwise);
    }

    /** Beneath where the names fit into a row, else beside; nowhere where they would take more room than the lines. */
    private void placeLegend(XYStyler styler, int width, int height) {
        List<Plot.Line> lines = plot.lines();
        int rowWidth = lines.stream()
                .mapToInt(line -> LEGEND_MARK_WIDTH + line.name().length() * CHARACTER_WIDTH)
                .sum();
        int columnWidth = LEGEND_MARK_WIDTH
                + CHARACTER_WIDTH
                        * lines.stream()
                                .mapToInt(line -> line.name().length())
                                .max()
                                .orElse(0);
        boolean fitsBeneath = rowWidth <= width;
        boolean fitsBeside = columnWidth <= width / 2 && lines.size() * LEGEND_ROW_HEIGHT <= height;
        styler.setLegendVisible(!lines.isEmpty() && (fitsBeneath || fitsBeside))
                .setLegendPosition(fitsBeneath ? Styler.LegendPosition.OutsideS : Styler.LegendPosition.OutsideE)
                .setLegendLayout(fitsBeneath ? Styler.LegendLayout.Horizontal : Styler.LegendLayout.Vertical);
    }

    private static String pattern(Duration span) {
        if (span.compareTo(Duration.ofMinutes(10)) <= 0) {
            return "HH:mm:ss";
        }
        return span.compareTo(Duration.ofDays(2)) <= 0 ? "HH:mm" : "MM-dd HH:mm";
    }
}
