package dev.tocsin.convert;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.constructor.Constructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/** A YAML mapping under construction, with comments above its entries. Confined to one thread. */
final class CommentedYaml {
    private static final int LINE_WIDTH = 120;

    private final Map<String, Object> entries = new LinkedHashMap<>();
    private final List<String> comments = new ArrayList<>();

    /** @param value text, a number, a truth value, another mapping, or a list of such */
    CommentedYaml put(String key, Object value) {
        entries.put(key, value);
        return this;
    }

    /** Says something above the mapping as a whole; above its dash, where it stands in a list. */
    CommentedYaml comment(String line) {
        comments.add(line.replaceAll("[\\s\\p{C}]+", " ").strip());
        return this;
    }

    /** How many items the list has that stands under this key; 0 where none does. */
    int size(String key) {
        return entries.get(key) instanceof List<?> list ? list.size() : 0;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The document, ending in a line feed. */
    String print() {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(2);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setProcessComments(true);
        options.setWidth(LINE_WIDTH);
        options.setSplitLines(false);
        options.setAllowUnicode(true);
        Yaml yaml = new Yaml(new Constructor(new LoaderOptions()), new Representer(options), options);
        StringWriter out = new StringWriter();
        try {
            MappingNode root = node();
            root.setBlockComments(List.of());
            for (String line : comments) {
                out.write("# " + line + "\n");
            }
            yaml.serialize(root, out);
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    private MappingNode node() {
        List<NodeTuple> tuples = new ArrayList<>();
        entries.forEach((key, value) -> tuples.add(new NodeTuple(scalar(key), node(value))));
        MappingNode node = new MappingNode(Tag.MAP, tuples, DumperOptions.FlowStyle.BLOCK);
        node.setBlockComments(comments.stream()
                .map(line -> new CommentLine(null, null, " " + line, CommentType.BLOCK))
                .toList());
        return node;
    }

    private static Node node(Object value) {
        return switch (value) {
            case CommentedYaml mapping -> mapping.node();
            case List<?> list -> {
                List<Node> items = list.stream().map(CommentedYaml::node).toList();
                boolean flat = items.stream().allMatch(ScalarNode.class::isInstance);
                yield new SequenceNode(
                        Tag.SEQ, items, flat ? DumperOptions.FlowStyle.FLOW : DumperOptions.FlowStyle.BLOCK);
            }
            case Integer number ->
                new ScalarNode(Tag.INT, number.toString(), null, null, DumperOptions.ScalarStyle.PLAIN);
            case Double number ->
                new ScalarNode(Tag.FLOAT, number.toString(), null, null, DumperOptions.ScalarStyle.PLAIN);
            case Boolean flag -> new ScalarNode(Tag.BOOL, flag.toString(), null, null, DumperOptions.ScalarStyle.PLAIN);
            default -> scalar(value.toString());
        };
    }

    private static ScalarNode scalar(String text) {
        DumperOptions.ScalarStyle style =
                text.contains("\n") ? DumperOptions.ScalarStyle.LITERAL : DumperOptions.ScalarStyle.PLAIN;
        return new ScalarNode(Tag.STR, text, null, null, style);
    }
}
