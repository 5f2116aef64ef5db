package dev.tocsin.web;

import dev.tocsin.web.Variable.Source;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables of a dashboard, and where {@code $name} or <code>${name}</code> stands for one. Immutable. */
public record Variables(List<Variable> list) {
    /** A name begins with a letter, so that {@code $1} of a regular expression's group is none. */
    static final Pattern REFERENCE = Pattern.compile("\\$(?:\\{([A-Za-z_]\\w*)}|([A-Za-z_]\\w*))");

    public static final Variables NONE = new Variables(List.of());

    public Variables {
        list = List.copyOf(list);
    }

    /** The names that the text refers to, whether there are such variables or not. */
    public static List<String> references(String text) {
        return REFERENCE.matcher(text).results().map(Variables::name).distinct().toList();
    }

    /** The text with a value that each variable may have, to see whether it can be read; the names must be known. */
    public String example(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        find(name(found)).map(Variables::exampleOf).orElse(found.group())));
    }

    public Optional<Variable> find(String name) {
        return list.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    static String name(java.util.regex.MatchResult found) {
        return Optional.ofNullable(found.group(1)).orElse(found.group(2));
    }

    private static String exampleOf(Variable variable) {
        Function<List<String>, String> first = values -> values.getFirst().replaceAll("[\"'`\\\\\n]", "_");
        return switch (variable.source()) {
            case Source.LabelValues values -> "x";
            case Source.Fixed fixed -> first.apply(fixed.values());
            case Source.Intervals intervals -> first.apply(intervals.values());
        };
    }
}
