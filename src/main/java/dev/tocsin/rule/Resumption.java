package dev.tocsin.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/** Which rule of a reloaded group goes on for which rule before. Stateless. */
final class Resumption {
    private Resumption() {}

    /** Hands the state of each rule to the one that goes on for it, and returns those that none goes on for. */
    static List<GroupState.Slot> resume(List<GroupState.Slot> before, List<GroupState.Slot> after) {
        List<GroupState.Slot> left = new ArrayList<>(before);
        List<GroupState.Slot> open = new ArrayList<>(after);
        match(left, open, (a, b) -> sameRule(a, b) && sameExpression(a, b));
        match(left, open, Resumption::sameRule);
        return left;
    }

    private static void match(List<GroupState.Slot> left, List<GroupState.Slot> open, BiPredicate<Rule, Rule> goesOn) {
        open.removeIf(slot -> {
            for (GroupState.Slot candidate : left) {
                if (goesOn.test(candidate.rule.rule(), slot.rule.rule())) {
                    slot.resume(candidate);
                    left.remove(candidate);
                    return true;
                }
            }
            return false;
        });
    }

    private static boolean sameRule(Rule a, Rule b) {
        return a.getClass() == b.getClass()
                && a.name().equals(b.name())
                && a.labelTexts().equals(b.labelTexts());
    }

    private static boolean sameExpression(Rule a, Rule b) {
        return a.expr().toString().equals(b.expr().toString());
    }
}
