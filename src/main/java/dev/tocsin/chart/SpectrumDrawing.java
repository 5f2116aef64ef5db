package dev.tocsin.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * HdrHistogram's percentile plot: value over {@code 1 / (1 - percentile)} on a log scale, so that each further nine has
 * as much room as the one before. A curve ends where there are too few observations to go on, with a dot. Immutable.
 *
 * @param title above it; may be empty
 * @param curves in the order of their colours
 * @param label how a value is written
 */
public record SpectrumDrawing(String title, List<Curve> curves, DoubleFunction<String> label, Theme theme)
        implements Drawing {
    private static final double[] NINES = {0, 0.9, 0.99, 0.999, 0.9999, 0.99999};
    private static final List<String> NAMES = List.of("0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %");
    private static final int DECADES = NINES.length - 1;
    private static final int ROOM_FOR_A_VALUE = 36;
    /** How what lies longer ago is drawn. */
    private static final List<float[]> DASHES =
            List.of(new float[] {7, 4}, new float[] {2, 3}, new float[] {9, 3, 2, 3});

    /**
     * @param age how many curves of the same kind are newer: 0 is drawn through, the others are dashed
     * @param spectrum with at least one point
     */
    public record Curve(String name, int age, Spectrum spectrum) {}

    public SpectrumDrawing {
        curves = List.copyOf(curves);
    }

    @Override
    public String spoken() {
        return Stream.concat(Stream.of(title), curves.stream().map(Curve::name))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        Sheet sheet = new Sheet(graphics, width, height, title, theme);
        for (int i = 0; i <= DECADES; i++) {
            sheet.upright(x(sheet, NINES[i]), NAMES.get(i), i == DECADES ? 1 : 0.5);
        }
        double most = curves.stream()
                .flatMap(curve -> curve.spectrum().points().stream())
                .mapToDouble(Spectrum.Point::value)
                .max()
                .orElse(0);
        double step = tick(most, Math.max(1, (int) ((sheet.bottom - sheet.top) / ROOM_FOR_A_VALUE)));
        double top = most > 0 ? Math.ceil(most / step) * step : 1;
        for (int i = 0; i * step <= top; i++) {
            sheet.across(y(sheet, i * step / top), label.apply(i * step));
        }
        // The first one stands before the others.
        for (int i = curves.size() - 1; i >= 0; i--) {
            draw(sheet, curves.get(i), colour(i), top);
        }
        for (int i = 0; i < curves.size(); i++) {
            sheet.legend(curves.get(i).name(), colour(i), dash(curves.get(i)));
        }
    }

    private Color colour(int i) {
        return theme.series.get(i % theme.series.size());
    }

    private static float @Nullable [] dash(Curve curve) {
        return curve.age() == 0 ? null : DASHES.get((curve.age() - 1) % DASHES.size());
    }

    /** Between two lines of the grid: 1, 2 or 5 times a power of ten, so that there are at most so many. */
    private static double tick(double most, int count) {
        if (most <= 0) {
            return 1;
        }
        double least = most / count;
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (int digit : new int[] {1, 2, 5}) {
            if (digit * power >= least) {
                return digit * power;
            }
        }
        return 10 * power;
    }

    private static void draw(Sheet sheet, Curve curve, Color colour, double top) {
        Path2D path = new Path2D.Double();
        for (Spectrum.Point point : curve.spectrum().points()) {
            double x = x(sheet, point.percentile());
            double y = y(sheet, point.value() / top);
            if (path.getCurrentPoint() == null) {
                path.moveTo(x, y);
            }
            path.lineTo(x, y);
        }
        float width = curve.age() == 0 ? 2 : 1.5f;
        sheet.line(path, colour, width, dash(curve));
        Spectrum.Point last = curve.spectrum().points().getLast();
        sheet.dot(x(sheet, last.percentile()), y(sheet, last.value() / top), width + 1, colour);
    }

    private static double x(Sheet sheet, double percentile) {
        return sheet.left + Math.log10(1 / (1 - percentile)) / DECADES * (sheet.right - sheet.left);
    }

    private static double y(Sheet sheet, double share) {
        return sheet.bottom - share * (sheet.bottom - sheet.top);
    }
}
