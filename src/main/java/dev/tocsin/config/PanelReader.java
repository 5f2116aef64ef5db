package dev.tocsin.config;

import dev.tocsin.web.Panel;
import dev.tocsin.web.Variables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the panels of one dashboard. Immutable. */
final class PanelReader {
    private static final Set<String> KEYS = Set.of(
            "title",
            "kind",
            "unit",
            "queries",
            "statistic",
            "period",
            "x",
            "y",
            "width",
            "height",
            "thresholds",
            "min",
            "max",
            "text",
            "push");
    private static final Set<String> THRESHOLD_KEYS = Set.of("value", "severity", "below");

    private static final int DEFAULT_WIDTH = 6;
    private static final int DEFAULT_HEIGHT = 4;

    private final Variables variables;

    /** @param variables that may stand in expressions */
    PanelReader(Variables variables) {
        this.variables = variables;
    }

    /** @param nextRow the row below all panels so far, where a panel stands that does not say */
    Panel read(YamlNode node, int nextRow) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(KEYS);
        PanelQueryReader reader = new PanelQueryReader(variables, keys.get("statistic"), keys.get("period"));
        List<Panel.Query> queries = new ArrayList<>();
        for (YamlNode query : list(keys.get("queries"))) {
            queries.add(reader.read(query));
        }
        List<Panel.Threshold> thresholds = new ArrayList<>();
        for (YamlNode threshold : list(keys.get("thresholds"))) {
            thresholds.add(threshold(threshold));
        }
        Panel.Kind kind = word(keys.get("kind"), Panel.Kind.class, Panel.Kind.TIMESERIES);
        Panel.Unit unit = unit(keys.get("unit"));
        int x = whole(keys.get("x"), 0);
        int y = whole(keys.get("y"), nextRow);
        int width = whole(keys.get("width"), DEFAULT_WIDTH);
        int height = whole(keys.get("height"), DEFAULT_HEIGHT);
        OptionalDouble min = number(keys.get("min"));
        OptionalDouble max = number(keys.get("max"));
        try {
            return new Panel(
                    string(keys.get("title"), ""),
                    kind,
                    unit,
                    queries,
                    x,
                    y,
                    width,
                    height,
                    thresholds,
                    new Panel.Scale(min, max),
                    string(keys.get("text"), ""),
                    string(keys.get("push"), ""));
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static Panel.Threshold threshold(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(THRESHOLD_KEYS);
        YamlNode value = keys.get("value");
        if (value == null) {
            throw node.error("a threshold needs value");
        }
        YamlNode below = keys.get("below");
        return new Panel.Threshold(
                value.asDouble(),
                word(keys.get("severity"), Panel.Severity.class, Panel.Severity.WARNING),
                below != null && below.asBoolean());
    }

    static Panel.Unit unit(@Nullable YamlNode node) throws ConfigException {
        return word(node, Panel.Unit.class, Panel.Unit.SHORT);
    }

    static List<YamlNode> list(@Nullable YamlNode node) throws ConfigException {
        return node == null ? List.of() : node.asList();
    }

    static String string(@Nullable YamlNode node, String otherwise) throws ConfigException {
        return node == null || node.isNull() ? otherwise : node.asString();
    }

    private static int whole(@Nullable YamlNode node, int otherwise) throws ConfigException {
        return node == null ? otherwise : node.asInt(0, Panel.MAX_ROWS);
    }

    private static OptionalDouble number(@Nullable YamlNode node) throws ConfigException {
        return node == null ? OptionalDouble.empty() : OptionalDouble.of(node.asDouble());
    }

    private static <E extends Enum<E>> E word(@Nullable YamlNode node, Class<E> type, E otherwise)
            throws ConfigException {
        if (node == null) {
            return otherwise;
        }
        String found = node.asString();
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!known.contains(found)) {
            throw node.error("\"" + found + "\" is not one of " + String.join(", ", known));
        }
        return Enum.valueOf(type, found.toUpperCase(Locale.ROOT));
    }
}
