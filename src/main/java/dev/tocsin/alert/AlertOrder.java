package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Labels;
import java.util.Comparator;

/**
 * The order of alerts in a notification, as in Alertmanager ({@code types.AlertSlice}, {@code model.LabelSet.Before}):
 * by {@code job}, by {@code instance}, then fewer labels first, then by name and value.
 */
final class AlertOrder implements Comparator<Alert> {
    static final AlertOrder INSTANCE = new AlertOrder();

    private AlertOrder() {}

    @Override
    public int compare(Alert a, Alert b) {
        int order = absentLast(a.labels().get("job"), b.labels().get("job"));
        if (order == 0) {
            order = absentLast(a.labels().get("instance"), b.labels().get("instance"));
        }
        return order == 0 ? compare(a.labels(), b.labels()) : order;
    }

    private static int absentLast(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return Boolean.compare(a.isEmpty(), b.isEmpty());
        }
        return a.compareTo(b);
    }

    static int compare(Labels a, Labels b) {
        if (a.size() != b.size()) {
            return Integer.compare(a.size(), b.size());
        }
        for (int i = 0; i < a.size(); i++) {
            int names = a.nameAt(i).compareTo(b.nameAt(i));
            if (names != 0) {
                // The smaller name is one that the other lacks, and what lacks a name comes first.
                return -names;
            }
            int values = a.valueAt(i).compareTo(b.valueAt(i));
            if (values != 0) {
                return values;
            }
        }
        return 0;
    }
}
