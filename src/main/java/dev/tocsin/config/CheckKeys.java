package dev.tocsin.config;

import com.google.re2j.Pattern;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Regex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of one check, server or data set, with what stands for those that are not there. */
final class CheckKeys {
    private final YamlNode node;
    private final Map<String, YamlNode> keys;

    /** @throws ConfigException where another key than those known is there */
    CheckKeys(YamlNode node, Set<String> known) throws ConfigException {
        this.node = node;
        keys = node.asMap(known);
    }

    ConfigException error(String reason) {
        return node.error(reason);
    }

    /** An error at one key, or at the check where the key is not there. */
    ConfigException error(String key, String reason) {
        return keys.getOrDefault(key, node).error(reason);
    }

    boolean has(String key) {
        YamlNode value = keys.get(key);
        return value != null && !value.isNull();
    }

    <T> T read(String key, T otherwise, Layers.Reader<? extends T> reader) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null || value.isNull() ? otherwise : reader.read(value);
    }

    /** What stands there, or null. */
    <T> @Nullable T optional(String key, Layers.Reader<? extends T> reader) throws ConfigException {
        return has(key) ? reader.read(Objects.requireNonNull(keys.get(key))) : null;
    }

    /** @param what the thing is called in the error */
    <T> T required(String key, String what, Layers.Reader<? extends T> reader) throws ConfigException {
        YamlNode value = keys.get(key);
        if (value == null || value.isNull()) {
            throw node.error(what + " needs " + key);
        }
        return reader.read(value);
    }

    /**
     * The key {@code address}, which must be there.
     *
     * @param kind of the check
     */
    HostAndPort address(String kind) throws ConfigException {
        return required("address", "a check of the kind " + kind, HostAndPort::read);
    }

    String text(String key, String otherwise) throws ConfigException {
        return read(key, otherwise, YamlNode::asString);
    }

    boolean flag(String key, boolean otherwise) throws ConfigException {
        return read(key, otherwise, YamlNode::asBoolean);
    }

    int integer(String key, int otherwise, int least, int most) throws ConfigException {
        return read(key, otherwise, value -> value.asInt(least, most));
    }

    Duration duration(String key, Duration otherwise, Duration least, Duration most) throws ConfigException {
        return read(key, otherwise, value -> Allowed.duration(least, most).read(value));
    }

    /** One text, or a list of them. */
    List<String> texts(String key) throws ConfigException {
        List<String> texts = new ArrayList<>();
        YamlNode value = keys.get(key);
        if (value != null && value.isList()) {
            for (YamlNode item : value.asList()) {
                texts.add(item.asString());
            }
        } else if (has(key)) {
            texts.add(text(key, ""));
        }
        return texts;
    }

    Map<String, String> map(String key) throws ConfigException {
        Map<String, String> map = new LinkedHashMap<>();
        YamlNode value = keys.get(key);
        if (value != null) {
            for (Map.Entry<String, YamlNode> entry : value.asMap().entrySet()) {
                map.put(entry.getKey(), entry.getValue().asString());
            }
        }
        return map;
    }

    /** Labels, which may not be called as those that Tocsin sets. */
    Labels labels(String key, List<String> reserved) throws ConfigException {
        Map<String, String> labels = map(key);
        for (String name : labels.keySet()) {
            if (!name.matches("[a-zA-Z_][a-zA-Z0-9_]*") || name.startsWith("__")) {
                throw error(key, "\"" + name + "\" is no name for a label: letters, digits and underscores");
            }
            if (reserved.contains(name)) {
                throw error(key, "the label \"" + name + "\" is one that Tocsin sets; choose another name");
            }
        }
        return Labels.of(labels);
    }

    static Regex regex(YamlNode node) throws ConfigException {
        try {
            return Regex.compile(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    /** What is to be found somewhere in a text. */
    static Pattern pattern(YamlNode node) throws ConfigException {
        try {
            return Regex.searching(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }
}
