package dev.tocsin.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Named templates that others call by {@code {{template "name" .}}}, gathered from several sources. Immutable; equal
 * where the same names say the same.
 */
public final class TemplateLibrary {
    public static final TemplateLibrary EMPTY = new TemplateLibrary(Map.of());

    private final Map<String, Body> bodies;

    private TemplateLibrary(Map<String, Body> bodies) {
        this.bodies = Collections.unmodifiableMap(bodies);
    }

    /** These and what {@code source} defines, which takes the place of an equal name's, as in Go where it is not empty. */
    public TemplateLibrary with(Template source) {
        Map<String, Body> all = new LinkedHashMap<>(bodies);
        source.definitions().forEach((name, body) -> {
            if (!body.statements().isEmpty() || !all.containsKey(name)) {
                all.put(name, body);
            }
        });
        return new TemplateLibrary(all);
    }

    public Set<String> names() {
        return bodies.keySet();
    }

    Map<String, Body> bodies() {
        return bodies;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof TemplateLibrary other && bodies.equals(other.bodies);
    }

    @Override
    public int hashCode() {
        return Objects.hash(bodies.keySet());
    }
}
