package dev.tocsin.config;

import com.google.re2j.Pattern;
import dev.tocsin.core.Kind;
import dev.tocsin.core.Regex;
import dev.tocsin.watch.log.LogMetric;
import dev.tocsin.watch.log.LogPattern;
import dev.tocsin.watch.log.LogPattern.Where;
import dev.tocsin.watch.log.LogSettings;
import dev.tocsin.watch.log.LogSource;
import java.nio.file.FileSystems;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code logs/*.yaml}: which log files are followed, and what is looked for in them. No state; any thread. */
public final class LogFiles {
    private static final int MAX_SOURCES = 200;
    private static final int MAX_FACTOR_EXPONENT = 300;

    private static final Set<String> FILE_KEYS = Set.of("sources");
    private static final Set<String> SOURCE_KEYS = Set.of(
            "name",
            "files",
            "exclude",
            "from",
            "max_line",
            "timezone",
            "event_start",
            "categories",
            "patterns",
            "metrics");
    private static final Set<String> PATTERN_KEYS = Set.of("category", "match", "field");
    private static final Set<String> METRIC_KEYS = Set.of("name", "kind", "field", "match", "labels", "factor");
    private static final List<String> KINDS = List.of("counter", "gauge", "distribution");

    private LogFiles() {}

    /** @throws ConfigException naming file, line and key of the first error */
    public static LogSettings parseAll(List<ConfigText> files) throws ConfigException {
        List<LogSource> sources = new ArrayList<>();
        Map<String, String> fileByName = new HashMap<>();
        for (ConfigText file : files) {
            YamlNode list =
                    known(YamlNode.parse(file.name(), file.text()), FILE_KEYS).get("sources");
            for (YamlNode node : list == null ? List.<YamlNode>of() : list.asList()) {
                LogSource source = source(node);
                String before = fileByName.putIfAbsent(source.name(), file.name());
                if (before != null) {
                    throw node.error("a source \"" + source.name() + "\" stands in " + before + " already");
                }
                sources.add(source);
            }
        }
        if (sources.size() > MAX_SOURCES) {
            throw new ConfigException(
                    files.getLast().name(),
                    0,
                    "sources",
                    "there are " + sources.size() + " in all, at most " + MAX_SOURCES + " are allowed");
        }
        return new LogSettings(sources);
    }

    /** The keys of a mapping; one that is not known is told with what was probably meant. */
    private static Map<String, YamlNode> known(YamlNode node, Set<String> keys) throws ConfigException {
        Map<String, YamlNode> map = node.asMap();
        for (Map.Entry<String, YamlNode> entry : map.entrySet()) {
            if (!keys.contains(entry.getKey())) {
                throw entry.getValue()
                        .error("unknown key; "
                                + Suggestion.of(
                                        entry.getKey(), keys.stream().sorted().toList()));
            }
        }
        return map;
    }

    private static LogSource source(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = known(node, SOURCE_KEYS);
        String name = needed(node, keys, "name").asString();
        if (name.isBlank() || name.length() > 100) {
            throw needed(node, keys, "name").error("expected a name of 1 to 100 characters");
        }
        List<LogPattern> patterns = new ArrayList<>(builtIn(keys.get("categories")));
        for (YamlNode pattern : list(keys.get("patterns"))) {
            patterns.add(pattern(pattern));
        }
        List<LogMetric> metrics = new ArrayList<>();
        for (YamlNode metric : list(keys.get("metrics"))) {
            metrics.add(metric(metric));
        }
        YamlNode maxLine = keys.get("max_line");
        try {
            return new LogSource(
                    name,
                    globs(needed(node, keys, "files")),
                    keys.get("exclude") == null ? List.of() : globs(keys.get("exclude")),
                    fromStart(keys.get("from")),
                    maxLine == null ? LogSource.DEFAULT_EVENT_BYTES : maxLine(maxLine),
                    zone(keys.get("timezone")),
                    keys.get("event_start") == null ? null : regex(keys.get("event_start")),
                    patterns,
                    metrics);
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static YamlNode needed(YamlNode node, Map<String, YamlNode> keys, String key) throws ConfigException {
        YamlNode value = keys.get(key);
        if (value == null || value.isNull()) {
            throw node.error("needs " + key);
        }
        return value;
    }

    private static List<YamlNode> list(@Nullable YamlNode node) throws ConfigException {
        return node == null ? List.of() : node.asList();
    }

    /** One path or several. */
    private static List<String> globs(YamlNode node) throws ConfigException {
        List<String> globs = new ArrayList<>();
        for (YamlNode each : node.isScalar() ? List.of(node) : node.asList()) {
            String glob = each.asString();
            try {
                if (glob.isBlank()) {
                    throw new IllegalArgumentException("empty");
                }
                FileSystems.getDefault().getPathMatcher("glob:" + glob);
            } catch (IllegalArgumentException e) {
                throw each.error("no pattern of paths: " + e.getMessage());
            }
            globs.add(glob);
        }
        if (globs.isEmpty()) {
            throw node.error("expected a pattern of paths like /var/log/app/*.log");
        }
        return globs;
    }

    private static boolean fromStart(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return false;
        }
        return switch (node.asString()) {
            case "end" -> false;
            case "start" -> true;
            default -> throw node.error("expected start or end, found \"" + node.asString() + "\"");
        };
    }

    private static int maxLine(YamlNode node) throws ConfigException {
        long bytes = node.asBytes();
        if (bytes < 1 << 10 || bytes > 1 << 20) {
            throw node.error("expected 1k to 1M, found \"" + node.asString() + "\"");
        }
        return (int) bytes;
    }

    private static ZoneId zone(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return ZoneId.systemDefault();
        }
        try {
            return ZoneId.of(node.asString());
        } catch (DateTimeException e) {
            throw node.error("expected a time zone like UTC or Asia/Tokyo, found \"" + node.asString() + "\"");
        }
    }

