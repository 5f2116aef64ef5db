package dev.tocsin;

import dev.tocsin.alert.Drill;
import dev.tocsin.core.Alert;
import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.Notification;
import dev.tocsin.core.Notifier;
import java.util.function.Consumer;

/** Sees what is handed over for delivery, and says which of it belongs to a drill. Safe from any thread. */
final class DrillWatch implements Notifier {
    private final Notifier delivery;
    private volatile Listener listener = Listener.NOBODY;

    DrillWatch(Notifier delivery) {
        this.delivery = delivery;
    }

    /** Told from any thread. */
    interface Listener {
        Listener NOBODY = (notification, drill, outcome) -> {};

        void settled(Notification notification, Alert drill, DeliveryOutcome outcome);
    }

    void tell(Listener newListener) {
        listener = newListener;
    }

    @Override
    public void deliver(Notification notification, Consumer<DeliveryOutcome> settled) {
        delivery.deliver(notification, outcome -> {
            for (Alert alert : notification.alerts()) {
                if (alert.isFiring() && alert.labels().get("alertname").equals(Drill.ALERT)) {
                    listener.settled(notification, alert, outcome);
                }
            }
            settled.accept(outcome);
        });
    }
}
