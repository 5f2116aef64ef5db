package dev.tocsin.series;

import dev.tocsin.core.BucketLayout;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * All pushed series of one metric name. The {@link Registry} changes it under its lock; any thread reads the series.
 */
final class Metric {
    private static final int MAX_SHAPES = 8;

    final String name;
    final Kind kind;
    /** Of its distributions. */
    final BucketLayout layout;

    final Timeline timeline;
    private final SeriesSet series = new SeriesSet();
    private final RecentStrings strings;
    /** The shapes seen last; further ones are made anew. Guarded by the registry's lock. */
    private Shape[] shapes = {};

    private int nextShape;
    /** Counts additions and removals, so that a list of the series can be known to be out of date. */
    private volatile int version;
    /** Series that hold a place under the limits. Guarded by the registry's lock. */
    int live;

    Metric(String name, Kind kind, Timeline timeline, RecentStrings strings) {
        this.name = name;
        this.kind = kind;
        this.timeline = timeline;
        this.strings = strings;
        this.layout = timeline.settings().layoutOf(name);
    }

    Collection<PushedSeries> series() {
        return series;
    }

    @Nullable
    PushedSeries find(Labels labels) {
        return series.find(labels);
    }

    int version() {
        return version;
    }

    boolean isEmpty() {
        return series.isEmpty();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    PushedSeries create(Labels labels) {
        Shape shape = shapeOf(labels);
        PushedSeries created = switch (kind) {
            case COUNTER -> new CounterSeries(labels, shape);
            case GAUGE -> new GaugeSeries(labels, shape);
            case DISTRIBUTION -> new DistributionSeries(labels, shape);
            case SET -> new SetSeries(labels, shape);
        };
        series.add(created);
        version++;
        return created;
    }

    private Shape shapeOf(Labels labels) {
        for (Shape known : shapes) {
            if (known.isOf(labels)) {
                return known;
            }
        }
        Shape shape = new Shape(this, labels, strings);
        if (shapes.length < MAX_SHAPES) {
            shapes = Arrays.copyOf(shapes, shapes.length + 1);
            shapes[shapes.length - 1] = shape;
        } else {
            shapes[nextShape++ % MAX_SHAPES] = shape;
        }
        return shape;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // under the registry's lock
    void drop(PushedSeries dropped) {
        series.drop(dropped);
        version++;
    }
}
