package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML value that knows where it stands, so that every complaint can name file, line and key. Typed readers are
 * strict: the wrong shape is an error, never a guess. Bounded: 3 MB a file, 50 levels, 50 aliases.
 */
public final class YamlNode {
    private static final int MAX_CODE_POINTS = 3 << 20;
    /** Most tabs between words that are read as blanks, each at the cost of reading the text once more. */
    private static final int MAX_TABS = 100;

    private final String file;
    private final String path;
    private final @Nullable Node node;
    /** Whether the place in the text means something to the reader: not so for a value from the command line. */
    private final boolean hasLines;
    /** Expands what stands in {@code ${…}}; null where dollars mean nothing. */
    private final @Nullable Placeholders placeholders;

    private YamlNode(
            String file, String path, @Nullable Node node, boolean hasLines, @Nullable Placeholders placeholders) {
        this.file = file;
        this.path = path;
        this.node = node;
        this.hasLines = hasLines;
        this.placeholders = placeholders;
    }

    /** @param file the name told in errors; an empty text is an empty mapping */
    public static YamlNode parse(String file, String text) throws ConfigException {
        return new YamlNode(file, "", compose(file, text), true, null);
    }

    /** All documents of a file, parted by {@code ---}. */
    public static List<YamlNode> parseAll(String file, String text) throws ConfigException {
        List<YamlNode> documents = new ArrayList<>();
        for (Node node : composeAll(file, text)) {
            documents.add(new YamlNode(file, "", node, true, null));
        }
        return documents;
    }

    /**
     * A value that stands in no file: from the environment or the command line. A list or mapping is written in
     * brackets or braces, as YAML does on one line; anything else is taken as it is.
     *
     * @param source the name told in errors instead of a file
     * @param key its dotted key
     */
    public static YamlNode parseValue(String source, String key, String text) throws ConfigException {
        boolean collection = text.startsWith("[") || text.startsWith("{");
        Node node = collection
                ? compose(source, text)
                : new ScalarNode(Tag.STR, text, null, null, DumperOptions.ScalarStyle.PLAIN);
        return new YamlNode(source, key, node, false, null);
    }

    /**
     * The same node, whose scalars (and those beneath it) have {@code ${NAME}} replaced from {@code environment} when
     * they are read; {@code ${NAME:-text}} says what an unset variable stands for; a doubled dollar before the
     * brace is a plain one.
     */
    public YamlNode withEnvironment(Map<String, String> environment) {
        return new YamlNode(file, path, node, hasLines, new Placeholders(environment));
    }

    /** The same node, in which dollars mean nothing here: the text is a template of its own kind. */
    YamlNode withoutEnvironment() {
        return new YamlNode(file, path, node, hasLines, null);
    }

    private static @Nullable Node compose(String file, String text) throws ConfigException {
        return reading(file, text, (yaml, one) -> Optional.ofNullable(yaml.compose(new java.io.StringReader(one))))
                .orElse(null);
    }

    private static List<Node> composeAll(String file, String text) throws ConfigException {
        return reading(file, text, (yaml, one) -> {
            List<Node> nodes = new ArrayList<>();
            yaml.composeAll(new java.io.StringReader(one)).forEach(nodes::add);
            return nodes;
        });
    }

