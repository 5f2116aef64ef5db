package dev.tocsin.watch.host;

/** Takes series named as node_exporter names them. */
interface NodeRows {
    /** @param labels names and values by turns; an empty value is no label */
    void add(String metric, double value, String... labels);

    /** Adds what stands in {@code text}, or nothing where that is no number. */
    default void addParsed(String metric, String text, double scale, String... labels) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            // A kernel that writes something else there: not our series.
            return;
        }
        add(metric, value * scale, labels);
    }
}
