package dev.tocsin.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what one subscriber gets of each frame, so that a slow reader holds no more than its bound: it skips frames,
 * is told which, and goes on with the newest. Confined to the subscriber's event loop.
 */
final class SubscriberFlow {
    sealed interface Step {
        /** Send the frame as it is for everybody. */
        record Whole() implements Step {}

        /** Send these bytes, then the frame's values. */
        record After(byte[] first) implements Step {}

        /** The reader is behind: send nothing now. */
        record Skip() implements Step {}

        /** The reader has had it. */
        record Old() implements Step {}

        /** The reader is too far behind to be caught up with: end the connection, so that it comes back afresh. */
        record Close() implements Step {}
    }

    private static final Step WHOLE = new Step.Whole();
    private static final Step SKIP = new Step.Skip();
    private static final Step OLD = new Step.Old();
    private static final Step CLOSE = new Step.Close();

    private final long frameMillis;
    private final long maxUnsentBytes;
    private final List<byte[]> heldAnnouncements = new ArrayList<>(0);
    private long heldBytes;
    private long lastMillis;

    /** @param lastMillis the last tick that the subscriber has been sent; 0 for none */
    SubscriberFlow(long lastMillis, StreamSettings settings) {
        this.lastMillis = lastMillis;
        this.frameMillis = settings.frameInterval().toMillis();
        this.maxUnsentBytes = settings.maxUnsentBytes();
    }

    /** @param unsentBytes what is still on its way to the subscriber; with nothing on its way any frame is sent */
    Step offer(Frame frame, long unsentBytes) {
        if (frame.tickMillis() <= lastMillis) {
            return OLD;
        }
        if (unsentBytes > 0 && unsentBytes + heldBytes + frame.length() > maxUnsentBytes) {
            return hold(frame.announcements());
        }
        long previous = lastMillis;
        lastMillis = frame.tickMillis();
        boolean gap = previous > 0 && FrameSequence.isGap(previous, lastMillis, frameMillis);
        if (!gap && heldAnnouncements.isEmpty()) {
            return WHOLE;
        }
        return new Step.After(catchUp(previous, gap, frame.announcements()));
    }

    private Step hold(byte[] announcements) {
        if (announcements.length > 0) {
            heldAnnouncements.add(announcements);
            heldBytes += announcements.length;
        }
        return heldBytes > maxUnsentBytes ? CLOSE : SKIP;
    }

    private byte[] catchUp(long previous, boolean gap, byte[] announcements) {
        StringBuilder out = new StringBuilder();
        if (gap) {
            FrameSequence.appendSkipped(previous, lastMillis, frameMillis, out);
        }
        for (byte[] held : heldAnnouncements) {
            out.append(new String(held, StandardCharsets.UTF_8));
        }
        heldAnnouncements.clear();
        heldBytes = 0;
        return out.append(new String(announcements, StandardCharsets.UTF_8))
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }
}
