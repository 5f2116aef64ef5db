package dev.tocsin.web;

import dev.tocsin.core.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest events and service checks that clients sent, oldest first. Bounded: past {@link #CAPACITY} the oldest goes.
 * Safe from any thread: events are rare, so a lock costs nothing here.
 */
public final class AnnotationLog {
    static final int CAPACITY = 1_000;

    private final ArrayDeque<Event.Annotation> kept = new ArrayDeque<>();

    public synchronized void add(Event.Annotation annotation) {
        if (kept.size() == CAPACITY) {
            kept.removeFirst();
        }
        kept.addLast(annotation);
    }

    /** Those in [fromMillis, toMillis]. */
    public synchronized List<Event.Annotation> between(long fromMillis, long toMillis) {
        List<Event.Annotation> found = new ArrayList<>();
        for (Event.Annotation each : kept) {
            if (each.timeMillis() >= fromMillis && each.timeMillis() <= toMillis) {
                found.add(each);
            }
        }
        return found;
    }
}
