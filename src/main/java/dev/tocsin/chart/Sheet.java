package dev.tocsin.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pictures have in common that are drawn by hand: a ground, a title, a plot with a grid whose lines are labelled, a
 * legend beneath. Places are in px from the upper left corner. Confined to one thread.
 */
final class Sheet {
    private static final int FONT_SIZE = 12;
    private static final int TITLE_HEIGHT = 26;
    private static final int LEGEND_HEIGHT = 24;
    private static final int AXIS_HEIGHT = 20;
    private static final int AXIS_WIDTH = 64;
    private static final int EDGE = 12;
    private static final int GAP = 6;
    private static final int SWATCH = 18;
    private static final int RAMP_HEIGHT = 8;

    final Graphics2D graphics;
    final double left;
    final double top;
    final double right;
    final double bottom;
    private final Theme theme;
    private final Font font = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
    private double legendAt;

    Sheet(Graphics2D graphics, int width, int height, String title, Theme theme) {
        this.graphics = graphics;
        this.theme = theme;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(theme.ground);
        graphics.fillRect(0, 0, width, height);
        left = AXIS_WIDTH;
        right = width - EDGE;
        top = title.isEmpty() ? EDGE : TITLE_HEIGHT;
        bottom = Math.max(top + 1, height - (double) LEGEND_HEIGHT - AXIS_HEIGHT);
        legendAt = left;
        if (!title.isEmpty()) {
            graphics.setFont(font.deriveFont(Font.BOLD));
            graphics.setColor(theme.text);
            text(title, width / 2.0, TITLE_HEIGHT / 2.0, 0.5);
        }
        graphics.setFont(font);
    }

    /** A line of the grid from left to right. */
    void across(double y, String label) {
        graphics.setColor(theme.grid);
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(new Line2D.Double(left, y, right, y));
        graphics.setColor(theme.muted);
        text(label, left - GAP, y, 1);
    }

    /**
     * A line of the grid from top to bottom.
     *
     * @param anchor how much of the label stands left of it, as a share
     */
    void upright(double x, String label, double anchor) {
        graphics.setColor(theme.grid);
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(new Line2D.Double(x, top, x, bottom));
        graphics.setColor(theme.muted);
        text(label, x, bottom + AXIS_HEIGHT / 2.0 + 1, anchor);
    }

    /** @param dash lengths of dashes and gaps; null for none */
    void line(Path2D path, Color colour, float width, float @Nullable [] dash) {
        graphics.setColor(colour);
        graphics.setStroke(stroke(width, dash));
        graphics.draw(path);
    }

    private static Stroke stroke(float width, float @Nullable [] dash) {
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
    }

    void dot(double x, double y, double radius, Color colour) {
        graphics.setColor(colour);
        graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }

    /** The next entry of the legend, where there is still room for it. */
    void legend(String name, Color colour, float @Nullable [] dash) {
        double width = SWATCH + GAP + graphics.getFontMetrics().stringWidth(name);
        if (legendAt + width > right) {
            return;
        }
        double y = legendY();
        Path2D swatch = new Path2D.Double();
        swatch.moveTo(legendAt, y);
        swatch.lineTo(legendAt + SWATCH, y);
        line(swatch, colour, 2, dash);
        legendText(name, SWATCH + GAP);
    }

    /** Words in the legend, and a ramp of colours, from few to many. */
    void legend(String few, List<Color> ramp, String many) {
        legendText(few, 0);
        int top = (int) legendY() - RAMP_HEIGHT / 2;
        for (int i = 0; i < ramp.size(); i++) {
            graphics.setColor(ramp.get(i));
            graphics.fillRect((int) legendAt + i, top, 1, RAMP_HEIGHT);
        }
        legendAt += ramp.size();
        legendText(many, GAP);
    }

    private double legendY() {
        return bottom + AXIS_HEIGHT + LEGEND_HEIGHT / 2.0;
    }

    private void legendText(String text, double gap) {
        graphics.setColor(theme.text);
        text(text, legendAt + gap, legendY(), 0);
        legendAt += gap + graphics.getFontMetrics().stringWidth(text) + 2 * GAP;
    }

    /** @param anchor how much of it stands left of x, as a share */
    void text(String text, double x, double middle, double anchor) {
        var metrics = graphics.getFontMetrics();
        graphics.drawString(text, (float) (x - anchor * metrics.stringWidth(text)), (float)
                (middle + (metrics.getAscent() - metrics.getDescent()) / 2.0));
    }
}
