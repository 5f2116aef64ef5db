package dev.tocsin.web;

/**
 * What one tick adds to a subscription's stream, encoded once for all its subscribers. Immutable by agreement; safe
 * from any thread.
 *
 * @param announcements the series that are new, and the problems that changed: never skipped, as later frames build on
 *     them; mostly empty
 * @param values the {@code tick} event
 */
record Frame(long tickMillis, byte[] announcements, byte[] values) {
    int length() {
        return announcements.length + values.length;
    }

    byte[] bytes() {
        if (announcements.length == 0) {
            return values;
        }
        byte[] all = new byte[length()];
        System.arraycopy(announcements, 0, all, 0, announcements.length);
        System.arraycopy(values, 0, all, announcements.length, values.length);
        return all;
    }
}
