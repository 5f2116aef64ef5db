package dev.tocsin.core;

import java.time.Instant;
import java.util.List;

/** What was kept of alerts beyond memory. For threads that may wait; safe from any of them. */
public interface AlertArchive {
    /** Keeps nothing. */
    AlertArchive NONE = (fingerprint, before, limit) -> List.of();

    /** It can't be asked now. */
    final class AwayException extends Exception {
        private static final long serialVersionUID = 1;

        public AwayException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * What happened to one alert, the newest first.
     *
     * @param before exclusive
     * @param limit how many at most
     */
    List<AlertEvent> events(long fingerprint, Instant before, int limit) throws AwayException;
}
