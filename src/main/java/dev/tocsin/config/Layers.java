package dev.tocsin.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The places that settings come from, the strongest first: {@code --set}, the environment, the file. A setting is
 * asked for by its dotted key; what was asked for is what is known, so {@link #refuseUnknown} comes last. Lives for one
 * reading; confined to one thread.
 */
final class Layers {
    private final String file;
    private final List<Layer> strongestFirst;
    private final TreeSet<String> asked = new TreeSet<>();

    private Layers(String file, List<Layer> strongestFirst) {
        this.file = file;
        this.strongestFirst = strongestFirst;
    }

    /**
     * @param environment all variables; those named {@code TOCSIN_…} are settings
     * @param assignments of {@code --set}, each {@code key=value}; of two for one key the last counts
     */
    static Layers of(ConfigText file, Map<String, String> environment, List<String> assignments)
            throws ConfigException {
        YamlNode root = YamlNode.parse(file.name(), file.text()).withEnvironment(environment);
        root.asMap();
        return new Layers(
                file.name(),
                List.of(Layer.ofAssignments(assignments), Layer.ofEnvironment(environment), Layer.ofFile(root)));
    }

    /** A reader of one value, such as {@link YamlNode#asString}. */
    interface Reader<T> {
        T read(YamlNode node) throws ConfigException;
    }

    /** The value of a key, or {@code fallback} where no layer says anything. */
    <T> T read(String key, T fallback, Reader<? extends T> reader) throws ConfigException {
        YamlNode node = find(key);
        return node == null ? fallback : reader.read(node);
    }

    /** What the strongest layer says that says anything about the key. */
    @Nullable
    YamlNode find(String key) throws ConfigException {
        asked.add(key);
        for (Layer layer : strongestFirst) {
            YamlNode node = layer.at(key);
            if (node != null && !node.isNull()) {
                return node;
            }
        }
        return null;
    }

    /** A key and what was said about it. */
    record Said(String key, YamlNode node) {}

    /** What the strongest layer says that knows any of these keys, of which only one may be given there. */
    @Nullable
    Said findOneOf(String... keys) throws ConfigException {
        asked.addAll(List.of(keys));
        for (Layer layer : strongestFirst) {
            Said found = null;
            for (String key : keys) {
                YamlNode node = layer.at(key);
                if (node == null || node.isNull() || node.isMap()) {
                    continue;
                }
                if (found != null) {
                    throw node.error("give either " + found.key + " or " + key + ", not both");
                }
                found = new Said(key, node);
            }
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** A complaint about a key, at the place that sets it, or about the file where none does. */
    ConfigException error(String key, String reason) throws ConfigException {
        YamlNode node = find(key);
        return node == null || node.isMap() ? new ConfigException(file, 0, key, reason) : node.error(reason);
    }

    /** Every key that was asked for. */
    SortedSet<String> asked() {
        return Collections.unmodifiableSortedSet(asked);
    }

    /** Refuses what no one asked for, with the key that was probably meant. */
    void refuseUnknown() throws ConfigException {
        for (Layer layer : strongestFirst) {
            for (Map.Entry<String, YamlNode> root : layer.roots().entrySet()) {
                refuseUnknown(keyNamed(root.getKey(), layer, root.getValue()), root.getValue());
            }
        }
    }

    private void refuseUnknown(String key, YamlNode node) throws ConfigException {
        boolean known = asked.contains(key);
        boolean branch = key.isEmpty() || hasKeysBeneath(key);
        if (!known && !branch) {
            throw node.error("unknown setting; " + Suggestion.of(key, asked));
        }
        if (!branch) {
            return;
        }
        if (node.isMap()) {
            for (Map.Entry<String, YamlNode> child : node.asMap().entrySet()) {
                refuseUnknown(key.isEmpty() ? child.getKey() : key + "." + child.getKey(), child.getValue());
            }
        } else if (!known && !node.isNull()) {
            throw node.error("expected a mapping with " + String.join(", ", asked.subSet(key + ".", key + "/")));
        }
    }

    private boolean hasKeysBeneath(String key) {
        String next = asked.higher(key + ".");
        return next != null && next.startsWith(key + ".");
    }

    /** The key, or the branch above keys, that this layer calls by this name. */
    private String keyNamed(String name, Layer layer, YamlNode node) throws ConfigException {
        TreeSet<String> names = new TreeSet<>();
        for (String key : asked) {
            for (String above = key; !above.isEmpty(); above = Layer.parentOf(above)) {
                if (layer.nameOf().apply(above).equals(name)) {
                    return above;
                }
            }
            names.add(layer.nameOf().apply(key));
        }
        if (name.isEmpty()) {
            return name;
        }
        throw node.error("unknown setting; " + Suggestion.of(name, names));
    }
}
