package dev.tocsin.watch.log;

import dev.tocsin.core.log.LogAnalysis;
import dev.tocsin.core.log.LogLine;
import dev.tocsin.core.tick.ByteReader;
import dev.tocsin.core.tick.ByteWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the events that are in a category: counts of the last two days, in all and by shape, and the last lines
 * of each category. Bounded: {@value #MAX_SHAPES} shapes, of which the one seen longest ago makes room for a new one;
 * {@value #MAX_TOTALS} pairs of category and source, past which events are in no total; {@value #MAX_LINES} lines of a
 * category, {@value #MAX_LINE_LENGTH} characters of each, of {@value #MAX_CATEGORIES} categories. Confined to one thread.
 */
final class LogMemory {
    static final int MAX_SHAPES = 1_000;
    static final int MAX_LINES = 100;
    static final int MAX_LINE_LENGTH = 4_000;
    private static final int MAX_TOTALS = 1_000;
    private static final int MAX_CATEGORIES = 200;
    private static final int MAX_EXAMPLE_LENGTH = 400;
    private static final int VERSION = 1;
    private static final long MAX_AHEAD_MILLIS = 300_000;

    private record Of(String category, String source) {}

    private record ShapeOf(String category, String source, String text) {}

    /** What is known of one shape. */
    private static final class Shape {
        final HourCounts counts;
        String example = "";
        long firstMillis = Long.MAX_VALUE;
        long lastMillis = Long.MIN_VALUE;

        Shape(HourCounts counts) {
            this.counts = counts;
        }
    }

    private final Map<Of, HourCounts> totals = new LinkedHashMap<>();
    /** The one seen longest ago first. */
    private final LinkedHashMap<ShapeOf, Shape> shapes = new LinkedHashMap<>(64, 0.75f, true);

    private final Map<String, Deque<LogLine>> lines = new LinkedHashMap<>();
    private long sinceMillis;
    private long evicted;

    LogMemory(long nowMillis) {
        sinceMillis = nowMillis;
    }

    long evicted() {
        return evicted;
    }

    int shapeCount() {
        return shapes.size();
    }

    /**
     * Takes one event of one category.
     *
     * @param timeMillis when it happened, by its own account; {@link LogTimes#NONE} where it says nothing
     * @param shape by {@link Shapes}
     */
    void add(String category, String source, String file, String text, String shape, long timeMillis, long nowMillis) {
        boolean plausible = timeMillis != LogTimes.NONE && timeMillis <= nowMillis + MAX_AHEAD_MILLIS;
        long happened = plausible ? timeMillis : nowMillis;
        long bucket = HourCounts.bucketOf(happened);
        count(new Of(category, source), bucket);
        Shape of = shape(new ShapeOf(category, source, shape));
        of.counts.add(bucket, 1);
        of.example = cut(text, MAX_EXAMPLE_LENGTH);
        of.firstMillis = Math.min(of.firstMillis, happened);
        of.lastMillis = Math.max(of.lastMillis, happened);
        keep(new LogLine(nowMillis, category, source, file, cut(text, MAX_LINE_LENGTH)));
    }

    private void keep(LogLine line) {
        Deque<LogLine> last = lines.get(line.category());
        if (last == null) {
            if (lines.size() == MAX_CATEGORIES) {
                return;
            }
            last = new ArrayDeque<>();
            lines.put(line.category(), last);
        }
        if (last.size() == MAX_LINES) {
            last.removeFirst();
        }
        last.addLast(line);
    }

    private void count(Of of, long bucket) {
        HourCounts counts = totals.get(of);
        if (counts == null && totals.size() < MAX_TOTALS) {
            counts = new HourCounts();
            totals.put(of, counts);
        }
        if (counts != null) {
            counts.add(bucket, 1);
        }
    }

    private Shape shape(ShapeOf key) {
        Shape known = shapes.get(key);
        if (known != null) {
            return known;
        }
        if (shapes.size() == MAX_SHAPES) {
            Iterator<ShapeOf> longestAgo = shapes.keySet().iterator();
            longestAgo.next();
            longestAgo.remove();
            evicted++;
        }
        Shape shape = new Shape(new HourCounts());
        shapes.put(key, shape);
        return shape;
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    /** The newest first; of one category and source where they are given. */
    List<LogLine> recent(@Nullable String category, @Nullable String source, int limit) {
        List<LogLine> found = new ArrayList<>();
        lines.forEach((of, last) -> {
            if (category == null || category.equals(of)) {
                last.forEach(line -> {
                    if (source == null || source.equals(line.source())) {
                        found.add(line);
                    }
                });
            }
        });
        // A stable sort: of one moment, that which came last is first.
        List<LogLine> newestFirst = new ArrayList<>(found.reversed());
        newestFirst.sort(Comparator.comparingLong(LogLine::timeMillis).reversed());
        return List.copyOf(newestFirst.subList(0, Math.min(limit, newestFirst.size())));
    }

    /**
     * @param hours 1 to 24
     * @param limit most shapes, those with the largest counts first
     */
    LogAnalysis analysis(int hours, int limit, long nowMillis) {
        long to = HourCounts.bucketOf(nowMillis + MAX_AHEAD_MILLIS);
        long from = HourCounts.bucketOf(nowMillis) - (long) hours * HourCounts.BUCKETS_PER_HOUR + 1;
        long day = 24L * HourCounts.BUCKETS_PER_HOUR;
        List<LogAnalysis.Total> counted = new ArrayList<>();
        totals.forEach((of, counts) -> counted.add(
                new LogAnalysis.Total(of.category, of.source, counts.sum(from, to), counts.sum(from - day, to - day))));
        counted.removeIf(each -> each.count() == 0 && each.dayBefore() == 0);
        counted.sort(Comparator.comparing(LogAnalysis.Total::category).thenComparing(LogAnalysis.Total::source));
        List<LogAnalysis.Shape> top = new ArrayList<>();
        shapes.forEach((of, shape) -> {
            long count = shape.counts.sum(from, to);
            if (count > 0) {
                top.add(new LogAnalysis.Shape(
                        of.category,
                        of.source,
                        of.text,
                        shape.example,
                        count,
                        shape.counts.sum(from - day, to - day),
                        shape.firstMillis,
                        shape.lastMillis));
            }
        });
        top.sort(Comparator.comparingLong(LogAnalysis.Shape::count)
                .reversed()
                .thenComparing(LogAnalysis.Shape::text)
                .thenComparing(LogAnalysis.Shape::category));
        return new LogAnalysis(
                from * HourCounts.BUCKET_MILLIS,
                nowMillis,
                sinceMillis,
                counted,
                List.copyOf(top.subList(0, Math.min(limit, top.size()))),
                evicted);
    }

    byte[] encoded() {
        ByteWriter out = new ByteWriter(1 << 16);
        out.putByte(VERSION);
        out.putVarint(sinceMillis);
        out.putVarint(evicted);
        out.putVarint(totals.size());
        totals.forEach((of, counts) -> {
            out.putText(of.category);
            out.putText(of.source);
            counts.write(out);
        });
        out.putVarint(shapes.size());
        shapes.forEach((of, shape) -> {
            out.putText(of.category);
            out.putText(of.source);
            out.putText(of.text);
            out.putText(shape.example);
            out.putSigned(shape.firstMillis);
            out.putSigned(shape.lastMillis);
            shape.counts.write(out);
        });
        out.putVarint(lines.values().stream().mapToInt(Deque::size).sum());
        lines.values()
                .forEach(last -> last.forEach(line -> {
                    out.putVarint(line.timeMillis());
                    out.putText(line.category());
                    out.putText(line.source());
                    out.putText(line.file());
                    out.putText(line.text());
                }));
        return out.toBytes();
    }

    /**
     * @throws ByteReader.UnreadableException where it is not what {@link #encoded} made
     * @throws IllegalArgumentException where another version made it
     */
    static LogMemory decoded(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new IllegalArgumentException("version " + version + " where " + VERSION + " is known");
        }
        LogMemory memory = new LogMemory(in.readVarint());
        memory.evicted = in.readVarint();
        for (int left = in.readCount(); left > 0; left--) {
            memory.totals.put(new Of(in.readText(), in.readText()), HourCounts.read(in));
        }
        for (int left = in.readCount(); left > 0; left--) {
            ShapeOf of = new ShapeOf(in.readText(), in.readText(), in.readText());
            String example = in.readText();
            long first = in.readSigned();
            long last = in.readSigned();
            Shape shape = new Shape(HourCounts.read(in));
            shape.example = example;
            shape.firstMillis = first;
            shape.lastMillis = last;
            memory.shapes.put(of, shape);
        }
        for (int left = in.readCount(); left > 0; left--) {
            memory.keep(new LogLine(in.readVarint(), in.readText(), in.readText(), in.readText(), in.readText()));
        }
        return memory;
    }
}
