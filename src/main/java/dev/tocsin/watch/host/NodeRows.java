package dev.tocsin.watch.host;

/** Takes series named as node_exporter names them. */
interface NodeRows {
    /** @param labels names and values by turns; an empty value is no label */
    void add(String metric, double value, String... labels);

    /** Adds what stands in {@code text}, or nothing where that is no number. */
    default void addParsed(String metric, String text, double scale, String... labels) {
        try {
            add(metric, Double.parseDouble(text) * scale, labels);
        } catch (NumberFormatException e) {
            // A kernel that writes something else there: not our series.
            return;
        }
    }
}
