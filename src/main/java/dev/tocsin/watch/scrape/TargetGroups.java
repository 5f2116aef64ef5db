package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Reads what file and HTTP discovery find: a list of {@code {targets: ["host:port"], labels: {name: value}}}, as YAML, of
 * which JSON is a part. Bounded: 8 MB, 50,000 targets. Stateless.
 */
final class TargetGroups {
    static final int MOST_BYTES = 8 << 20;
    static final int MOST_TARGETS = 50_000;

    private TargetGroups() {}

    /**
     * The groups of a text.
     *
     * @param meta labels that every group gets beside its own
     * @throws IllegalArgumentException saying what is wrong
     */
    static List<TargetGroup> parse(String text, Labels meta) {
        Object root;
        try {
            LoaderOptions options = new LoaderOptions();
            options.setCodePointLimit(MOST_BYTES);
            options.setMaxAliasesForCollections(0);
            root = new Yaml(new SafeConstructor(options)).load(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "neither JSON nor YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        }
        List<TargetGroup> groups = new ArrayList<>();
        int targets = 0;
        for (Object item : root == null ? List.of() : list(root, "the whole")) {
            TargetGroup group = group(map(item, "an item"), meta);
            targets += group.addresses().size();
            if (targets > MOST_TARGETS) {
                throw new IllegalArgumentException("more than " + MOST_TARGETS + " targets, which is the most allowed");
            }
            groups.add(group);
        }
        return groups;
    }

    private static TargetGroup group(Map<?, ?> item, Labels meta) {
        List<String> addresses = new ArrayList<>();
        Map<String, String> labels = new LinkedHashMap<>(meta.toMap());
        item.forEach((key, value) -> {
            switch (String.valueOf(key)) {
                case "targets" -> list(value, "targets").forEach(target -> addresses.add(text(target, "a target")));
                case "labels" ->
                    map(value, "labels")
                            .forEach(
                                    (name, said) -> labels.put(labelName(String.valueOf(name)), text(said, "a label")));
                default ->
                    throw new IllegalArgumentException(
                            "an item has the unknown key \"" + key + "\"; known are: labels, targets");
            }
        });
        return new TargetGroup(addresses, Labels.of(labels));
    }

    private static String labelName(String name) {
        if (!Relabeling.isLabelName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a valid label name");
        }
        return name;
    }

    private static List<?> list(@Nullable Object value, String what) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException(what + " must be a list");
    }

    private static Map<?, ?> map(@Nullable Object value, String what) {
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(what + " must be a mapping");
    }

    private static String text(@Nullable Object value, String what) {
        if (value instanceof List<?> || value instanceof Map<?, ?> || value == null) {
            throw new IllegalArgumentException(what + " must be text");
        }
        return value.toString();
    }
}
