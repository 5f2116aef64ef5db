package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of the routing tree. An alert goes down to the first child that matches, to further ones after a child that
 * says {@code continue}, and stays here where no child matches. Immutable, safe from any thread; two routes are equal
 * only if they are the same node.
 */
public final class Route {
    private final String key;
    private final List<Matcher> matchers;
    private final boolean continues;
    private final RouteOptions options;
    private final TimeGate times;
    private final List<Route> children;

    /**
     * @param parentKey the parent's {@link #key()}; empty for the root
     * @param matchers sorted as Alertmanager sorts them, since they make the key
     */
    public Route(
            String parentKey,
            List<Matcher> matchers,
            boolean continues,
            RouteOptions options,
            TimeGate times,
            List<Route> children) {
        this.matchers = List.copyOf(matchers);
        this.key = keyOf(parentKey, matchers);
        this.continues = continues;
        this.options = options;
        this.times = times;
        this.children = List.copyOf(children);
    }

    /** A tree of one node, which takes everything. */
    public static Route root(RouteOptions options) {
        return new Route("", List.of(), false, options, TimeGate.ALWAYS_OPEN, List.of());
    }

    /** The same with another child before all others. */
    Route withFirst(Route child) {
        List<Route> all = new ArrayList<>(children.size() + 1);
        all.add(child);
        all.addAll(children);
        return new Route(this, all);
    }

    private Route(Route same, List<Route> children) {
        this.key = same.key;
        this.matchers = same.matchers;
        this.continues = same.continues;
        this.options = same.options;
        this.times = same.times;
        this.children = List.copyOf(children);
    }

    /** The key of a route with these matchers, for use before its children are built. */
    public static String keyOf(String parentKey, List<Matcher> matchers) {
        String own =
                "{" + String.join(",", matchers.stream().map(Matcher::toString).toList()) + "}";
        return parentKey.isEmpty() ? own : parentKey + "/" + own;
    }

    /** The path of matchers from the root, as Alertmanager writes it into group keys: {@code {}/{team="x"}}. */
    public String key() {
        return key;
    }

    public RouteOptions options() {
        return options;
    }

    public TimeGate times() {
        return times;
    }

    public boolean continues() {
        return continues;
    }

    public List<Route> children() {
        return children;
    }

    public List<Matcher> matchers() {
        return matchers;
    }

    /** The routes that take this alert, in the order of the file; empty where this node does not match. */
    public List<Route> match(Labels alert) {
        List<Route> found = new ArrayList<>(1);
        collect(alert, found);
        return found;
    }

    private boolean collect(Labels alert, List<Route> found) {
        for (Matcher matcher : matchers) {
            if (!matcher.matches(alert)) {
                return false;
            }
        }
        boolean taken = false;
        for (Route child : children) {
            boolean matched = child.collect(alert, found);
            taken |= matched;
            if (matched && !child.continues) {
                break;
            }
        }
        if (!taken) {
            found.add(this);
        }
        return true;
    }

    @Override
    public String toString() {
        return key + " → " + options.receiver();
    }
}
