package dev.tocsin.config;

import dev.tocsin.alert.MatcherSyntax;
import dev.tocsin.core.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads conditions: {@code match}, {@code match_re} and {@code matchers}, with or without a prefix. */
final class AlertmanagerMatchers {
    private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private AlertmanagerMatchers() {}

    /** All conditions, old and new style, in Alertmanager's order. */
    static List<Matcher> read(@Nullable YamlNode match, @Nullable YamlNode matchRe, @Nullable YamlNode matchers)
            throws ConfigException {
        List<Matcher> all = new ArrayList<>();
        if (match != null) {
            for (Map.Entry<String, YamlNode> entry : match.asMap().entrySet()) {
                all.add(Matcher.ofAlert(
                        labelName(entry), Matcher.Op.EQUAL, entry.getValue().asString()));
            }
        }
        if (matchRe != null) {
            for (Map.Entry<String, YamlNode> entry : matchRe.asMap().entrySet()) {
                // Anchored in the text, since the text is part of the route's key.
                String regex = "^(?:" + entry.getValue().asString() + ")$";
                all.add(regex(entry.getValue(), labelName(entry), regex));
            }
        }
        if (matchers != null) {
            for (YamlNode text : matchers.asList()) {
                all.addAll(parsed(text));
            }
        }
        all.sort(MatcherSyntax.ORDER);
        return all;
    }

    private static String labelName(Map.Entry<String, YamlNode> entry) throws ConfigException {
        if (!LABEL_NAME.matcher(entry.getKey()).matches()) {
            throw entry.getValue().error("invalid label name \"" + entry.getKey() + "\"");
        }
        return entry.getKey();
    }

    private static Matcher regex(YamlNode node, String name, String regex) throws ConfigException {
        try {
            return Matcher.ofAlert(name, Matcher.Op.MATCHES, regex);
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static List<Matcher> parsed(YamlNode node) throws ConfigException {
        try {
            return MatcherSyntax.parseAll(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }
}