    private static <T> T reading(String file, String text, BiFunction<Yaml, String, T> read) throws ConfigException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        options.setNestingDepthLimit(50);
        options.setMaxAliasesForCollections(50);
        options.setAllowDuplicateKeys(false);
        String readable = text;
        for (int tabs = 0; ; tabs++) {
            try {
                return read.apply(new Yaml(options), readable);
            } catch (MarkedYAMLException e) {
                String without = tabs < MAX_TABS ? withoutTab(readable, e.getProblemMark()) : null;
                if (without == null) {
                    int line =
                            e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
                    throw new ConfigException(file, line, "", "not valid YAML: " + e.getProblem());
                }
                readable = without;
            } catch (RuntimeException e) {
                throw new ConfigException(file, 0, "", "not valid YAML: " + e.getMessage());
            }
        }
    }

    /**
     * The text with a blank for the tab at which reading it failed; null where that is not what it failed at. YAML allows
     * tabs between words (not as indentation), the parser does not.
     */
    private static @Nullable String withoutTab(String text, @Nullable Mark mark) {
        if (mark == null || mark.getIndex() > text.codePointCount(0, text.length())) {
            return null;
        }
        int at = text.offsetByCodePoints(0, mark.getIndex());
        boolean inLine = at < text.length()
                && text.charAt(at) == '\t'
                && !text.substring(text.lastIndexOf('\n', at) + 1, at).isBlank();
        return inLine ? text.substring(0, at) + ' ' + text.substring(at + 1) : null;
    }

    public String file() {
        return file;
    }

    /** From 1; 0 where there is no such place. */
    public int line() {
        return node == null || !hasLines ? 0 : node.getStartMark().getLine() + 1;
    }

    /** The dotted key, with list positions from 0: {@code groups[0].rules[2].expr}. */
    public String path() {
        return path;
    }

    public ConfigException error(String reason) {
        return new ConfigException(file, line(), path, reason);
    }

    /**
     * An error at one character of this scalar's text, with its line and column in the file.
     *
     * @param fileText what was parsed
     * @param index into {@link #asString}
     */
    public ConfigException errorAt(String fileText, int index, String reason) {
        if (!(node instanceof ScalarNode scalar) || !hasLines) {
            return error(reason);
        }
        ScalarPlace place = ScalarPlace.of(fileText, scalar, index);
        return new ConfigException(file, place.line(), path, "column " + place.column() + ": " + reason);
    }

    /** A tag of the file's own, like {@code !Sub}; empty where there is none. */
    public String tag() {
        String tag = node == null ? "" : node.getTag().getValue();
        return tag.startsWith("!") ? tag : "";
    }

    public boolean isNull() {
        return node == null || (node instanceof ScalarNode && Tag.NULL.equals(node.getTag()));
    }

    public boolean isMap() {
        return node instanceof MappingNode;
    }

    public boolean isList() {
        return node instanceof SequenceNode;
    }

    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** Whether it is text without quotes around it, which YAML may take for a number or a truth value. */
    boolean isPlain() {
        return node instanceof ScalarNode scalar && scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
    }

    /** The entries of a mapping in file order; empty for null. Keys given twice are an error. */
    public Map<String, YamlNode> asMap() throws ConfigException {
        if (isNull()) {
            return Map.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            throw error("expected a mapping, found " + shape());
        }
        Map<String, YamlNode> map = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw error("a key must be plain text");
            }
            if (Tag.MERGE.equals(key.getTag())) {
                continue;
            }
            String name = key.getValue();
            YamlNode value = child(path.isEmpty() ? name : path + "." + name, tuple.getValueNode());
            if (map.put(name, value) != null) {
                int line = hasLines ? key.getStartMark().getLine() + 1 : 0;
                throw new ConfigException(file, line, value.path, "this key stands twice");
            }
        }
        boolean merged = false;
        for (NodeTuple tuple : mapping.getValue()) {
            if (Tag.MERGE.equals(tuple.getKeyNode().getTag())) {
                if (merged) {
                    throw error("the key << stands twice");
                }
                merged = true;
                merged(tuple.getValueNode()).forEach(map::putIfAbsent);
            }
        }
        return map;
    }

    /** What YAML's {@code <<} brings in: a mapping, or several of which the first that has a key wins. */
    private Map<String, YamlNode> merged(Node from) throws ConfigException {
        YamlNode source = child(path, from);
        if (source.isNull()) {
            throw source.error("<< needs a mapping, or a list of mappings");
        }
        if (!source.isList()) {
            return source.asMap();
        }
        Map<String, YamlNode> all = new LinkedHashMap<>();
        for (YamlNode each : source.asList()) {
            each.asMap().forEach(all::putIfAbsent);
        }
        return all;
    }

    /** The entries of a mapping, which may hold no other keys than these; of another key is told what was meant. */
    public Map<String, YamlNode> asMap(Collection<String> allowedKeys) throws ConfigException {
        Map<String, YamlNode> map = asMap();
        for (Map.Entry<String, YamlNode> entry : map.entrySet()) {
            if (!allowedKeys.contains(entry.getKey())) {
                List<String> known = allowedKeys.stream().sorted().toList();
                throw entry.getValue().error("unknown key; " + Suggestion.of(entry.getKey(), known));
            }
        }
        return map;
    }

    /** The items of a list; empty for null. */
    public List<YamlNode> asList() throws ConfigException {
        if (isNull()) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw error("expected a list, found " + shape());
        }
        List<YamlNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(child(path + "[" + items.size() + "]", item));
        }
        return items;
    }

    /** The text of a scalar as written (numbers and booleans too); empty for null. */
    public String asString() throws ConfigException {
        if (isNull()) {
            return "";
        }
        if (!(node instanceof ScalarNode scalar)) {
            throw error("expected text, found " + shape());
        }
        return text(scalar);
    }

    private String text(ScalarNode scalar) throws ConfigException {
        if (placeholders == null) {
            return scalar.getValue();
        }
        try {
            return placeholders.expand(scalar.getValue());
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private YamlNode child(String childPath, Node child) {
        return new YamlNode(file, childPath, child, hasLines, placeholders);
    }

    public boolean asBoolean() throws ConfigException {
        return switch (asString()) {
            case "true", "True", "TRUE", "yes", "on" -> true;
            case "false", "False", "FALSE", "no", "off" -> false;
            default -> throw error("expected true or false, found \"" + asString() + "\"");
        };
    }

    public long asLong(long least, long most) throws ConfigException {
        try {
            long value = Long.parseLong(asString().replace("_", ""));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, with the range
        }
        throw error("expected a whole number from " + least + " to " + most + ", found \"" + asString() + "\"");
    }

    /** A whole number as Prometheus reads it from YAML: {@link YamlInteger}. */
    public long asYamlInteger() throws ConfigException {
        OptionalLong value = node instanceof ScalarNode scalar ? YamlInteger.of(scalar) : OptionalLong.empty();
        return value.orElseThrow(() -> error("expected a whole number, found " + shape()));
    }

    public int asInt(int least, int most) throws ConfigException {
        return Math.toIntExact(asLong(least, most));
    }

    public double asDouble() throws ConfigException {
        try {
            return Double.parseDouble(asString());
        } catch (NumberFormatException e) {
            throw error("expected a number, found \"" + asString() + "\"");
        }
    }

    /** Prometheus' form: {@code 30s}, {@code 1h30m}. */
    public Duration asDuration() throws ConfigException {
        try {
            return PromDuration.parse(asString());
        } catch (IllegalArgumentException e) {
            throw error(e.getMessage() == null ? "not a duration" : e.getMessage());
        }
    }

    /** Bytes: a whole number, or one with k, M or G after it (powers of 1,024): {@code 8M}. */
    public long asBytes() throws ConfigException {
        String text = asString().trim();
        int shift = text.isEmpty()
                ? 0
                : switch (text.charAt(text.length() - 1)) {
                    case 'k', 'K' -> 10;
                    case 'm', 'M' -> 20;
                    case 'g', 'G' -> 30;
                    default -> 0;
                };
        String number = shift == 0 ? text : text.substring(0, text.length() - 1).trim();
        try {
            return Math.multiplyExact(Long.parseUnsignedLong(number), 1L << shift);
        } catch (NumberFormatException | ArithmeticException e) {
            throw error("expected a size in bytes like 65536, 64k or 8M, found \"" + asString() + "\"");
        }
    }

    private String shape() {
        if (isNull()) {
            return "nothing";
        }
        return isMap()
                ? "a mapping"
                : isList() ? "a list" : "the text \"" + ((ScalarNode) Objects.requireNonNull(node)).getValue() + "\"";
    }
}
