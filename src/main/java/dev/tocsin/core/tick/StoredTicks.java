package dev.tocsin.core.tick;

import java.io.IOException;

/** Ticks that an earlier process stored, oldest first, as {@link TickWriter} wrote them. Confined to one thread. */
public interface StoredTicks extends AutoCloseable {
    /** Who reads them, with a {@link TickReader}. */
    interface Taker {
        /** What is told of series at a tick; perhaps twice. The bytes hold until this returns. */
        void names(long position, long tickMillis, byte[] bytes, int from, int to);

        void columns(long position, long tickMillis, byte[] bytes, int from, int to);
    }

    /** Of all ticks, ascending; a damaged one's is among them. */
    long[] positions();

    /** Their times: ascending within one run of a process. */
    long[] tickMillis();

    /**
     * Hands over the next tick, its names first.
     *
     * @return whether there was one
     */
    boolean next(Taker taker) throws IOException;

    @Override
    void close() throws IOException;
}
