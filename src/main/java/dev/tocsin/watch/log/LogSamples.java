package dev.tocsin.watch.log;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tocsin.core.Kind;
import dev.tocsin.core.SampleBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one source's events become: {@code log_events_total{category,source}}, samples of the configured metrics, and what
 * {@link LogMemory} keeps. Confined to the thread that reads.
 */
final class LogSamples {
    static final String EVENTS = "log_events_total";
    private static final int MAX_LABEL_LENGTH = 200;

    private final LogSource source;
    private final PatternSet patterns;
    private final LogTimes times;
    private final LogEvent event = new LogEvent();
    /** By pattern, the index of its category. */
    private final int[] categoryOf;

    private final List<String> categories;
    private final long[] counts;
    private long noNumbers;
    private long lines;
    private long textBytes;

    LogSamples(LogSource source) {
        this.source = source;
        List<@Nullable Pattern> matches = new ArrayList<>();
        source.metrics().forEach(metric -> matches.add(metric.match()));
        patterns = new PatternSet(source.patterns(), matches);
        times = new LogTimes(source.zone());
        Set<String> names = new LinkedHashSet<>();
        source.patterns().forEach(pattern -> names.add(pattern.category()));
        categories = List.copyOf(names);
        categoryOf = source.patterns().stream()
                .mapToInt(pattern -> categories.indexOf(pattern.category()))
                .toArray();
        counts = new long[categories.size()];
    }

    void take(
            byte[] bytes,
            int from,
            int to,
            int lineCount,
            String file,
            LogMemory memory,
            SampleBatch batch,
            long nowMillis) {
        lines += lineCount;
        textBytes += to - from;
        event.set(bytes, from, to);
        long found = patterns.find(event);
        if (found == 0) {
            return;
        }
        long in = 0;
        for (int i = 0; i < categoryOf.length; i++) {
            in |= (found >>> i & 1) << categoryOf[i];
        }
        if (in != 0) {
            categorise(in, file, memory, nowMillis);
        }
        for (int i = 0; i < source.metrics().size(); i++) {
            if ((found >>> categoryOf.length + i & 1) != 0) {
                sample(source.metrics().get(i), batch);
            }
        }
    }

    private void categorise(long in, String file, LogMemory memory, long nowMillis) {
        String shape = Shapes.of(event);
        long time = times.of(event, nowMillis);
        for (long left = in; left != 0; left &= left - 1) {
            int category = Long.numberOfTrailingZeros(left);
            counts[category]++;
            memory.add(categories.get(category), source.name(), file, event.text(), shape, time, nowMillis);
        }
    }

    private void sample(LogMetric metric, SampleBatch batch) {
        Map<String, String> groups = groups(metric);
        double value = 1;
        if (!metric.field().isEmpty()) {
            String text = field(metric.field(), groups);
            if (text == null) {
                return;
            }
            value = number(text) * metric.factor();
            if (!Double.isFinite(value)) {
                noNumbers++;
                return;
            }
        }
        int nameStart = batch.length;
        batch.append(metric.name());
        int tagsStart = batch.length;
        for (Map.Entry<String, String> label : metric.labels().entrySet()) {
            String text = field(label.getValue(), groups);
            if (text != null && !text.isEmpty()) {
                appendLabel(batch, tagsStart, label.getKey(), text);
            }
        }
        appendLabel(batch, tagsStart, "source", source.name());
        batch.add(metric.kind(), nameStart, tagsStart, tagsStart, batch.length, value);
    }

    private static void appendLabel(SampleBatch batch, int tagsStart, String name, String value) {
        if (batch.length > tagsStart) {
            batch.appendByte(batch.pairSeparator);
        }
        batch.append(name);
        batch.appendByte(batch.valueSeparator);
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < Math.min(value.length(), MAX_LABEL_LENGTH); i++) {
            char c = value.charAt(i);
            clean.append(c < ' ' ? ' ' : c);
        }
        batch.append(clean.toString());
    }

    /** The named groups of the metric's expression in this event; empty where it has none. */
    private Map<String, String> groups(LogMetric metric) {
        if (metric.match() == null || metric.match().namedGroups().isEmpty()) {
            return Map.of();
        }
        Matcher matcher = metric.match().matcher(event.text());
        Map<String, String> groups = new LinkedHashMap<>();
        if (matcher.find()) {
            metric.match().namedGroups().forEach((name, index) -> {
                String text = matcher.group(index);
                if (text != null) {
                    groups.put(name, text);
                }
            });
        }
        return groups;
    }

    private @Nullable String field(String name, Map<String, String> groups) {
        String group = groups.get(name);
        return group == null ? event.field(name) : group;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Adds what was counted since the last call; a count of nothing too, where every category is to be said. */
    void appendCounts(SampleBatch batch, boolean all) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0 || all) {
                int nameStart = batch.length;
                batch.append(EVENTS);
                int tagsStart = batch.length;
                appendLabel(batch, tagsStart, "category", categories.get(i));
                appendLabel(batch, tagsStart, "source", source.name());
                batch.add(Kind.COUNTER, nameStart, tagsStart, tagsStart, batch.length, counts[i]);
                counts[i] = 0;
            }
        }
    }

    /** Lines of the events taken, since the last call. */
    long takeLines() {
        long count = lines;
        lines = 0;
        return count;
    }

    /** Bytes of the events taken, since the last call. */
    long takeBytes() {
        long count = textBytes;
        textBytes = 0;
        return count;
    }

    /** Fields that should have been numbers and were none, since the last call. */
    long takeNoNumbers() {
        long count = noNumbers;
        noNumbers = 0;
        return count;
    }
}
