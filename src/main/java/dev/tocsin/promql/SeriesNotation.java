package dev.tocsin.promql;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.core.Points;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of promqltest's notation, which promtool's unit tests write too: a series and its values, {@code metric{a="b"} 1
 * 2+3x4 _ _x2 stale NaN}. Native histograms are not part of it here. Immutable.
 *
 * @param values null for a gap; {@link Points#STALE} for a stale marker
 */
public record SeriesNotation(Labels labels, List<@Nullable Double> values) {
    /** Most values of one series. */
    public static final int MAX_VALUES = 1_000_000;

    private static final String NUMBER = "(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|(?i:inf|nan)";
    private static final Pattern VALUE =
            Pattern.compile("([+-]?(?:" + NUMBER + "))(?:([+-])(" + NUMBER + "))?(?:x([0-9]+))?");
    private static final Pattern GAP = Pattern.compile("_(?:x([0-9]+))?");

    /** @throws IllegalArgumentException or {@link PromqlException} saying what is wrong */
    public static SeriesNotation parse(String line) {
        int split = endOfSeries(line);
        return new SeriesNotation(labels(line.substring(0, split)), values(line.substring(split)));
    }

    private static int endOfSeries(String line) {
        char quote = 0;
        boolean braces = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                i += c == '\\' && quote != '`' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'' || c == '`') {
                quote = c;
            } else if (c == '{') {
                braces = true;
            } else if (c == '}') {
                return i + 1;
            } else if (Character.isWhitespace(c)
                    && !braces
                    && !line.substring(i).stripLeading().startsWith("{")) {
                return i;
            }
        }
        return line.length();
    }

    /** Labels in the notation of a selector; {@code {}} and nothing at all are allowed here. */
    public static Labels labels(String text) {
        if (text.isBlank() || text.strip().equals("{}")) {
            return Labels.EMPTY;
        }
        Map<String, String> map = new TreeMap<>();
        for (Matcher m : Promql.parseSelector(text)) {
            if (m.op() != Matcher.Op.EQUAL) {
                throw new IllegalArgumentException("not a series: " + text);
            }
            map.put(m.name(), m.value());
        }
        return Labels.of(map);
    }

    /** @throws IllegalArgumentException saying what is wrong */
    public static List<@Nullable Double> values(String text) {
        List<@Nullable Double> values = new ArrayList<>();
        for (String item : text.strip().split("\\s+")) {
            java.util.regex.Matcher gap = GAP.matcher(item);
            java.util.regex.Matcher value = VALUE.matcher(item);
            if (item.isEmpty()) {
                continue;
            }
            if (item.equals("stale")) {
                values.add(Points.STALE);
            } else if (gap.matches()) {
                int times = gap.group(1) == null ? 1 : times(gap.group(1), values.size());
                for (int i = 0; i < times; i++) {
                    values.add(null);
                }
            } else if (value.matches()) {
                double v = PromNumber.parse(value.group(1));
                double step = value.group(3) == null ? 0 : PromNumber.parse(value.group(3));
                step = "-".equals(value.group(2)) ? -step : step;
                int times = value.group(4) == null ? 0 : times(value.group(4), values.size());
                for (int i = 0; i <= times; i++) {
                    values.add(v);
                    v += step;
                }
            } else if (item.startsWith("{{")) {
                throw new IllegalArgumentException("native histograms are not supported: " + item);
            } else {
                throw new IllegalArgumentException("not a value: " + item);
            }
        }
        return values;
    }

    private static int times(String digits, int before) {
        if (digits.length() > 7 || before + Integer.parseInt(digits) > MAX_VALUES) {
            throw new IllegalArgumentException("more than " + MAX_VALUES + " values");
        }
        return Integer.parseInt(digits);
    }

    /** The values at start, start + step, …; gaps left out. */
    public Points points(long startMillis, long stepMillis) {
        Points points = new Points();
        for (int i = 0; i < values.size(); i++) {
            Double value = values.get(i);
            if (value != null) {
                points.add(startMillis + i * stepMillis, value);
            }
        }
        return points;
    }
}
