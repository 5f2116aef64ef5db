package dev.tocsin.notify;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Notification;
import java.util.Comparator;

/**
 * Where the milliseconds went from a tick to a notification: of its newest alert, each counted from that tick. Immutable.
 *
 * @param tickMillis wall time of the tick that decided
 * @param closed until the tick's interval was readable
 * @param judged until the rule had been judged
 * @param grouped until the group was flushed
 * @param handedOver until this attempt began
 */
record DeliveryTimes(long tickMillis, long closed, long judged, long grouped, long handedOver) {
    static DeliveryTimes of(Notification notification, long nowMillis) {
        Alert.Receipt newest = notification.alerts().stream()
                .map(Alert::receipt)
                .max(Comparator.comparingLong(Alert.Receipt::tickMillis))
                .orElseThrow();
        long tick = newest.tickMillis();
        return new DeliveryTimes(
                tick,
                newest.tickClosedMillis() - tick,
                newest.judgedMillis() - tick,
                notification.flushedAt().toEpochMilli() - tick,
                nowMillis - tick);
    }

    /** In words. */
    @Override
    public String toString() {
        return "after the tick: judged " + judged + " ms, grouped " + grouped + " ms, sent " + handedOver + " ms";
    }
}
