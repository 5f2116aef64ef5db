package dev.tocsin.notify;

import dev.tocsin.core.Alert;
import dev.tocsin.core.AlertLinks;
import dev.tocsin.template.GoTime;
import dev.tocsin.template.KeyValues;
import dev.tocsin.template.ListStruct;
import dev.tocsin.template.Struct;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One alert as templates see it: Alertmanager's {@code template.Alert}, and one field more. Immutable.
 *
 * @param links {@code .Links}: {@code Page}, {@code Silence} and {@code Acknowledge}, empty where there is none
 */
record AlertView(
        String status,
        KeyValues labels,
        KeyValues annotations,
        GoTime startsAt,
        GoTime endsAt,
        String generatorUrl,
        String fingerprint,
        KeyValues links)
        implements Struct {
    static AlertView of(Alert alert, AlertLinks links) {
        Instant endsAt = alert.endsAt();
        return new AlertView(
                alert.isFiring() ? "firing" : "resolved",
                new KeyValues(alert.labels().toMap()),
                new KeyValues(alert.annotations()),
                new GoTime(alert.startsAt()),
                endsAt == null ? GoTime.ZERO : new GoTime(endsAt),
                alert.generatorUrl(),
                alert.labels().fingerprintHex(),
                new KeyValues(
                        Map.of("Page", links.page(), "Silence", links.silence(), "Acknowledge", links.acknowledge())));
    }

    boolean isFiring() {
        return status.equals("firing");
    }

    @Override
    public @Nullable Object member(String name, List<Object> arguments) {
        return switch (name) {
            case "Status" -> status;
            case "Labels" -> labels;
            case "Annotations" -> annotations;
            case "StartsAt" -> startsAt;
            case "EndsAt" -> endsAt;
            case "GeneratorURL" -> generatorUrl;
            case "Fingerprint" -> fingerprint;
            case "Links" -> links;
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "template.Alert";
    }

    @Override
    public String toString() {
        return "{" + status + " " + labels + " " + annotations + " " + startsAt + " " + endsAt + " " + generatorUrl
                + " " + fingerprint + "}";
    }

    /** Alerts in Alertmanager's order, with the methods {@code Firing} and {@code Resolved}. Immutable. */
    static final class Alerts extends ListStruct<AlertView> {
        Alerts(List<AlertView> alerts) {
            super(alerts, "template.Alerts");
        }

        Alerts firing() {
            return new Alerts(stream().filter(AlertView::isFiring).toList());
        }

        Alerts resolved() {
            return new Alerts(stream().filter(alert -> !alert.isFiring()).toList());
        }

        @Override
        public @Nullable Object member(String name, List<Object> arguments) {
            return switch (name) {
                case "Firing" -> firing();
                case "Resolved" -> resolved();
                default -> null;
            };
        }
    }
}
