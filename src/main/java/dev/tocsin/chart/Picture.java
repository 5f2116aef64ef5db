package dev.tocsin.chart;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A {@link Plot} at a size, as PNG or SVG. Some tens of milliseconds of computing, the first time in a process a second:
 * not for an event loop. Confined to one thread.
 */
public final class Picture {
    private static final float LINE_WIDTH = 1.5f;
    private static final int FONT_SIZE = 12;
    private static final String TEXT_FACE = Font.SANS_SERIF;
    /** About: names differ in width. */
    private static final int CHARACTER_WIDTH = 8;

    private static final int LEGEND_MARK_WIDTH = 44;
    private static final int LEGEND_ROW_HEIGHT = 24;
    /** The scale begins at zero, unless all lines keep so near to their peak that nothing could be told apart. */
    private static final double MOST_OF_THE_PEAK = 0.8;

    private static final String SVG = "http://www.w3.org/2000/svg";

    private final XYChart chart;
    /** What a screen reader says of it. */
    private final String spoken;

    private final int width;
    private final int height;

    /**
     * @param width in px
     * @param height in px
     * @param zone of the times at its foot
     */
    public Picture(Plot plot, int width, int height, Theme theme, TimeZone zone) {
        this.width = width;
        this.height = height;
        chart = new XYChart(width, height);
        chart.setTitle(plot.title());
        style(chart.getStyler(), plot, theme, zone);
        placeLegend(plot.lines());
        spoken = Stream.concat(Stream.of(plot.title()), plot.lines().stream().map(Plot.Line::name))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        Set<String> names = new HashSet<>();
        for (Plot.Line line : plot.lines()) {
            add(unique(line.name(), names), line.timeMillis(), line.values());
        }
        double[] ends = {plot.fromMillis(), plot.toMillis()};
        for (double threshold : plot.thresholds()) {
            XYSeries level = add(unique("threshold", names), ends, new double[] {threshold, threshold});
            level.setLineColor(theme.threshold).setShowInLegend(false);
            level.setLineStyle(
                    new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {4, 4}, 0));
        }
        if (chart.getSeriesMap().isEmpty()) {
            add("nothing", ends, new double[] {0, 0}).setLineColor(theme.ground).setShowInLegend(false);
        }
    }

    private XYSeries add(String name, double[] times, double[] values) {
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

    private static void style(XYStyler styler, Plot plot, Theme theme, TimeZone zone) {
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
                .setyAxisTickLabelsFormattingFunction(PlotLines::axisLabel)
                .setXAxisMin((double) plot.fromMillis())
                .setXAxisMax((double) plot.toMillis())
                .setDatePattern(pattern(Duration.ofMillis(plot.toMillis() - plot.fromMillis())))
                .setTimezone(zone)
                .setLocale(Locale.ROOT);
        styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        double least = extreme(plot, DoubleStream::min, 0);
        if (least >= 0 && least <= MOST_OF_THE_PEAK * extreme(plot, DoubleStream::max, 0)) {
            styler.setYAxisMin(0.0);
        }
    }

    private static double extreme(Plot plot, Function<DoubleStream, OptionalDouble> which, double otherwise) {
        DoubleStream all = plot.lines().stream()
                .flatMapToDouble(line -> DoubleStream.of(line.values()))
                .filter(Double::isFinite);
        return which.apply(all).orElse(otherwise);
    }

    /** Beneath where the names fit into a row, else beside; nowhere where they would take more room than the lines. */
    private void placeLegend(List<Plot.Line> lines) {
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
        chart.getStyler()
                .setLegendVisible(!lines.isEmpty() && (fitsBeneath || fitsBeside))
                .setLegendPosition(fitsBeneath ? Styler.LegendPosition.OutsideS : Styler.LegendPosition.OutsideE)
                .setLegendLayout(fitsBeneath ? Styler.LegendLayout.Horizontal : Styler.LegendLayout.Vertical);
    }

    private static String pattern(Duration span) {
        if (span.compareTo(Duration.ofMinutes(10)) <= 0) {
            return "HH:mm:ss";
        }
        return span.compareTo(Duration.ofDays(2)) <= 0 ? "HH:mm" : "MM-dd HH:mm";
    }

    /** @param pixels of the image for each px of the size: 2 for screens that show text finely */
    public byte[] png(int pixels) {
        BufferedImage image = new BufferedImage(width * pixels, height * pixels, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.scale(pixels, pixels);
        chart.paint(graphics, width, height);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** An SVG document in UTF-8; what is written in it is drawn, so it looks the same everywhere, and told in its title. */
    public byte[] svg() {
        Document document = emptyDocument();
        SVGGraphics2D graphics = new SVGGraphics2D(document);
        graphics.setSVGCanvasSize(new java.awt.Dimension(width, height));
        chart.paint(graphics, width, height);
        Element root = graphics.getRoot();
        Element title = document.createElementNS(SVG, "title");
        title.setTextContent(spoken);
        root.insertBefore(title, root.getFirstChild());
        StringWriter out = new StringWriter();
        try {
            graphics.stream(root, out, true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every Java platform makes XML documents", e);
        }
    }
}
