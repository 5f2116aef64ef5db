package dev.tocsin.config;

import com.google.re2j.Pattern;
import dev.tocsin.core.Regex;
import dev.tocsin.watch.scrape.Relabeling;
import dev.tocsin.watch.scrape.Relabeling.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code relabel_configs}, as strictly as Prometheus does. Stateless. */
final class RelabelingReader {
    private static final Set<String> KEYS =
            Set.of("source_labels", "separator", "regex", "modulus", "target_label", "replacement", "action");
    private static final List<String> ACTIONS =
            Arrays.stream(Action.values()).map(Action::word).sorted().toList();
    private static final String ALL = "(.*)";
    private static final String FIRST_GROUP = "$1";
    /** A label's name, parts of which may be groups of the regex. */
    private static final Pattern TEMPLATE = Pattern.compile("(?:(?:[a-zA-Z_]|\\$(?:\\{\\w+\\}|\\w+))+\\w*)+");

    private RelabelingReader() {}

    /** Dollars stand for groups of the regex, not for environment variables. */
    static Relabeling read(YamlNode entry) throws ConfigException {
        YamlNode node = entry.withoutEnvironment();
        Map<String, YamlNode> keys = node.asMap(KEYS);
        YamlNode said = keys.get("action");
        Action action = said == null ? Action.REPLACE : action(said);
        List<String> sources = new ArrayList<>();
        if (keys.containsKey("source_labels")) {
            for (YamlNode source : keys.get("source_labels").asList()) {
                if (!Relabeling.isLabelName(source.asString())) {
                    throw source.error("\"" + source.asString() + "\" is not a valid label name");
                }
                sources.add(source.asString());
            }
        }
        Relabeling relabeling = new Relabeling(
                action,
                sources,
                text(keys, "separator", ";"),
                regex(keys.get("regex")),
                text(keys, "target_label", ""),
                text(keys, "replacement", FIRST_GROUP),
                keys.containsKey("modulus") ? keys.get("modulus").asLong(0, Long.MAX_VALUE) : 0);
        check(node, keys, relabeling);
        return relabeling;
    }

    private static Action action(YamlNode node) throws ConfigException {
        String word = node.asString().toLowerCase(Locale.ROOT);
        if (!ACTIONS.contains(word)) {
            throw node.error("unknown relabel action \"" + node.asString() + "\"; " + Suggestion.of(word, ACTIONS));
        }
        return Action.valueOf(word.toUpperCase(Locale.ROOT));
    }

    private static Pattern regex(@Nullable YamlNode node) throws ConfigException {
        if (node == null) {
            return Regex.pattern(ALL);
        }
        try {
            return Regex.pattern(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static String text(Map<String, YamlNode> keys, String key, String otherwise) throws ConfigException {
        return keys.containsKey(key) ? keys.get(key).asString() : otherwise;
    }

    private static void check(YamlNode node, Map<String, YamlNode> keys, Relabeling is) throws ConfigException {
        String word = is.action().word();
        boolean hasTarget = !is.targetLabel().isEmpty();
        boolean isPlainName = Relabeling.isLabelName(is.targetLabel());
        switch (is.action()) {
            case REPLACE, HASHMOD, LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> {
                if (!hasTarget) {
                    throw node.error("relabel configuration for " + word + " action requires 'target_label' value");
                }
                boolean fits = is.action() == Action.REPLACE ? TEMPLATE.matches(is.targetLabel()) : isPlainName;
                if (!fits) {
                    throw keys.getOrDefault("target_label", node)
                            .error("\"" + is.targetLabel() + "\" is invalid 'target_label' for " + word + " action");
                }
            }
            case LABELMAP -> {
                if (!TEMPLATE.matches(is.replacement())) {
                    throw node.error("\"" + is.replacement() + "\" is invalid 'replacement' for " + word + " action");
                }
            }
            default -> {}
        }
        if (is.action() == Action.HASHMOD && is.modulus() == 0) {
            throw node.error("relabel configuration for hashmod requires non-zero modulus");
        }
        if ((is.action() == Action.LOWERCASE || is.action() == Action.UPPERCASE)
                && !is.replacement().equals(FIRST_GROUP)) {
            throw node.error("'replacement' can not be set for " + word + " action");
        }
        if (is.action() == Action.KEEPEQUAL || is.action() == Action.DROPEQUAL) {
            only(node, keys, word, Set.of("action", "source_labels", "target_label"));
        }
        if (is.action() == Action.LABELDROP || is.action() == Action.LABELKEEP) {
            only(node, keys, word, Set.of("action", "regex"));
        }
    }

    private static void only(YamlNode node, Map<String, YamlNode> keys, String word, Set<String> allowed)
            throws ConfigException {
        if (!allowed.containsAll(keys.keySet())) {
            List<String> fields = allowed.stream()
                    .filter(key -> !key.equals("action"))
                    .sorted()
                    .toList();
            throw node.error(word + " action requires only " + String.join(" and ", fields) + ", and no other fields");
        }
    }
}
