package dev.tocsin.chart;

import java.awt.Graphics2D;

/** What a {@link Picture} shows. */
public sealed interface Drawing permits LineDrawing, HeatmapDrawing, SpectrumDrawing {
    /** Covers the whole area from (0, 0) on. */
    void paint(Graphics2D graphics, int width, int height);

    /** What a screen reader says of it. */
    String spoken();
}
