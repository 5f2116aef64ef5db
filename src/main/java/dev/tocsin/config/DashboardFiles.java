package dev.tocsin.config;

import dev.tocsin.web.Dashboard;
import dev.tocsin.web.Panel;
import dev.tocsin.web.Variables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code dashboards/*.yaml}. No state; safe from any thread. */
public final class DashboardFiles {
    private static final Set<String> KEYS = Set.of("name", "title", "variables", "panels");

    private DashboardFiles() {}

    /**
     * @return by name
     * @throws ConfigException also where two files have dashboards of one name
     */
    public static List<Dashboard> parseAll(List<ConfigText> files) throws ConfigException {
        Map<String, Dashboard> dashboards = new LinkedHashMap<>();
        for (ConfigText file : files) {
            Dashboard dashboard = parse(file.name(), file.text());
            if (dashboards.put(dashboard.name(), dashboard) != null) {
                throw new ConfigException(
                        file.name(), 0, "name", "another file has a dashboard \"" + dashboard.name() + "\"");
            }
        }
        return dashboards.values().stream()
                .sorted(Comparator.comparing(Dashboard::name))
                .toList();
    }

    /** @param file its name, without ending, is the dashboard's where the text gives none */
    public static Dashboard parse(String file, String text) throws ConfigException {
        YamlNode root = YamlNode.parse(file, text);
        Map<String, YamlNode> keys = root.asMap(KEYS);
        YamlNode list = keys.get("panels");
        if (list == null) {
            throw root.error("a dashboard needs panels");
        }
        YamlNode choices = keys.get("variables");
        Variables variables = choices == null ? Variables.NONE : VariableReader.read(choices);
        PanelReader reader = new PanelReader(variables);
        List<Panel> panels = new ArrayList<>();
        int nextRow = 0;
        for (YamlNode node : list.asList()) {
            Panel panel = reader.read(node, nextRow);
            nextRow = Math.max(nextRow, panel.y() + panel.height());
            panels.add(panel);
        }
        String name = PanelReader.string(keys.get("name"), nameOf(file));
        try {
            return new Dashboard(name, PanelReader.string(keys.get("title"), name), variables, panels, text);
        } catch (IllegalArgumentException e) {
            throw root.error(String.valueOf(e.getMessage()));
        }
    }

    private static String nameOf(String file) {
        String base = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
        return base.replaceFirst("\\.ya?ml$", "");
    }
}
