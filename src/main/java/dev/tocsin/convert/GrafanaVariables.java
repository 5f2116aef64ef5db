package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The variables of a Grafana dashboard, each with the value that it had when the dashboard was saved; and Grafana's own,
 * for which a time stands that suits a page that is fresh each second. Immutable.
 */
final class GrafanaVariables {
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{(\\w+)(?::\\w+)?}|\\[\\[(\\w+)(?::\\w+)?]]|\\$(\\w+)");
    private static final Map<String, String> OWN = Map.of(
            "__rate_interval", "1m", "__interval", "15s", "__range", "1h", "interval", "15s", "__range_s", "3600");

    private final Map<String, String> values;

    private GrafanaVariables(Map<String, String> values) {
        this.values = values;
    }

    static GrafanaVariables of(Fields dashboard) throws ConfigException {
        Map<String, String> values = new LinkedHashMap<>();
        for (YamlNode node : dashboard.fields("templating").items("list")) {
            Fields variable = Fields.of(node);
            if (!variable.text("type", "").equals("datasource")) {
                values.put(variable.text("name", ""), value(variable));
            }
        }
        return new GrafanaVariables(values);
    }

    /** What was chosen; of several those joined as a regular expression; everything where all were, or none is known. */
    private static String value(Fields variable) throws ConfigException {
        YamlNode value = variable.fields("current").node("value").orElse(null);
        if (value == null) {
            return variable.text("type", "").equals("constant") ? variable.text("query", "") : ".*";
        }
        List<String> chosen = new ArrayList<>();
        for (YamlNode each : value.isList() ? value.asList() : List.of(value)) {
            chosen.add(each.asString());
        }
        return chosen.isEmpty() || chosen.contains("$__all") || chosen.contains("All")
                ? ".*"
                : String.join("|", chosen);
    }

    /** Of each of the dashboard's own variables, what stands for it. */
    List<String> notes() {
        return values.entrySet().stream()
                .map(each -> "the variable " + each.getKey() + " stands for " + each.getValue())
                .toList();
    }

    /** A query, in which what is a regular expression is compared as one. */
    String inQuery(String query) {
        String replaced = query;
        for (Map.Entry<String, String> variable : values.entrySet()) {
            if (!variable.getValue().matches("[\\w./:-]*")) {
                String name = Pattern.quote(variable.getKey());
                replaced = replaced.replaceAll(
                        "=\\s*\"(\\$\\{?" + name + "(?::\\w+)?}?|\\[\\[" + name + "]])\"", "=~\"$1\"");
            }
        }
        return replace(replaced);
    }

    String inText(String text) {
        return replace(text);
    }

    private String replace(String text) {
        return VARIABLE.matcher(text).replaceAll(found -> {
            String name = java.util.stream.Stream.of(found.group(1), found.group(2), found.group(3))
                    .filter(java.util.Objects::nonNull)
                    .collect(Collectors.joining());
            String value = values.getOrDefault(name, OWN.getOrDefault(name, found.group()));
            return Matcher.quoteReplacement(value);
        });
    }
}
