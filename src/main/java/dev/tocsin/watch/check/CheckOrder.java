package dev.tocsin.watch.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** Checks in the order of their dependencies. No state. */
public final class CheckOrder {
    /** Longest way from a check to what it depends on last. */
    private static final int MOST_STEPS = 100;

    private CheckOrder() {}

    /** Dependencies that can't be followed. */
    public static final class DependencyException extends IllegalArgumentException {
        private final String check;

        private DependencyException(String check, String reason) {
            super(reason);
            this.check = check;
        }

        /** The name of the check whose dependency it is. */
        public String check() {
            return check;
        }
    }

    /**
     * The same checks, each behind all that it depends on.
     *
     * @throws DependencyException where a dependency is none of them, or leads back to its check: the message names
     *     both
     */
    public static List<CheckDefinition> dependenciesFirst(Collection<CheckDefinition> checks) {
        Map<String, CheckDefinition> byName = new LinkedHashMap<>();
        checks.forEach(check -> byName.put(check.name(), check));
        SequencedSet<CheckDefinition> ordered = new LinkedHashSet<>();
        for (CheckDefinition check : checks) {
            add(check, byName, ordered, new ArrayList<>());
        }
        return List.copyOf(ordered);
    }

    private static void add(
            CheckDefinition check,
            Map<String, CheckDefinition> byName,
            SequencedSet<CheckDefinition> ordered,
            List<String> path) {
        if (ordered.contains(check)) {
            return;
        }
        if (path.contains(check.name())) {
            throw new DependencyException(
                    check.name(),
                    "dependencies go in a circle: "
                            + String.join(" → ", path.subList(path.indexOf(check.name()), path.size())) + " → "
                            + check.name());
        }
        if (path.size() > MOST_STEPS) {
            throw new DependencyException(
                    check.name(), path.getFirst() + " depends on it over more than " + MOST_STEPS + " steps");
        }
        path.add(check.name());
        for (String name : check.dependsOn()) {
            CheckDefinition dependency = byName.get(name);
            if (dependency == null) {
                throw new DependencyException(
                        check.name(),
                        "there is no check \"" + name + "\"; " + "what a check depends on must be one too");
            }
            add(dependency, byName, ordered, path);
        }
        path.removeLast();
        ordered.add(check);
    }
}
