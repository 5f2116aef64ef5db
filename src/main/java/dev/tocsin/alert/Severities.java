package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who hears, by their {@code severity} label, of alerts that no branch of the routing tree takes. Immutable.
 *
 * @param routes of each of {@link #NAMES} that says something
 */
public record Severities(Map<String, List<Route>> routes) {
    /** The least first. */
    public static final List<String> NAMES = List.of("low", "medium", "high", "critical");

    public static final Severities NONE = new Severities(Map.of());

    static final String LABEL = "severity";

    /** What Prometheus' rules mostly say instead. */
    private static final Map<String, String> SYNONYMS = Map.of("info", "low", "warning", "medium");

    public Severities {
        Map<String, List<Route>> copy = new HashMap<>();
        routes.forEach((name, all) -> copy.put(name, List.copyOf(all)));
        routes = Map.copyOf(copy);
    }

    /** Empty where nothing is said for the alert's severity. */
    List<Route> routesOf(Labels alert) {
        if (routes.isEmpty()) {
            return List.of();
        }
        String severity = alert.get(LABEL);
        return routes.getOrDefault(SYNONYMS.getOrDefault(severity, severity), List.of());
    }

    /** All values of the label that mean a severity, as a matcher of it would list them. */
    public static String valuesOf(String name) {
        StringBuilder values = new StringBuilder(name);
        SYNONYMS.forEach((synonym, meant) -> values.append(meant.equals(name) ? "|" + synonym : ""));
        return values.toString();
    }
}