    private static Pattern regex(YamlNode node) throws ConfigException {
        try {
            return Regex.searching(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    /** All built-in patterns, or those of the categories that are named. */
    private static List<LogPattern> builtIn(@Nullable YamlNode categories) throws ConfigException {
        if (categories == null) {
            return LogPattern.BUILT_IN;
        }
        List<LogPattern> named = new ArrayList<>();
        for (YamlNode category : categories.asList()) {
            LogPattern pattern = LogPattern.builtIn(category.asString());
            if (pattern == null) {
                List<String> known =
                        LogPattern.BUILT_IN.stream().map(LogPattern::category).toList();
                throw category.error("no built-in category; " + Suggestion.of(category.asString(), known)
                        + " (one of your own stands in patterns)");
            }
            named.add(pattern);
        }
        return named;
    }

    private static LogPattern pattern(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = known(node, PATTERN_KEYS);
        YamlNode category = needed(node, keys, "category");
        if (!category.asString().matches("[a-zA-Z0-9_.-]{1,60}")) {
            throw category.error(
                    "expected letters, digits and _.- as a category, found \"" + category.asString() + "\"");
        }
        YamlNode field = keys.get("field");
        YamlNode match = needed(node, keys, "match");
        try {
            return LogPattern.of(
                    category.asString(),
                    match.asString(),
                    field == null ? new Where.Text() : new Where.Field(field.asString()));
        } catch (IllegalArgumentException e) {
            throw match.error(String.valueOf(e.getMessage()));
        }
    }

    private static LogMetric metric(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = known(node, METRIC_KEYS);
        YamlNode name = needed(node, keys, "name");
        if (!name.asString().matches("[a-zA-Z_:][a-zA-Z0-9_:.]{0,199}")) {
            throw name.error("expected a metric's name, found \"" + name.asString() + "\"");
        }
        YamlNode kindNode = keys.get("kind");
        String kind = kindNode == null ? "distribution" : kindNode.asString();
        if (!KINDS.contains(kind)) {
            throw Objects.requireNonNull(kindNode).error("expected one of " + String.join(", ", KINDS));
        }
        YamlNode field = keys.get("field");
        YamlNode match = keys.get("match");
        if (field == null && !kind.equals("counter")) {
            throw node.error("a " + kind + " needs field: what its values are");
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (Map.Entry<String, YamlNode> label : (keys.get("labels") == null
                        ? Map.<String, YamlNode>of()
                        : keys.get("labels").asMap())
                .entrySet()) {
            if (!label.getKey().matches("[a-zA-Z_][a-zA-Z0-9_]{0,99}")
                    || label.getKey().equals("source")) {
                throw label.getValue().error("expected a label's name other than source");
            }
            labels.put(label.getKey(), label.getValue().asString());
        }
        return new LogMetric(
                name.asString(),
                Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                field == null ? "" : field.asString(),
                match == null ? null : regex(match),
                labels,
                keys.get("factor") == null ? 1 : factor(keys.get("factor")));
    }

    private static double factor(YamlNode node) throws ConfigException {
        double factor = node.asDouble();
        if (!Double.isFinite(factor) || factor == 0 || Math.abs(Math.log10(Math.abs(factor))) > MAX_FACTOR_EXPONENT) {
            throw node.error("expected a number other than 0, like 0.001");
        }
        return factor;
    }
}
