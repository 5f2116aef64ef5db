package dev.tocsin.template;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Labels or annotations as Alertmanager's templates see them: a {@code map[string]string} by name, where a missing name is
 * an empty text, with the methods {@code SortedPairs}, {@code Remove}, {@code Names} and {@code Values}, all of which put
 * {@code alertname} first and the others in order. Immutable.
 */
public final class KeyValues extends AbstractMap<String, String> implements Struct {
    private static final String FIRST = "alertname";

    private final SortedMap<String, String> entries;

    public KeyValues(Map<String, String> entries) {
        this.entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return entries.entrySet();
    }

    /** The value, or an empty text. */
    String text(String name) {
        return entries.getOrDefault(name, "");
    }

    @Override
    public @Nullable Object member(String name, List<Object> arguments) throws FunctionException {
        Arguments given = new Arguments(name, arguments);
        switch (name) {
            case "Remove" -> {
                given.count(1);
                SortedMap<String, String> kept = new TreeMap<>(entries);
                for (Object removed : given.expect(0, List.class, "[]string")) {
                    kept.remove(String.valueOf(removed));
                }
                return new KeyValues(kept);
            }
            case "SortedPairs", "Names", "Values" -> given.count(0);
            default -> {
                if (!arguments.isEmpty()) {
                    throw new FunctionException(name + " is not a method but has arguments");
                }
                return text(name);
            }
        }
        Pairs pairs = sortedPairs();
        return name.equals("SortedPairs") ? pairs : pairs.member(name, arguments);
    }

    /** The entries, {@code alertname} first. */
    public Pairs sortedPairs() {
        List<Pair> pairs = new ArrayList<>();
        String first = entries.get(FIRST);
        if (first != null) {
            pairs.add(new Pair(FIRST, first));
        }
        entries.forEach((name, value) -> {
            if (!name.equals(FIRST)) {
                pairs.add(new Pair(name, value));
            }
        });
        return new Pairs(pairs);
    }

    @Override
    public String typeName() {
        return "template.KV";
    }

    /** As Go prints a map. */
    @Override
    public String toString() {
        return GoFormat.value(entries);
    }

    /** A name and its value. */
    public record Pair(String name, String value) implements Struct {
        @Override
        public @Nullable Object member(String member, List<Object> arguments) {
            return switch (member) {
                case "Name" -> name;
                case "Value" -> value;
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "template.Pair";
        }

        @Override
        public String toString() {
            return "{" + name + " " + value + "}";
        }
    }

    /** Pairs in order, with the methods {@code Names} and {@code Values}. Immutable. */
    public static final class Pairs extends ListStruct<Pair> {
        Pairs(List<Pair> pairs) {
            super(pairs, "template.Pairs");
        }

        @Override
        public @Nullable Object member(String name, List<Object> arguments) {
            return switch (name) {
                case "Names" -> stream().map(Pair::name).toList();
                case "Values" -> stream().map(Pair::value).toList();
                default -> null;
            };
        }
    }
}
