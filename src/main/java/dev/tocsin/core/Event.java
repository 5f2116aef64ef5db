package dev.tocsin.core;

import java.util.List;

/** What crosses the event bus between packages: small, immutable, by reference. */
public sealed interface Event {
    /** The bus address that events of this type are published on. */
    String address();

    /**
     * An interval was closed and is readable.
     *
     * @param tickMillis the interval's end, wall time; a multiple of the tick length
     * @param closedMillis wall time at which it became readable
     * @param arrivals of the samples it holds
     */
    record TickClosed(long tickMillis, long closedMillis, Arrivals arrivals) implements Event {
        public static final String ADDRESS = "tocsin.tick";

        /** Of an interval whose samples came in at unknown times. */
        public TickClosed(long tickMillis, long closedMillis) {
            this(tickMillis, closedMillis, Arrivals.NONE);
        }

        @Override
        public String address() {
            return ADDRESS;
        }
    }

    /**
     * Alerts that began to fire, changed, were resolved, or are said again, after one tick was judged.
     *
     * @param tickMillis the tick that was judged
     */
    record AlertsJudged(long tickMillis, List<Alert> alerts) implements Event {
        public static final String ADDRESS = "tocsin.alerts";

        @Override
        public String address() {
            return ADDRESS;
        }
    }

    /**
     * A DogStatsD event ({@code _e}) or service check ({@code _sc}).
     *
     * @param title the event's title, or the check's name
     * @param level info, success, warning or error; for a check ok, warning, critical or unknown
     */
    record Annotation(long timeMillis, String title, String text, String level, Labels labels) implements Event {
        public static final String ADDRESS = "tocsin.annotation";

        @Override
        public String address() {
            return ADDRESS;
        }
    }
}
