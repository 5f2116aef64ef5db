package dev.tocsin.notify;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Notification;
import java.util.Comparator;

/**
 * Where the milliseconds went from a tick to a notification: of its newest alert, each counted from that tick. Immutable.
 *
 * @param rule what came before: when the sample came, the tick, the rule
 * @param grouped until the group was flushed
 * @param handedOver until this attempt began
 */
record DeliveryTimes(Alert.Receipt rule, long grouped, long handedOver) {
    static DeliveryTimes of(Notification notification, long nowMillis) {
        Alert.Receipt newest = notification.alerts().stream()
                .map(Alert::receipt)
                .max(Comparator.comparingLong(Alert.Receipt::tickMillis))
                .orElseThrow();
        long tick = newest.tickMillis();
        return new DeliveryTimes(newest, notification.flushedAt().toEpochMilli() - tick, nowMillis - tick);
    }

    /** Until the tick's interval was readable. */
    long closed() {
        return rule.tickClosedMillis() - rule.tickMillis();
    }

    /** Until the rule had been judged. */
    long judged() {
        return rule.judgedMillis() - rule.tickMillis();
    }

    /** In words. */
    @Override
    public String toString() {
        String sample = rule.arrivals().isKnown()
                ? "sample " + rule.sampleMillisAtLeast() + " to " + rule.sampleMillisAtMost() + " ms before the tick; "
                : "";
        return sample + "after the tick: judged " + judged() + " ms, grouped " + grouped + " ms, sent " + handedOver
                + " ms";
    }
}
