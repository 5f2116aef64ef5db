package dev.tocsin.store;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what must happen, however slow the machine. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private Eventually() {}

    /** Polls until the condition holds. What it throws counts as not yet. */
    public static void holds(String what, Callable<Boolean> condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("never: " + what, last);
    }
}
