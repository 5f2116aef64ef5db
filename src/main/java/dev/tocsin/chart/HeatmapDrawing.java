package dev.tocsin.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.stream.IntStream;

/**
 * How many observations fell into each cell of time × value, values on a log scale, with p50 and p99 over them, as the
 * page's heatmap. Immutable.
 *
 * @param zone of the times at its foot
 */
public record HeatmapDrawing(Heatmap heatmap, Theme theme, TimeZone zone) implements Drawing {
    private static final int MOST_ROWS = 72;
    private static final int SHADES = 48;
    private static final int ROOM_FOR_A_TIME = 80;
    private static final int ROOM_FOR_A_VALUE = 18;
    /** Where more columns than this are missing, the percentiles' lines are broken. */
    private static final int MOST_MISSING = 5;

    private static final int[] TIME_STEPS_SECONDS = {
        1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800
    };

    @Override
    public String spoken() {
        double count = heatmap.columns().stream()
                .mapToDouble(column -> column.distribution().count())
                .sum();
        String counted = "heatmap of " + PlotLines.axisLabel(Math.rint(count)) + " observations";
        return heatmap.title().isEmpty() ? counted : heatmap.title() + ", " + counted;
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        Sheet sheet = new Sheet(graphics, width, height, heatmap.title(), theme);
        drawTimes(sheet);
        HeatCells cells = HeatCells.of(heatmap.columns(), MOST_ROWS);
        if (cells.all.isEmpty()) {
            return;
        }
        for (double value : cells.ticks(sheet.bottom - sheet.top, ROOM_FOR_A_VALUE)) {
            sheet.across(y(sheet, cells.place(value)), heatmap.label().apply(value));
        }
        drawCells(sheet, cells);
        drawLine(sheet, cells, 0.5, theme.text);
        drawLine(sheet, cells, 0.99, theme.threshold);
        sheet.legend(
                "observations per cell: 1",
                IntStream.range(0, SHADES)
                        .mapToObj(HeatmapDrawing::share)
                        .map(theme::shade)
                        .toList(),
                PlotLines.axisLabel(Math.rint(cells.most)));
        sheet.legend("p50", theme.text, null);
        sheet.legend("p99", theme.threshold, null);
    }

    private static double share(int shade) {
        return shade / (SHADES - 1.0);
    }

    private double x(Sheet sheet, double millis) {
        double share = (millis - heatmap.fromMillis()) / (heatmap.toMillis() - heatmap.fromMillis());
        return sheet.left + share * (sheet.right - sheet.left);
    }

    private static double y(Sheet sheet, double place) {
        return sheet.bottom - place * (sheet.bottom - sheet.top);
    }

    /** On whole minutes, hours and days of the zone. */
    private void drawTimes(Sheet sheet) {
        double perSecond = (sheet.right - sheet.left) / ((heatmap.toMillis() - heatmap.fromMillis()) / 1e3);
        int step = IntStream.of(TIME_STEPS_SECONDS)
                .filter(seconds -> seconds * perSecond >= ROOM_FOR_A_TIME)
                .findFirst()
                .orElse(TIME_STEPS_SECONDS[TIME_STEPS_SECONDS.length - 1]);
        ZoneId id = zone.toZoneId();
        DateTimeFormatter format =
                DateTimeFormatter.ofPattern(step >= 86_400 ? "MM-dd" : step >= 60 ? "HH:mm" : "HH:mm:ss", Locale.ROOT);
        ZonedDateTime first = Instant.ofEpochMilli(heatmap.fromMillis()).atZone(id);
        long offset = first.getOffset().getTotalSeconds();
        long from = Math.ceilDiv(heatmap.fromMillis() / 1_000 + offset, step) * (long) step - offset;
        for (long time = from; time * 1_000 <= heatmap.toMillis(); time += step) {
            double x = x(sheet, time * 1e3);
            boolean fits = x > sheet.left + ROOM_FOR_A_TIME / 4.0 && x < sheet.right - ROOM_FOR_A_TIME / 4.0;
            sheet.upright(x, fits ? format.format(Instant.ofEpochSecond(time).atZone(id)) : "", 0.5);
        }
    }

    /** Shade by shade, so that an SVG names each colour once. */
    private void drawCells(Sheet sheet, HeatCells cells) {
        List<List<HeatCells.Cell>> byShade = new ArrayList<>();
        IntStream.range(0, SHADES).forEach(shade -> byShade.add(new ArrayList<>()));
        double full = Math.log1p(cells.most);
        for (HeatCells.Cell cell : cells.all) {
            int shade = Math.clamp((int) (Math.log1p(cell.count()) / full * SHADES), 0, SHADES - 1);
            byShade.get(shade).add(cell);
        }
        // Edges are whole px: no seams.
        sheet.graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
        for (int shade = 0; shade < SHADES; shade++) {
            sheet.graphics.setColor(theme.shade(share(shade)));
            for (HeatCells.Cell cell : byShade.get(shade)) {
                int left = (int) Math.round(x(sheet, cell.endMillis() - heatmap.stepMillis()));
                int right = (int) Math.round(x(sheet, cell.endMillis()));
                int top = (int) Math.round(y(sheet, cells.top(cell.row())));
                int bottom = (int) Math.round(y(sheet, cells.foot(cell.row())));
                sheet.graphics.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
            }
        }
        sheet.graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    }

    private void drawLine(Sheet sheet, HeatCells cells, double quantile, Color colour) {
        Path2D path = new Path2D.Double();
        long before = Long.MIN_VALUE / 2;
        for (Heatmap.Column column : heatmap.columns()) {
            double x = x(sheet, column.endMillis() - heatmap.stepMillis() / 2.0);
            double y = y(sheet, cells.place(column.distribution().quantile(quantile)));
            if (column.endMillis() - before > MOST_MISSING * heatmap.stepMillis()) {
                path.moveTo(x - 0.5, y);
            }
            path.lineTo(x, y);
            before = column.endMillis();
        }
        sheet.line(path, theme.ground, 3.5f, null);
        sheet.line(path, colour, 1.5f, null);
    }
}
