package dev.tocsin.core;

import java.time.Instant;
import java.util.List;

/** Takes what was decided about alerts, to be kept. Never blocks and never throws. Safe from any thread. */
public interface AlertTrail {
    /** Keeps nothing. */
    AlertTrail NONE = step -> {};

    /**
     * All that was decided at one moment: changes of state and the notifications that leave because of them belong
     * together, and are stored in one transaction or not at all.
     *
     * @param events in their order; ids of earlier steps may come again with a higher count
     * @param handedOver what was handed over for delivery; how that ended is told by the events of a later step
     */
    record Step(Instant at, List<AlertEvent> events, List<Notification> handedOver) {
        public Step {
            events = List.copyOf(events);
            handedOver = List.copyOf(handedOver);
        }

        public boolean isEmpty() {
            return events.isEmpty() && handedOver.isEmpty();
        }
    }

    /** Steps come in their order. */
    void append(Step step);
}
