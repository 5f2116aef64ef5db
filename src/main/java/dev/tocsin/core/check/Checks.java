package dev.tocsin.core.check;

import java.util.Collection;

/** All active checks. Any thread. */
public interface Checks {
    /** What is known of each now, by name. */
    Collection<CheckStatus> all();

    /**
     * A job says that it ran.
     *
     * @param name of a check of the kind heartbeat
     * @param ok whether it did what it should
     * @param message what it says for people
     * @return false where there is no such heartbeat
     */
    boolean beat(String name, boolean ok, String message);
}
