package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.util.List;

/**
 * While an alert fires that the source matchers match, those that the target matchers match, and that have the same
 * values of the labels in {@code equal}, tell nobody. Immutable.
 */
public record InhibitRule(List<Matcher> source, List<Matcher> target, List<String> equal) {
    public InhibitRule {
        source = List.copyOf(source);
        target = List.copyOf(target);
        equal = List.copyOf(equal);
    }

    boolean isSource(Labels labels) {
        return all(source, labels);
    }

    boolean isTarget(Labels labels) {
        return all(target, labels);
    }

    /** What source and target must have in common; a label that is absent has the empty value. */
    List<String> key(Labels labels) {
        return equal.stream().map(labels::get).toList();
    }

    private static boolean all(List<Matcher> matchers, Labels labels) {
        for (Matcher matcher : matchers) {
            if (!matcher.matches(labels)) {
                return false;
            }
        }
        return true;
    }
}
