package dev.tocsin.promql;

import dev.tocsin.core.Distribution;
import dev.tocsin.core.Points;
import java.util.Objects;

/** The points of one series that a step looks at; at least one. Reusable; confined to the query's thread. */
final class Window {
    private Points points = new Points();
    private int from;
    private int to;
    private int histograms;
    private final Points floats = new Points();

    void set(Points newPoints, int newFrom, int newTo) {
        points = newPoints;
        from = newFrom;
        to = newTo;
        histograms = 0;
        for (int i = from; i < to; i++) {
            if (points.distribution[i] != null) {
                histograms++;
            }
        }
    }

    int size() {
        return to - from;
    }

    boolean hasDistributions() {
        return histograms > 0;
    }

    boolean isMixed() {
        return histograms > 0 && histograms < size();
    }

    /** Leaves the distributions out. */
    void keepFloats() {
        floats.reset();
        for (int i = from; i < to; i++) {
            if (points.distribution[i] == null) {
                floats.add(points.timeMillis[i], points.value[i]);
            }
        }
        set(floats, 0, floats.size);
    }

    long time(int i) {
        return points.timeMillis[from + i];
    }

    double value(int i) {
        return points.value[from + i];
    }

    /** The smallest value that a point stands for: of stored history it is a whole interval. */
    double low(int i) {
        return points.low(from + i);
    }

    /** The largest. */
    double high(int i) {
        return points.high(from + i);
    }

    /** The sum of them. */
    double sum(int i) {
        return points.sum(from + i);
    }

    /** How many values all points stand for. */
    double count() {
        double count = 0;
        for (int i = from; i < to; i++) {
            count += points.count(i);
        }
        return count;
    }

    boolean isDistribution(int i) {
        return points.distribution[from + i] != null;
    }

    Distribution distribution(int i) {
        return Objects.requireNonNull(points.distribution[from + i]);
    }
}
