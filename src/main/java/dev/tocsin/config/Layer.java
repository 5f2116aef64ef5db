package dev.tocsin.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One place that settings come from. Immutable.
 *
 * @param nameOf what this place calls a dotted key
 * @param roots what it says, by its own names; in each, deeper keys may stand
 */
record Layer(UnaryOperator<String> nameOf, Map<String, YamlNode> roots) {
    private static final String VARIABLE_PREFIX = "TOCSIN_";

    static Layer ofFile(YamlNode root) {
        return new Layer(UnaryOperator.identity(), Map.of("", root));
    }

    /** @param assignments {@code key=value}; of two for one key the last counts */
    static Layer ofAssignments(List<String> assignments) throws ConfigException {
        Map<String, YamlNode> roots = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw new ConfigException("--set " + assignment, 0, "", "expected key=value, like http.port=8081");
            }
            String key = assignment.substring(0, equals).strip();
            roots.put(key, YamlNode.parseValue("--set " + key, "", assignment.substring(equals + 1)));
        }
        return new Layer(UnaryOperator.identity(), roots);
    }

    /** Of all variables, those that begin with {@code TOCSIN_}. */
    static Layer ofEnvironment(Map<String, String> environment) throws ConfigException {
        Map<String, YamlNode> roots = new LinkedHashMap<>();
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (name.startsWith(VARIABLE_PREFIX) && !isServiceLink(name, variable.getValue())) {
                roots.put(name, YamlNode.parseValue(name, "", variable.getValue()));
            }
        }
        return new Layer(Layer::variableOf, roots);
    }

    /** {@code series.max-labels} is {@code TOCSIN_SERIES_MAX_LABELS}. */
    static String variableOf(String key) {
        return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** {@code ingest.udp} of {@code ingest.udp.port}; empty at the top. */
    static String parentOf(String key) {
        return key.substring(0, Math.max(0, key.lastIndexOf('.')));
    }

    /** What stands at a key: of the roots that are the key or above it, the nearest that says anything. */
    @Nullable
    YamlNode at(String key) throws ConfigException {
        for (String above = key; ; above = parentOf(above)) {
            YamlNode root = roots.get(nameOf.apply(above));
            YamlNode found = root == null ? null : descend(root, key, above);
            if (found != null || above.isEmpty()) {
                return found;
            }
        }
    }

    private static @Nullable YamlNode descend(YamlNode root, String key, String above) throws ConfigException {
        YamlNode node = root;
        int from = above.isEmpty() ? 0 : above.length() + 1;
        while (from < key.length()) {
            if (!node.isMap()) {
                return null;
            }
            int dot = key.indexOf('.', from);
            int end = dot < 0 ? key.length() : dot;
            node = node.asMap().get(key.substring(from, end));
            if (node == null) {
                return null;
            }
            from = end + 1;
        }
        return node;
    }

    /**
     * Kubernetes puts {@code TOCSIN_PORT=tcp://…} and the like into every container beside a Service named
     * {@code tocsin}; they are nobody's settings.
     */
    private static boolean isServiceLink(String name, String value) {
        return name.contains("_SERVICE_HOST")
                || name.contains("_SERVICE_PORT")
                || name.matches(".*_PORT_\\d+_(TCP|UDP|SCTP)(_.*)?")
                || value.matches("(tcp|udp|sctp)://\\S+");
    }
}
