package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The variables of a Grafana dashboard. Those of types that both have become ours; any other stands for the value that
 * it had when the dashboard was saved; and for Grafana's own stands a time that suits a page that is fresh each second.
 * Confined to one thread.
 */
final class GrafanaVariables {
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$\\{([A-Za-z_]\\w*)(?::(\\w+))?}|\\[\\[([A-Za-z_]\\w*)(?::(\\w+))?]]|\\$([A-Za-z_]\\w*)");
    private static final Pattern LABEL_VALUES =
            Pattern.compile("\\s*label_values\\(\\s*(?:(.+?)\\s*,\\s*)?(\\w+)\\s*\\)\\s*", Pattern.DOTALL);
    private static final Map<String, String> OWN = Map.of(
            "__rate_interval", "1m", "__interval", "15s", "__range", "1h", "interval", "15s", "__range_s", "3600");
    private static final String ALL = "$__all";

    private final Map<String, CommentedYaml> ours = new LinkedHashMap<>();
    /** What any of them was chosen to be, joined as a regular expression. */
    private final Map<String, String> values = new LinkedHashMap<>();

    private final List<String> notes = new ArrayList<>();

    private GrafanaVariables() {}

    static GrafanaVariables of(Fields dashboard) throws ConfigException {
        GrafanaVariables variables = new GrafanaVariables();
        List<Fields> left = new ArrayList<>();
        for (YamlNode node : dashboard.fields("templating").items("list")) {
            Fields variable = Fields.of(node);
            if (!variable.text("type", "").equals("datasource")) {
                variables.values.put(variable.text("name", ""), chosenValue(variable));
                left.add(variable);
            }
        }
        // One that depends on another stands below it here, wherever it stood there.
        while (variables.addOne(left, true) || variables.addOne(left, false)) {}
        for (Fields variable : left) {
            String name = variable.text("name", "");
            variables.notes.add("the variable " + name + " stands for " + variables.values.get(name));
        }
        return variables;
    }

    /**
     * Takes the first over that can be by now.
     *
     * @param whole only one of which nothing it depends on has to stand for its value
     */
    private boolean addOne(List<Fields> left, boolean whole) throws ConfigException {
        for (Fields variable : left) {
            if (whole && unknown(query(variable)).stream().anyMatch(values::containsKey)) {
                continue;
            }
            Optional<CommentedYaml> converted = convert(variable);
            if (converted.isPresent()) {
                ours.put(variable.text("name", ""), converted.get());
                left.remove(variable);
                return true;
            }
        }
        return false;
    }

    private Optional<CommentedYaml> convert(Fields variable) throws ConfigException {
        String name = variable.text("name", "");
        if (!name.matches("[A-Za-z_]\\w{0,63}")) {
            return Optional.empty();
        }
        CommentedYaml yaml = new CommentedYaml().put("name", name);
        variable.text("label").filter(title -> !title.isBlank()).ifPresent(title -> yaml.put("title", title));
        boolean isKnown = switch (variable.text("type", "")) {
            case "query" -> labelValues(variable, yaml);
            case "custom" -> list(variable, yaml, "values");
            case "interval" -> list(variable, yaml, "intervals");
            default -> false;
        };
        if (!isKnown) {
            return Optional.empty();
        }
        boolean isInterval = variable.text("type", "").equals("interval");
        boolean multi = !isInterval && variable.isTrue("multi", false);
        boolean all = !isInterval && variable.isTrue("includeAll", false);
        if (multi) {
            yaml.put("multi", true);
        }
        if (all) {
            yaml.put("all", true);
        }
        List<String> chosen = chosen(variable);
        if (!chosen.isEmpty() && !isAll(chosen) && (multi || chosen.size() == 1)) {
            yaml.put("default", chosen.size() == 1 ? chosen.getFirst() : chosen);
        }
        variable.text("regex")
                .filter(regex -> !regex.isBlank())
                .ifPresent(regex -> yaml.comment("the regular expression " + regex
                        + " of the variable has no equivalent: all values are offered"));
        return Optional.of(yaml);
    }

    /** Text, in newer versions within a mapping. */
    private static String query(Fields variable) throws ConfigException {
        Optional<YamlNode> node = variable.node("query");
        if (node.isEmpty()) {
            return variable.text("definition", "");
        }
        return node.get().isMap() ? variable.fields("query").text("query", "") : variable.text("query", "");
    }

