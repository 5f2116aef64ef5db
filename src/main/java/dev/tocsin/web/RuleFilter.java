package dev.tocsin.web;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import dev.tocsin.rule.RuleView;
import dev.tocsin.rule.RulesView;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which rules a request to {@code /api/v1/rules} asks for. No state. */
final class RuleFilter {
    private RuleFilter() {}

    /** By {@code type}, {@code rule_name[]}, and {@code match[]} on the rule's labels as written. */
    static Predicate<RuleView> of(MultiMap parameters, List<List<Matcher>> selectors) {
        Set<String> names = Set.copyOf(parameters.getAll("rule_name[]"));
        Predicate<RuleView> type = type(parameters.get("type"));
        return view -> type.test(view)
                && (names.isEmpty() || names.contains(view.rule().name()))
                && (selectors.isEmpty() || selectors.stream().anyMatch(selector -> matches(view, selector)));
    }

    private static boolean matches(RuleView view, List<Matcher> selector) {
        Labels labels = Labels.of(view.rule().labelTexts());
        return selector.stream().allMatch(matcher -> matcher.matches(labels));
    }

    private static Predicate<RuleView> type(@Nullable String type) {
        return switch (type == null ? "" : type.toLowerCase(java.util.Locale.ROOT)) {
            case "" -> view -> true;
            case "alert" -> RuleView.Alerting.class::isInstance;
            case "record" -> RuleView.Recording.class::isInstance;
            default -> throw ApiError.badParameter("type", "not supported value \"" + type + "\"");
        };
    }

    /** A parameter that is true or false; false where there is none. */
    static boolean flag(MultiMap parameters, String name) {
        String value = parameters.get(name);
        return switch (value == null ? "" : value) {
            case "", "0", "f", "F", "false", "False", "FALSE" -> false;
            case "1", "t", "T", "true", "True", "TRUE" -> true;
            default -> throw ApiError.badParameter(name, "cannot parse \"" + value + "\" to a boolean");
        };
    }

    /** The group with only those of its rules that are wanted. */
    static RulesView.Group only(RulesView.Group group, Predicate<RuleView> wanted) {
        return new RulesView.Group(
                group.group(),
                group.intervalMillis(),
                group.lastJudgedMillis(),
                group.durationNanos(),
                group.rules().stream().filter(wanted).toList());
    }
}
