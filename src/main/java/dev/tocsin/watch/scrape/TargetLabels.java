package dev.tocsin.watch.scrape;

import dev.tocsin.core.Labels;
import java.util.Map;

/** How the labels of a target and those that it exposes come together. Stateless. */
final class TargetLabels {
    private static final String EXPORTED = "exported_";
    private static final int MOST_SHOWN = 50;

    private TargetLabels() {}

    /**
     * A target's labels over those that it exposes: where both have a name, the exposed one is called
     * {@code exported_NAME}, and {@code exported_exported_NAME} where that is taken.
     */
    static Labels over(Labels exposed, Labels target) {
        Map<String, String> labels = exposed.toMap();
        for (int i = 0; i < target.size(); i++) {
            String name = target.nameAt(i);
            String conflicting = labels.put(name, target.valueAt(i));
            if (conflicting != null) {
                String renamed = EXPORTED + name;
                while (exposed.has(renamed) || target.has(renamed) || labels.containsKey(renamed)) {
                    renamed = EXPORTED + renamed;
                }
                labels.put(renamed, conflicting);
            }
        }
        return Labels.of(labels);
    }

    /** @throws ScrapeException where a limit of labels is passed: the scrape fails then */
    static void check(Labels labels, ScrapeLimits limits) throws ScrapeException {
        if (limits.labels() > 0 && labels.size() > limits.labels()) {
            throw beyond("label_limit exceeded", labels, "number of labels: " + labels.size(), limits.labels());
        }
        if (limits.labelNameLength() == 0 && limits.labelValueLength() == 0) {
            return;
        }
        for (int i = 0; i < labels.size(); i++) {
            String name = labels.nameAt(i);
            if (limits.labelNameLength() > 0 && name.length() > limits.labelNameLength()) {
                throw beyond(
                        "label_name_length_limit exceeded",
                        labels,
                        "label name: " + shortened(name) + ", length: " + name.length(),
                        limits.labelNameLength());
            }
            String value = labels.valueAt(i);
            if (limits.labelValueLength() > 0 && value.length() > limits.labelValueLength()) {
                throw beyond(
                        "label_value_length_limit exceeded",
                        labels,
                        "label name: " + shortened(name) + ", value: \"" + shortened(value) + "\", length: "
                                + value.length(),
                        limits.labelValueLength());
            }
        }
    }

    private static ScrapeException beyond(String problem, Labels labels, String what, int limit) {
        return new ScrapeException(
                ScrapeOutcome.LABEL_LIMIT,
                problem + " (metric: " + shortened(labels.metricName()) + ", " + what + ", limit: " + limit + ")");
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(MOST_SHOWN, text.length()));
    }
}
