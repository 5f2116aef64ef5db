package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.util.Set;

/**
 * Which labels make a group. Immutable.
 *
 * @param all {@code group_by: ['...']}: every distinct set of labels is a group of its own
 */
public record GroupBy(Set<String> names, boolean all) {
    /** One group for everything on the route. */
    public static final GroupBy NOTHING = new GroupBy(Set.of(), false);

    public static final GroupBy ALL = new GroupBy(Set.of(), true);

    public GroupBy {
        names = Set.copyOf(names);
    }

    public static GroupBy of(String... names) {
        return new GroupBy(Set.of(names), false);
    }

    /** The labels that the group of this alert bears. */
    public Labels groupLabels(Labels alert) {
        return all ? alert : alert.keep(names);
    }
}
