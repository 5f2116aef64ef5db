package dev.tocsin.template;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parsed template in the language of Go's {@code text/template}, with its option {@code missingkey=zero}. Immutable;
 * safe from any thread as far as the functions given to {@link #render} are.
 *
 * <p>Surprising, as in Go: {@code gt $value 90} is an error where {@code $value} is a fraction, {@code gt $value 90.0}
 * is not; a float prints as {@code 1e+06}.
 *
 * <p>Bounded: 100 levels of nesting, 100 levels of template calls, and what {@link Output} says of steps and characters.
 * What goes beyond is an error.
 */
public final class Template {
    private final String text;
    private final Body body;
    private final Map<String, Body> definitions;

    private Template(Body body, Map<String, Body> definitions) {
        this.text = body.text();
        this.body = body;
        this.definitions = definitions;
    }

    /**
     * @param name told in errors
     * @param functions that will be there when it runs, besides those of every Go template
     * @param variables that will be there when it runs, with their dollar sign
     * @throws TemplateException where it cannot be parsed
     */
    public static Template parse(String name, String text, Set<String> functions, Set<String> variables) {
        Set<String> known = new HashSet<>(functions);
        known.addAll(Builtins.FUNCTIONS.keySet());
        Parser parser = new Parser(name, text, known, variables);
        Body body = new Body(name, text, parser.parse());
        Map<String, Body> definitions = new LinkedHashMap<>();
        parser.definitions().forEach((defined, nodes) -> definitions.put(defined, new Body(name, text, nodes)));
        return new Template(body, Collections.unmodifiableMap(definitions));
    }

    /** What it says whatever it is given; null where that depends. */
    public @Nullable String constantText() {
        StringBuilder all = new StringBuilder();
        for (Node.Statement statement : body.statements()) {
            if (!(statement instanceof Node.Text part)) {
                return null;
            }
            all.append(part.text());
        }
        return all.toString();
    }

    /** Whether a function stands anywhere in it. */
    public boolean calls(String function) {
        // A name in a text literal is counted too: it costs a needless rendering, never a wrong one.
        return text.contains(function);
    }

    /** As written. */
    public String text() {
        return text;
    }

    /**
     * The template's text for one set of values.
     *
     * @param dot what {@code .} is
     * @param variables by name, with their dollar sign
     * @throws TemplateException where it fails: a function that refuses, a field that is not there, a bound that is hit
     */
    public String render(Object dot, Map<String, Object> variables, Map<String, Function> functions) {
        return new Execution(body, definitions, functions, Output.SHORT_TEXT).run(dot, variables);
    }

    /**
     * The template's text for one value.
     *
     * @param library what it may call besides what it defines itself
     * @throws TemplateException as above; its position is in whichever source the fault is
     */
    public String render(Object dot, Map<String, Function> functions, TemplateLibrary library, Output output) {
        Map<String, Body> all =
                definitions.isEmpty() ? library.bodies() : library.with(this).bodies();
        return new Execution(body, all, functions, output).run(dot, Map.of());
    }

    /** The names of templates that it calls, or that those call, and that neither it nor the library defines. */
    public Set<String> missing(TemplateLibrary library) {
        return Calls.missing(body.statements(), library.with(this).bodies());
    }

    Map<String, Body> definitions() {
        return definitions;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Template other && text.equals(other.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
