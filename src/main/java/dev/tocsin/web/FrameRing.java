package dev.tocsin.web;

import java.util.ArrayDeque;
import java.util.Iterator;

/** The newest frames of a subscription, bounded in number and bytes. Confined to its subscription's owner. */
final class FrameRing {
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private final int maxFrames;
    private final int maxBytes;
    private long bytes;

    FrameRing(int maxFrames, int maxBytes) {
        this.maxFrames = maxFrames;
        this.maxBytes = maxBytes;
    }

    /** The newest frame is kept however long it is. */
    void add(Frame frame) {
        frames.addLast(frame);
        bytes += frame.keptBytes();
        while (frames.size() > 1 && (frames.size() > maxFrames || bytes > maxBytes)) {
            bytes -= frames.removeFirst().keptBytes();
        }
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    long oldestMillis() {
        return frames.getFirst().tickMillis();
    }

    long newestMillis() {
        return frames.getLast().tickMillis();
    }

    Frame newest() {
        return frames.getLast();
    }

    Iterator<Frame> oldestFirst() {
        return frames.iterator();
    }
}
