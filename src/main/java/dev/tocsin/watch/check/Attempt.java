package dev.tocsin.watch.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of a check in progress: holds what must be let go of when it ends, in whatever way. Confined to the checks' event loop. */
final class Attempt {
    private final Duration timeout;
    private final List<Runnable> releases = new ArrayList<>();
    /** Read by threads that are about to ask, too. */
    private volatile boolean ended;

    Attempt(Duration timeout) {
        this.timeout = timeout;
    }

    /** After which nobody waits for the result any longer. */
    Duration timeout() {
        return timeout;
    }

    /** Runs {@code release} when the attempt ends; at once where it has. */
    void onEnd(Runnable release) {
        if (ended) {
            release.run();
        } else {
            releases.add(release);
        }
    }

    /** Any thread. */
    boolean hasEnded() {
        return ended;
    }

    void end() {
        if (!ended) {
            ended = true;
            releases.forEach(Runnable::run);
            releases.clear();
        }
    }
}
