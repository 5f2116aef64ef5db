package dev.tocsin.core;

/**
 * One way to tell one receiver something: the {@code index}-th entry of its {@code <kind>_configs}. Immutable.
 *
 * @param kind {@code webhook}, {@code email}, … as Alertmanager names its integrations
 * @param index from 0, within the kind
 */
public record Integration(String receiver, String kind, int index) {
    /** As in logs: {@code team-x/webhook[0]}. */
    @Override
    public String toString() {
        return receiver + "/" + kind + "[" + index + "]";
    }
}
