package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import dev.tocsin.promql.Promql;
import dev.tocsin.promql.PromqlException;
import dev.tocsin.web.Variable;
import dev.tocsin.web.Variable.Source;
import dev.tocsin.web.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a dashboard's {@code variables}. No state. */
final class VariableReader {
    private static final Set<String> KEYS =
            Set.of("name", "title", "label", "of", "values", "intervals", "multi", "all", "default");
    private static final int MAX_VARIABLES = 20;

    private VariableReader() {}

    static Variables read(YamlNode list) throws ConfigException {
        List<Variable> variables = new ArrayList<>();
        for (YamlNode node : list.asList()) {
            Variable variable = variable(node, new Variables(variables));
            if (variables.stream().anyMatch(each -> each.name().equals(variable.name()))) {
                throw node.error("the variable \"" + variable.name() + "\" stands twice");
            }
            variables.add(variable);
        }
        if (variables.size() > MAX_VARIABLES) {
            throw list.error("a dashboard has at most " + MAX_VARIABLES + " variables, this one " + variables.size());
        }
        return new Variables(variables);
    }

    /** @param above those that this one may depend on */
    private static Variable variable(YamlNode node, Variables above) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(KEYS);
        YamlNode nameNode = keys.get("name");
        if (nameNode == null) {
            throw node.error("a variable needs name");
        }
        String name = nameNode.asString();
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,63}")) {
            throw nameNode.error("a variable's name has letters, digits and _, not \"" + name + "\"");
        }
        Source source = source(node, keys, above);
        boolean isInterval = source instanceof Source.Intervals;
        boolean multi = isTrue(keys, "multi", isInterval);
        boolean all = isTrue(keys, "all", isInterval);
        List<String> chosen = texts(keys, "default");
        if (chosen.size() > 1 && !multi) {
            throw node.error("several values of default need multi: true");
        }
        return new Variable(name, PanelReader.string(keys.get("title"), name), source, multi, all, chosen);
    }

    private static boolean isTrue(Map<String, YamlNode> keys, String key, boolean isInterval) throws ConfigException {
        YamlNode node = keys.get(key);
        boolean value = node != null && node.asBoolean();
        if (node != null && value && isInterval) {
            throw node.error("one interval is chosen at a time");
        }
        return value;
    }

    private static Source source(YamlNode node, Map<String, YamlNode> keys, Variables above) throws ConfigException {
        YamlNode label = keys.get("label");
        List<YamlNode> given = new ArrayList<>();
        for (String key : List.of("label", "values", "intervals")) {
            if (keys.containsKey(key)) {
                given.add(keys.get(key));
            }
        }
        if (given.size() != 1) {
            throw node.error("a variable has one of label (with of: a metric or query), values (a list) or intervals");
        }
        if (label != null) {
            return labelValues(node, label, keys.get("of"), above);
        }
        if (keys.containsKey("of")) {
            throw keys.get("of").error("goes with label");
        }
        boolean isFixed = keys.containsKey("values");
        List<String> values = texts(keys, isFixed ? "values" : "intervals");
        if (values.isEmpty() || values.size() > Variable.MAX_VALUES) {
            throw given.getFirst().error("expected 1 to " + Variable.MAX_VALUES + " values");
        }
        return isFixed ? new Source.Fixed(values) : intervals(given.getFirst(), values);
    }

    private static Source intervals(YamlNode node, List<String> values) throws ConfigException {
        for (String value : values) {
            try {
                PromDuration.parse(value);
            } catch (IllegalArgumentException e) {
                throw node.error("expected durations like 5m, found \"" + value + "\"");
            }
        }
        return new Source.Intervals(values);
    }

    private static Source labelValues(YamlNode node, YamlNode label, @Nullable YamlNode of, Variables above)
            throws ConfigException {
        if (!label.asString().matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
            throw label.error("\"" + label.asString() + "\" is no valid label name");
        }
        if (of == null) {
            throw node.error("label needs of: the metric or query whose series have the label");
        }
        String expr = PanelQueryReader.expr(of, above);
        return new Source.LabelValues(label.asString(), expr, isSelector(above.example(expr)));
    }

    private static boolean isSelector(String expr) {
        try {
            return !Promql.parseSelector(expr).isEmpty();
        } catch (PromqlException e) {
            return false;
        }
    }

    /** One text, or a list of them. */
    private static List<String> texts(Map<String, YamlNode> keys, String key) throws ConfigException {
        YamlNode node = keys.get(key);
        List<String> texts = new ArrayList<>();
        if (node != null) {
            for (YamlNode each : node.isList() ? node.asList() : List.of(node)) {
                texts.add(each.asString());
            }
        }
        return texts;
    }
}
