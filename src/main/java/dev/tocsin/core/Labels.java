package dev.tocsin.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of label names and values, sorted by name; the metric name is the label {@code __name__}. A label
 * with an empty value is the same as no label, as in Prometheus. Safe from any thread.
 */
public final class Labels implements Comparable<Labels> {
    /** The label that carries the metric name. */
    public static final String NAME = "__name__";

    public static final Labels EMPTY = new Labels(new String[0]);

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** name, value, name, value, …, sorted by name. */
    private final String[] pairs;

    private final int hash;

    private Labels(String[] pairs) {
        this.pairs = pairs;
        this.hash = Arrays.hashCode(pairs);
    }

    /** Labels of alternating names and values, in any order. A name given twice keeps its last value. */
    public static Labels of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a label name without a value: " + Arrays.toString(namesAndValues));
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return of(map);
    }

    public static Labels of(Map<String, String> map) {
        if (map.isEmpty()) {
            return EMPTY;
        }
        List<String> pairs = new ArrayList<>(map.size() * 2);
        new TreeMap<>(map).forEach((name, value) -> {
            if (!value.isEmpty()) {
                pairs.add(name);
                pairs.add(value);
            }
        });
        return pairs.isEmpty() ? EMPTY : new Labels(pairs.toArray(String[]::new));
    }

    /**
     * Labels of alternating names and values.
     *
     * @param namesAndValues names strictly ascending, no value empty; not to be changed afterwards
     */
    public static Labels ofSorted(String[] namesAndValues) {
        for (int i = 2; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i - 2].compareTo(namesAndValues[i]) >= 0) {
                throw new IllegalArgumentException("label names out of order: " + Arrays.toString(namesAndValues));
            }
        }
        return namesAndValues.length == 0 ? EMPTY : new Labels(namesAndValues);
    }

    public int size() {
        return pairs.length / 2;
    }

    public boolean isEmpty() {
        return pairs.length == 0;
    }

    /** The {@code i}-th label name, {@code 0 <= i < size()}, in ascending order. */
    public String nameAt(int i) {
        return pairs[2 * i];
    }

    /** The value of the {@code i}-th label. */
    public String valueAt(int i) {
        return pairs[2 * i + 1];
    }

    /** The value of a label, or the empty string where there is none. */
    public String get(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return "";
    }

    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    /** The metric name, or the empty string. */
    public String metricName() {
        return get(NAME);
    }

    /** These labels with one set, or removed where {@code value} is null or empty. */
    public Labels with(String name, @Nullable String value) {
        String set = value == null ? "" : value;
        int at = 0;
        while (at < pairs.length && pairs[at].compareTo(name) < 0) {
            at += 2;
        }
        boolean known = at < pairs.length && pairs[at].equals(name);
        int after = known ? at + 2 : at;
        if (set.isEmpty() && !known) {
            return this;
        }
        int own = set.isEmpty() ? 0 : 2;
        String[] changed = new String[at + own + pairs.length - after];
        System.arraycopy(pairs, 0, changed, 0, at);
        if (!set.isEmpty()) {
            changed[at] = name;
            changed[at + 1] = set;
        }
        System.arraycopy(pairs, after, changed, at + own, pairs.length - after);
        return changed.length == 0 ? EMPTY : new Labels(changed);
    }

    /** These labels with others laid over them. */
    public Labels with(Labels others) {
        if (others.isEmpty()) {
            return this;
        }
        Map<String, String> map = toMap();
        others.forEach(map::put);
        return of(map);
    }

    public Labels withoutName() {
        return filter(name -> !name.equals(NAME));
    }

    /** Only the named labels. */
    public Labels keep(Collection<String> names) {
        return filter(names::contains);
    }

    /** All but the named labels. */
    public Labels drop(Collection<String> names) {
        return filter(name -> !names.contains(name));
    }

    public Labels filter(Predicate<String> nameFilter) {
        String[] kept = new String[pairs.length];
        int n = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            if (nameFilter.test(pairs[i])) {
                kept[n++] = pairs[i];
                kept[n++] = pairs[i + 1];
            }
        }
        if (n == pairs.length) {
            return this;
        }
        return n == 0 ? EMPTY : new Labels(Arrays.copyOf(kept, n));
    }

    /** These labels with every value replaced. */
    public Labels mapValues(UnaryOperator<String> change) {
        Map<String, String> map = toMap();
        map.replaceAll((name, value) -> change.apply(value));
        return of(map);
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.length; i += 2) {
            action.accept(pairs[i], pairs[i + 1]);
        }
    }

    /** A new mutable map, in ascending order of names. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        forEach(map::put);
        return map;
    }

    /**
     * The 64-bit FNV-1a hash that Prometheus and Alertmanager call a fingerprint ({@code model.LabelSet.Fingerprint}):
     * over names and values in UTF-8, each followed by the byte 255.
     */
    public long fingerprint() {
        long h = FNV_OFFSET;
        for (String part : pairs) {
            for (byte b : part.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                h = (h ^ (b & 0xff)) * FNV_PRIME;
            }
            h = (h ^ 0xff) * FNV_PRIME;
        }
        return h;
    }

    /** The fingerprint as the 16 hexadecimal digits used in paths and logs. */
    public String fingerprintHex() {
        return HexFormat.of().toHexDigits(fingerprint());
    }

    @Override
    public int compareTo(Labels other) {
        int n = Math.min(pairs.length, other.pairs.length);
        for (int i = 0; i < n; i++) {
            int c = pairs[i].compareTo(other.pairs[i]);
            if (c != 0) {
                return c;
            }
        }
        return Integer.compare(pairs.length, other.pairs.length);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return this == o || (o instanceof Labels other && hash == other.hash && Arrays.equals(pairs, other.pairs));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** As PromQL writes it: {@code name{a="b", c="d"}}. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(metricName());
        String separator = "{";
        for (int i = 0; i < pairs.length; i += 2) {
            if (!pairs[i].equals(NAME)) {
                out.append(separator).append(pairs[i]).append("=\"");
                out.append(
                        pairs[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
                out.append('"');
                separator = ", ";
            }
        }
        if (separator.equals(", ")) {
            out.append('}');
        } else if (out.isEmpty()) {
            out.append("{}");
        }
        return out.toString();
    }
}
