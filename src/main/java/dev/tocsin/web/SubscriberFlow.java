package dev.tocsin.web;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides what one subscriber gets of each frame, so that a slow reader holds no more than its bound: it skips frames,
 * is told which, and goes on with all values of the newest. Confined to the subscriber's event loop.
 */
final class SubscriberFlow {
    sealed interface Step {
        /** Send the frame as it is for everybody who had the one before. */
        record Next() implements Step {}

        /** Send these events, then all the frame's values. */
        record Whole(EventBytes first) implements Step {}

        /** The reader is behind: send nothing now. */
        record Skip() implements Step {}

        /** The reader has had it. */
        record Old() implements Step {}

        /** The reader is too far behind to be caught up with: end the connection, so that it comes back afresh. */
        record Close() implements Step {}
    }

    private static final Step NEXT = new Step.Next();
    private static final Step SKIP = new Step.Skip();
    private static final Step OLD = new Step.Old();
    private static final Step CLOSE = new Step.Close();

    private final int subscription;
    private final long frameMillis;
    private final long maxUnsentBytes;
    private final List<EventBytes> heldAnnouncements = new ArrayList<>(0);
    private long heldBytes;
    private long lastMillis;
    private boolean hasState;

    /** @param subscription its number */
    SubscriberFlow(int subscription, FrameSequence.Opening opening, StreamSettings settings) {
        this.subscription = subscription;
        this.lastMillis = opening.lastMillis();
        this.hasState = opening.hasState();
        this.frameMillis = settings.frameInterval().toMillis();
        this.maxUnsentBytes = settings.maxUnsentBytes();
    }

    /** @param unsentBytes what is still on its way to the subscriber; with nothing on its way any frame is sent */
    Step offer(Frame frame, long unsentBytes) {
        if (frame.tickMillis() <= lastMillis) {
            return OLD;
        }
        int length = hasState ? frame.length() : frame.whole().length();
        if (unsentBytes > 0 && unsentBytes + heldBytes + length > maxUnsentBytes) {
            return hold(frame.announcements());
        }
        long previous = lastMillis;
        lastMillis = frame.tickMillis();
        boolean gap = previous > 0 && FrameSequence.isGap(previous, lastMillis, frameMillis);
        if (hasState && !gap) {
            return NEXT;
        }
        hasState = true;
        return new Step.Whole(catchUp(previous, gap, frame.announcements()));
    }

    private Step hold(EventBytes announcements) {
        hasState = false;
        if (!announcements.isEmpty()) {
            heldAnnouncements.add(announcements);
            heldBytes += announcements.length();
        }
        return heldBytes > maxUnsentBytes ? CLOSE : SKIP;
    }

    private EventBytes catchUp(long previous, boolean gap, EventBytes announcements) {
        StringBuilder out = new StringBuilder();
        if (gap) {
            FrameSequence.appendSkipped(subscription, previous, lastMillis, frameMillis, out);
        }
        heldAnnouncements.forEach(out::append);
        heldAnnouncements.clear();
        heldBytes = 0;
        return EventBytes.of(out.append(announcements));
    }
}
