package dev.tocsin.series;

import dev.tocsin.core.Labels;

/** What series of a metric have in common that differ only in the values of their labels. Immutable. */
final class Shape {
    final Metric metric;
    /** Of all labels, the metric name's among them, in ascending order. */
    private final String[] names;

    private final RecentStrings strings;

    Shape(Metric metric, Labels labels, RecentStrings strings) {
        this.metric = metric;
        this.strings = strings;
        names = new String[labels.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels.nameAt(i);
        }
    }

    boolean isOf(Labels labels) {
        if (names.length != labels.size()) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            if (!names[i].equals(labels.nameAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** @param packed {@link PackedValues} */
    Labels labels(byte[] packed) {
        String[] pairs = new String[2 * names.length];
        PackedValues.Reader values = new PackedValues.Reader(packed);
        for (int i = 0; i < names.length; i++) {
            pairs[2 * i] = names[i];
            if (names[i].equals(Labels.NAME)) {
                pairs[2 * i + 1] = metric.name;
            } else {
                values.next();
                pairs[2 * i + 1] = values.value(strings);
            }
        }
        return Labels.ofSorted(pairs);
    }

    /** The value of one label, or the empty string where there is none. */
    String valueOf(String label, byte[] packed) {
        if (label.equals(Labels.NAME)) {
            return metric.name;
        }
        PackedValues.Reader values = new PackedValues.Reader(packed);
        for (String name : names) {
            if (!name.equals(Labels.NAME)) {
                values.next();
                if (name.equals(label)) {
                    return values.value(strings);
                }
            }
        }
        return "";
    }
}
