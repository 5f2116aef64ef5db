package dev.tocsin.chart;

import java.awt.Color;
import java.util.List;
import java.util.stream.Stream;

/** The page's colours ({@code tokens.css}), which a picture wears too. */
public enum Theme {
    LIGHT(
            List.of("#e3ecbd", "#b5dfba", "#72c5bd", "#3aa5c3", "#2577b4", "#2347a0", "#081d58"),
            "#ffffff",
            "#e6e9ee",
            "#1b1f27",
            "#5b6472",
            "#e5484d",
            "#2f97d4",
            "#c98a00",
            "#00855f",
            "#b45b8c",
            "#a39800",
            "#c75600",
            "#1f4fa8"),
    DARK(
            List.of("#17305f", "#31446b", "#575d6d", "#7a7a78", "#a39a76", "#cfbb66", "#fee838"),
            "#171a21",
            "#20242d",
            "#e6e8ec",
            "#8b93a1",
            "#e5484d",
            "#56b4e9",
            "#e69f00",
            "#009e73",
            "#cc79a7",
            "#f0e442",
            "#d55e00",
            "#5b7fe0");

    /** How much of a line's colour the area beneath it has. */
    private static final double AREA = 0.35;

    final Color ground;
    final Color grid;
    final Color text;
    final Color muted;
    final Color threshold;
    final List<Color> series;

    /** From few to many. */
    private final List<Color> ramp;

    Theme(
            List<String> ramp,
            String ground,
            String grid,
            String text,
            String muted,
            String threshold,
            String... series) {
        this.ramp = ramp.stream().map(Color::decode).toList();
        this.ground = Color.decode(ground);
        this.grid = Color.decode(grid);
        this.text = Color.decode(text);
        this.muted = Color.decode(muted);
        this.threshold = Color.decode(threshold);
        this.series = Stream.of(series).map(Color::decode).toList();
    }

    /** @param share from 0, for few, to 1 */
    Color shade(double share) {
        double at = Math.clamp(share, 0, 1) * (ramp.size() - 1);
        int below = Math.min((int) at, ramp.size() - 2);
        return mixed(ramp.get(below), ramp.get(below + 1), at - below);
    }

    /** A colour for areas, before which lines and text still stand out. */
    Color mixedWithGround(Color colour) {
        return mixed(ground, colour, AREA);
    }

    private static Color mixed(Color from, Color to, double share) {
        return new Color(
                mixed(from.getRed(), to.getRed(), share),
                mixed(from.getGreen(), to.getGreen(), share),
                mixed(from.getBlue(), to.getBlue(), share));
    }

    private static int mixed(int from, int to, double share) {
        return (int) Math.round(from + (to - from) * share);
    }
}
