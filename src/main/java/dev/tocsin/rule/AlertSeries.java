package dev.tocsin.rule;

import dev.tocsin.core.Labels;
import dev.tocsin.promql.Value.VectorSample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The series that alerts are to rules and queries: {@code ALERTS} with its {@code alertstate}, and
 * {@code ALERTS_FOR_STATE}, whose value is when the condition began to hold, in seconds. An alert without data is in two
 * states of {@code ALERTS}: its own, and {@code no_data}. Confined to the rule thread.
 */
final class AlertSeries {
    private static final String ALERT_STATE = "alertstate";

    /** The series of one alert, made once: labels are dear, and an alert is written at each tick. */
    private record Named(Labels pending, Labels firing, Labels noData, Labels forState) {
        static Named of(Labels alert) {
            Labels alerts = alert.with(Labels.NAME, "ALERTS");
            return new Named(
                    alerts.with(ALERT_STATE, AlertState.PENDING.label()),
                    alerts.with(ALERT_STATE, AlertState.FIRING.label()),
                    alerts.with(ALERT_STATE, "no_data"),
                    alert.with(Labels.NAME, "ALERTS_FOR_STATE"));
        }
    }

    private Map<Labels, Named> names = new HashMap<>();

    /** The samples to write of those alerts that are pending or firing. */
    List<VectorSample> of(Collection<ActiveAlert> alerts, long timeMillis) {
        List<VectorSample> samples = new ArrayList<>();
        Map<Labels, Named> next = new HashMap<>();
        for (ActiveAlert alert : alerts) {
            if (alert.isActive()) {
                Named before = names.get(alert.labels());
                Named named = before == null ? Named.of(alert.labels()) : before;
                next.put(alert.labels(), named);
                Labels state = alert.state() == AlertState.FIRING ? named.firing : named.pending;
                samples.add(new VectorSample(state, timeMillis, 1, null));
                if (alert.isWithoutData()) {
                    samples.add(new VectorSample(named.noData, timeMillis, 1, null));
                }
                double activeAtSeconds = Math.floorDiv(alert.activeAt(), 1000L);
                samples.add(new VectorSample(named.forState, timeMillis, activeAtSeconds, null));
            }
        }
        names = next;
        return samples;
    }
}
