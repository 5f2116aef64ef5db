package dev.tocsin.alert;

/**
 * Bounds of the alerting side; each has a counter for when it is hit.
 *
 * @param alerts that are held at a time; beyond it a new one is refused
 * @param groups at a time; an alert that would need one more is told to nobody
 * @param silences at a time, expired ones that are still shown among them; beyond it a new one is refused
 * @param answers acknowledgements at a time, and alerts resolved by hand; beyond it a new one is refused
 * @param events of the histories of all alerts; beyond it the history of an alert to which nothing happened for long is
 *     forgotten
 */
public record AlertLimits(int alerts, int groups, int silences, int answers, int events) {
    public static final AlertLimits DEFAULT = new AlertLimits(100_000, 100_000, 10_000, 10_000, 500_000);

    public AlertLimits {
        if (alerts < 1 || groups < 1 || silences < 1 || answers < 1 || events < 1) {
            throw new IllegalArgumentException("limits must be at least 1: " + alerts + ", " + groups + ", " + silences
                    + ", " + answers + ", " + events);
        }
    }
}
