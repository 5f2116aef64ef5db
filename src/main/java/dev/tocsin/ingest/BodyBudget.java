package dev.tocsin.ingest;

import java.util.concurrent.atomic.AtomicLong;

/** How much of the heap request bodies may hold together. Any thread. */
final class BodyBudget {
    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    BodyBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @return false, and nothing taken, where there is no room */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= maxBytes) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    long heldBytes() {
        return held.get();
    }
}
