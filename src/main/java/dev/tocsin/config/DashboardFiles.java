package dev.tocsin.config;

import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.web.Dashboard;
import dev.tocsin.web.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code dashboards/*.yaml}. No state; safe from any thread. */
public final class DashboardFiles {
    private static final int MAX_FILES = 200;

    private static final Set<String> DASHBOARD_KEYS = Set.of("name", "title", "panels");
    private static final Set<String> PANEL_KEYS =
            Set.of("title", "kind", "unit", "queries", "x", "y", "width", "height", "thresholds", "text");
    private static final Set<String> QUERY_KEYS = Set.of("expr", "legend");
    private static final Set<String> THRESHOLD_KEYS = Set.of("value", "severity");

    private static final int DEFAULT_WIDTH = 6;
    private static final int DEFAULT_HEIGHT = 4;

    private DashboardFiles() {}

    /**
     * @param folder of any file system; none where it is not there
     * @return by name
     */
    public static List<Dashboard> load(Path folder) throws ConfigException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Dashboard> dashboards = new ArrayList<>();
        for (Path file : files(folder)) {
            Dashboard dashboard = parse(file.toString(), read(file));
            for (Dashboard other : dashboards) {
                if (other.name().equals(dashboard.name())) {
                    throw new ConfigException(
                            file.toString(), 0, "name", "another file has a dashboard \"" + other.name() + "\"");
                }
            }
            dashboards.add(dashboard);
        }
        dashboards.sort(Comparator.comparing(Dashboard::name));
        return List.copyOf(dashboards);
    }

    private static List<Path> files(Path folder) throws ConfigException {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files = all.filter(file -> file.getFileName().toString().matches("[^.].*\\.ya?ml"))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
            if (files.size() > MAX_FILES) {
                throw new ConfigException(
                        folder.toString(), 0, "", "has " + files.size() + " dashboards; at most " + MAX_FILES);
            }
            return files;
        } catch (IOException e) {
            throw new ConfigException(folder.toString(), 0, "", "cannot be read: " + e.getMessage());
        }
    }

    private static String read(Path file) throws ConfigException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(file.toString(), 0, "", "cannot be read: " + e.getMessage());
        }
    }

    /** @param file its name, without ending, is the dashboard's where the text gives none */
    public static Dashboard parse(String file, String text) throws ConfigException {
        YamlNode root = YamlNode.parse(file, text);
        Map<String, YamlNode> keys = root.asMap(DASHBOARD_KEYS);
        String name = string(keys.get("name"), nameOf(file));
        List<Panel> panels = new ArrayList<>();
        YamlNode list = keys.get("panels");
        if (list == null) {
            throw root.error("a dashboard needs panels");
        }
        int nextRow = 0;
        for (YamlNode node : list.asList()) {
            Panel panel = panel(node, nextRow);
            nextRow = Math.max(nextRow, panel.y() + panel.height());
            panels.add(panel);
        }
        try {
            return new Dashboard(name, string(keys.get("title"), name), panels);
        } catch (IllegalArgumentException e) {
            throw root.error(String.valueOf(e.getMessage()));
        }
    }

    private static String nameOf(String file) {
        String base = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return base.replaceFirst("\\.ya?ml$", "");
    }

    /** @param nextRow the row below all panels so far, where a panel stands that does not say */
    private static Panel panel(YamlNode node, int nextRow) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(PANEL_KEYS);
        List<Panel.Query> queries = new ArrayList<>();
        for (YamlNode query : list(keys.get("queries"))) {
            queries.add(query(query));
        }
        List<Panel.Threshold> thresholds = new ArrayList<>();
        for (YamlNode threshold : list(keys.get("thresholds"))) {
            thresholds.add(threshold(threshold));
        }
        Panel.Kind kind = word(keys.get("kind"), Panel.Kind.class, Panel.Kind.TIMESERIES);
        Panel.Unit unit = word(keys.get("unit"), Panel.Unit.class, Panel.Unit.SHORT);
        int x = whole(keys.get("x"), 0);
        int y = whole(keys.get("y"), nextRow);
        int width = whole(keys.get("width"), DEFAULT_WIDTH);
        int height = whole(keys.get("height"), DEFAULT_HEIGHT);
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
                    string(keys.get("text"), ""));
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static Panel.Query query(YamlNode node) throws ConfigException {
        if (node.isScalar()) {
            return new Panel.Query(expr(node), "");
        }
        Map<String, YamlNode> keys = node.asMap(QUERY_KEYS);
        YamlNode expr = keys.get("expr");
        if (expr == null) {
            throw node.error("a query needs expr");
        }
        return new Panel.Query(expr(expr), string(keys.get("legend"), ""));
    }

    private static String expr(YamlNode node) throws ConfigException {
        String text = node.asString().strip();
        try {
            Promql.parse(text);
            return text;
        } catch (PromqlException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static Panel.Threshold threshold(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(THRESHOLD_KEYS);
        YamlNode value = keys.get("value");
        if (value == null) {
            throw node.error("a threshold needs value");
        }
        return new Panel.Threshold(
                value.asDouble(), word(keys.get("severity"), Panel.Severity.class, Panel.Severity.WARNING));
    }

    private static List<YamlNode> list(@Nullable YamlNode node) throws ConfigException {
        return node == null ? List.of() : node.asList();
    }

    private static String string(@Nullable YamlNode node, String otherwise) throws ConfigException {
        return node == null || node.isNull() ? otherwise : node.asString();
    }

    private static int whole(@Nullable YamlNode node, int otherwise) throws ConfigException {
        return node == null ? otherwise : node.asInt(0, Panel.MAX_ROWS);
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
