package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The entries of a mapping, of which any may be missing. What is null counts as missing. Immutable. */
final class Fields {
    /** How a value is read as text. */
    interface Text {
        String of(YamlNode node) throws ConfigException;
    }

    private final Map<String, YamlNode> map;
    private final Text text;

    private Fields(Map<String, YamlNode> map, Text text) {
        this.map = map;
        this.text = text;
    }

    static Fields of(YamlNode node) throws ConfigException {
        return of(node, YamlNode::asString);
    }

    static Fields of(YamlNode node, Text text) throws ConfigException {
        return new Fields(node.asMap(), text);
    }

    static Fields none() {
        return new Fields(Map.of(), YamlNode::asString);
    }

    Set<String> names() {
        return map.keySet();
    }

    boolean has(String key) {
        return node(key).isPresent();
    }

    Optional<YamlNode> node(String key) {
        return Optional.ofNullable(map.get(key)).filter(node -> !node.isNull());
    }

    /** A mapping within; an empty one where there is none. */
    Fields fields(String key) throws ConfigException {
        YamlNode node = map.get(key);
        return node == null ? none() : of(node, text);
    }

    /** The items of a list; none where there is no list. */
    List<YamlNode> items(String key) throws ConfigException {
        YamlNode node = map.get(key);
        return node == null ? List.of() : node.asList();
    }

    List<String> texts(String key) throws ConfigException {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(key)) {
            texts.add(text.of(item));
        }
        return texts;
    }

    Optional<String> text(String key) throws ConfigException {
        Optional<YamlNode> node = node(key);
        return node.isEmpty() ? Optional.empty() : Optional.of(text.of(node.get()));
    }

    String text(String key, String otherwise) throws ConfigException {
        return text(key).orElse(otherwise);
    }

    boolean isTrue(String key, boolean otherwise) throws ConfigException {
        Optional<YamlNode> node = node(key);
        return node.isEmpty() ? otherwise : node.get().asBoolean();
    }

    int whole(String key, int least, int most, int otherwise) throws ConfigException {
        Optional<YamlNode> node = node(key);
        if (node.isEmpty()) {
            return otherwise;
        }
        String said = text.of(node.get());
        try {
            int value = Integer.parseInt(said);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw node.get().error("expected a whole number from " + least + " to " + most + ", found \"" + said + "\"");
    }
}
