package dev.tocsin.chart;

import java.awt.Color;
import java.util.List;
import java.util.stream.Stream;

/** The page's colours ({@code tokens.css}), which a picture wears too. */
public enum Theme {
    LIGHT(
            "#ffffff", "#e6e9ee", "#1b1f27", "#5b6472", "#e5484d", "#2f97d4", "#c98a00", "#00855f", "#b45b8c",
            "#a39800", "#c75600", "#1f4fa8"),
    DARK(
            "#171a21", "#20242d", "#e6e8ec", "#8b93a1", "#e5484d", "#56b4e9", "#e69f00", "#009e73", "#cc79a7",
            "#f0e442", "#d55e00", "#5b7fe0");

    final Color ground;
    final Color grid;
    final Color text;
    final Color muted;
    final Color threshold;
    final List<Color> series;

    Theme(String ground, String grid, String text, String muted, String threshold, String... series) {
        this.ground = Color.decode(ground);
        this.grid = Color.decode(grid);
        this.text = Color.decode(text);
        this.muted = Color.decode(muted);
        this.threshold = Color.decode(threshold);
        this.series = Stream.of(series).map(Color::decode).toList();
    }
}
