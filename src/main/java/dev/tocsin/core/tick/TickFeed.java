package dev.tocsin.core.tick;

import org.jspecify.annotations.Nullable;

/**
 * All closed ticks in order, for whoever keeps them elsewhere: those that were not acknowledged before the process ended
 * first, then the live ones as they close.
 */
public interface TickFeed {
    /**
     * Begins after what the consumer of this name acknowledged last, or with the oldest tick kept where it never did.
     * From now on ticks are kept until this consumer acknowledges them, or their bound is reached.
     */
    Cursor follow(String consumer);

    /** The same for a consumer that knows by itself how far it came: begins after {@code position}. */
    Cursor follow(String consumer, long position);

    /** One consumer's place. Confined to one thread. */
    interface Cursor extends AutoCloseable {
        /**
         * The next tick, or null where none has closed since. May read from the disk: not for an event loop. Ticks that
         * were lost (damaged, or dropped at the bound) are passed over and counted. The columns are reused by the next call.
         */
        @Nullable
        TickColumns next();

        /**
         * Everything up to this position is committed elsewhere, and need not be kept for this consumer. Survives a
         * restart from the next tick on; what was acknowledged in the last second may come again.
         */
        void acknowledge(long position);

        /** Ends the reading; what was acknowledged stays known. */
        @Override
        void close();
    }
}
