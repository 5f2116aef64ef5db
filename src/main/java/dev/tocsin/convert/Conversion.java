package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.ConfigText;
import dev.tocsin.config.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Several files of other products, gathered into one configuration folder. What kind a file is, its content tells.
 * Confined to one thread.
 */
public final class Conversion {
    private static final String ALARM = "AWS::CloudWatch::Alarm";
    private static final String DASHBOARD = "AWS::CloudWatch::Dashboard";

    private final Map<String, String> parameters;
    private final Channels channels = new Channels();
    private final SortedMap<String, String> files = new TreeMap<>();
    private int rules;
    private int dashboards;

    /** @param parameters of templates, by name; what is not in here has its default */
    public Conversion(Map<String, String> parameters) {
        this.parameters = Map.copyOf(parameters);
    }

    /**
     * Takes one more file in.
     *
     * @throws ConfigException naming file and line of what can't be read; nothing of the file is taken then
     */
    public void add(ConfigText file) throws ConfigException {
        YamlNode root = YamlNode.parse(file.name(), file.text());
        Map<String, YamlNode> keys = root.isMap() ? root.asMap() : Map.of();
        String base = fileName(file.name().replaceFirst(".*[/\\\\]", "").replaceFirst("\\.[a-z]+$", ""));
        if (keys.containsKey("Resources")) {
            template(base, CloudFormationTemplate.of(keys, parameters));
        } else if (keys.containsKey("alert_rules")) {
            List<CommentedYaml> converted = new AlertingJson(Fields.of(root), channels).convert();
            rules(base, List.of(group(base, converted)), List.of());
        } else if (keys.containsKey("panels")) {
            Fields grafana = Fields.of(root);
            dashboard(grafana.text("title", base), GrafanaDashboard.convert(grafana));
        } else if (keys.containsKey("widgets")) {
            dashboard(base, CloudWatchDashboard.convert(base, root));
        } else {
            throw root.error("is no file that can be imported: an alerting.json has alert_rules, a CloudFormation "
                    + "template Resources, the body of a CloudWatch dashboard widgets, a Grafana dashboard panels");
        }
    }

    /** By their path in the folder. */
    public SortedMap<String, String> files() {
        SortedMap<String, String> all = new TreeMap<>(files);
        if (!channels.isEmpty()) {
            all.put("alertmanager.yaml", channels.file().print());
        }
        return all;
    }

    public int ruleCount() {
        return rules;
    }

    public int dashboardCount() {
        return dashboards;
    }

    private void template(String base, CloudFormationTemplate template) throws ConfigException {
        Map<Optional<Duration>, List<CommentedYaml>> byInterval = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        for (Map.Entry<String, YamlNode> resource : template.resources().entrySet()) {
            Map<String, YamlNode> keys = resource.getValue().asMap();
            YamlNode type = keys.get("Type");
            YamlNode properties = keys.get("Properties");
            if (type == null || properties == null) {
                continue;
            }
            switch (type.asString()) {
                case ALARM -> {
                    CloudWatchAlarm alarm = new CloudWatchAlarm(template, resource.getKey(), properties);
                    Optional<CloudWatchAlarm.Converted> converted = alarm.convert();
                    if (converted.isPresent()) {
                        byInterval
                                .computeIfAbsent(converted.get().interval(), none -> new ArrayList<>())
                                .add(converted.get().rule());
                        converted
                                .get()
                                .channels()
                                .forEach(channel -> channels.use(
                                        channel,
                                        "stood for an action of CloudWatch (an SNS topic): say who is behind it"));
                    } else {
                        left.add(alarm.name() + ": " + String.join("; ", alarm.notes()));
                    }
                }
                case DASHBOARD -> dashboard(resource.getKey(), template, properties);
                default -> left.add(resource.getKey() + " is of type " + type.asString() + ": no equivalent");
            }
        }
        List<CommentedYaml> groups = new ArrayList<>();
        byInterval.forEach((interval, some) -> groups.add(interval.map(each ->
                        group(base + "-every-" + each.toSeconds() + "s", some).put("interval", each.toSeconds() + "s"))
                .orElseGet(() -> group(base, some))));
        if (!groups.isEmpty() || dashboards == 0) {
            rules(base, groups, left);
        }
    }

    private void dashboard(String logicalName, CloudFormationTemplate template, YamlNode properties)
            throws ConfigException {
        Map<String, YamlNode> keys = properties.asMap();
        YamlNode body = keys.get("DashboardBody");
        if (body == null) {
            throw properties.error("a dashboard has a DashboardBody");
        }
        YamlNode nameNode = keys.get("DashboardName");
        String name = nameNode == null ? logicalName : template.text(nameNode);
        YamlNode parsed = body.isMap() && body.asMap().containsKey("widgets")
                ? body
                : YamlNode.parse(body.file() + " (the body in line " + body.line() + ")", template.text(body));
        dashboard(name, CloudWatchDashboard.convert(name, parsed));
    }

    private static CommentedYaml group(String name, List<CommentedYaml> rules) {
        return new CommentedYaml().put("name", name).put("rules", rules);
    }

    private void rules(String base, List<CommentedYaml> groups, List<String> left) {
        CommentedYaml file = new CommentedYaml().put("groups", groups);
        left.forEach(file::comment);
        files.put(free("rules/", base), file.print());
        rules += groups.stream().mapToInt(group -> group.size("rules")).sum();
    }

    private void dashboard(String name, CommentedYaml dashboard) {
        files.put(free("dashboards/", fileName(name)), dashboard.print());
        dashboards++;
    }

    private String free(String folder, String base) {
        String path = folder + base + ".yaml";
        for (int i = 2; files.containsKey(path); i++) {
            path = folder + base + "-" + i + ".yaml";
        }
        return path;
    }

    /** A dashboard goes by its file's name, which holds letters, digits, dashes and underscores. */
    private static String fileName(String name) {
        String clean = name.replaceAll("[^A-Za-z0-9_-]", "-").replaceFirst("^[_-]+", "");
        String bounded = clean.substring(0, Math.min(60, clean.length()));
        return bounded.isEmpty() ? "imported" : bounded;
    }
}