    /** {@code label_values(metric, label)}; the metric may be left out, or be any selector. */
    private boolean labelValues(Fields variable, CommentedYaml yaml) throws ConfigException {
        Matcher matcher = LABEL_VALUES.matcher(query(variable));
        if (!matcher.matches()) {
            return false;
        }
        String label = matcher.group(2);
        String of = matcher.group(1) == null ? "{" + label + "!=\"\"}" : inQuery(matcher.group(1));
        if (!unknown(of).isEmpty() || !isPromql(example(of))) {
            return false;
        }
        yaml.put("label", label).put("of", of);
        return true;
    }

    /** A list with commas, of values or of {@code text : value}. */
    private static boolean list(Fields variable, CommentedYaml yaml, String key) throws ConfigException {
        List<String> values = Stream.of(variable.text("query", "").split("(?<!\\\\),"))
                .map(each -> each.replace("\\,", ",").strip().replaceFirst("^.* : ", ""))
                .filter(each -> !each.isEmpty() && !each.equals("auto"))
                .distinct()
                .toList();
        boolean areIntervals = values.stream().allMatch(each -> each.matches("(\\d+(ms|[smhdwy]))+"));
        if (values.isEmpty() || key.equals("intervals") && !areIntervals) {
            return false;
        }
        yaml.put(key, values);
        return true;
    }

    private static List<String> chosen(Fields variable) throws ConfigException {
        YamlNode value = variable.fields("current").node("value").orElse(null);
        List<String> chosen = new ArrayList<>();
        if (value != null) {
            for (YamlNode each : value.isList() ? value.asList() : List.of(value)) {
                chosen.add(each.asString());
            }
        }
        chosen.removeIf(each -> each.startsWith("$__auto"));
        return chosen;
    }

    private static boolean isAll(List<String> chosen) {
        return chosen.contains(ALL) || chosen.contains("All");
    }

    /** What was chosen; of several those joined as a regular expression; everything where all were, or none is known. */
    private static String chosenValue(Fields variable) throws ConfigException {
        List<String> chosen = chosen(variable);
        if (chosen.isEmpty()) {
            String query = query(variable);
            return switch (variable.text("type", "")) {
                case "constant" -> query;
                case "interval" ->
                    query.replaceFirst("^auto,", "").replaceFirst(",.*", "").strip();
                default -> ".*";
            };
        }
        return isAll(chosen) ? ".*" : String.join("|", chosen);
    }

    /** Ours, in an order in which each stands below those that it depends on. */
    List<CommentedYaml> list() {
        return List.copyOf(ours.values());
    }

    /** Of each that is none of ours, what stands for it. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** A query with our variables; what stands for one that is a regular expression is compared as one. */
    String inQuery(String query) {
        String replaced = query;
        for (Map.Entry<String, String> variable : values.entrySet()) {
            if (!ours.containsKey(variable.getKey()) && !variable.getValue().matches("[\\w./:-]*")) {
                String name = Pattern.quote(variable.getKey());
                replaced = replaced.replaceAll(
                        "=\\s*\"(\\$\\{?" + name + "(?::\\w+)?}?|\\[\\[" + name + "]])\"", "=~\"$1\"");
            }
        }
        return inText(replaced);
    }

    String inText(String text) {
        return REFERENCE.matcher(text).replaceAll(found -> {
            String name = name(found);
            String value = ours.containsKey(name)
                    ? "${" + name + "}"
                    : values.getOrDefault(name, OWN.getOrDefault(name, found.group()));
            return Matcher.quoteReplacement(value);
        });
    }

    /** A query of ours with what was chosen, to see whether it can be read. */
    String example(String query) {
        return REFERENCE
                .matcher(query)
                .replaceAll(found -> Matcher.quoteReplacement(
                        values.getOrDefault(name(found), found.group()).replaceAll("[\"\\\\]", "_")));
    }

    /** Names in a query of ours that are no variable's; groups of regular expressions are not told apart from them. */
    List<String> unknown(String query) {
        return REFERENCE
                .matcher(query)
                .results()
                .map(GrafanaVariables::name)
                .filter(name -> !ours.containsKey(name))
                .distinct()
                .toList();
    }

    private static String name(MatchResult found) {
        return Stream.of(found.group(1), found.group(3), found.group(5))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
    }

    static boolean isPromql(String expr) {
        try {
            Promql.parse(expr);
            return true;
        } catch (PromqlException e) {
            return false;
        }
    }
}
