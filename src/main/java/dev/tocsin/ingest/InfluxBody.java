package dev.tocsin.ingest;

import dev.tocsin.ingest.wire.InfluxParser;
import dev.tocsin.ingest.wire.InfluxPrecision;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * One body of line protocol, taken as it arrives: only the line that is not yet whole is kept, at most
 * {@link InfluxParser#MAX_LINE_BYTES}. Confined to the request's event loop.
 */
final class InfluxBody implements BodySink {
    private static final byte[] NOTHING = {};
    private static final int LEAST_KEPT = 512;

    private final InfluxLoop loop;
    private final InfluxPrecision precision;
    private final InfluxAnswer answer;
    private final BodyBudget budget;

    /** The beginning of a line. */
    private byte[] kept = NOTHING;

    private int keptLength;
    /** Inside a line that was too long: all up to the next newline is passed over. */
    private boolean skipping;

    InfluxBody(InfluxLoop loop, InfluxPrecision precision, InfluxAnswer answer, BodyBudget budget) {
        this.loop = loop;
        this.precision = precision;
        this.answer = answer;
        this.budget = budget;
    }

    InfluxAnswer answer() {
        return answer;
    }

    @Override
    public boolean take(Buffer chunk) {
        int length = chunk.length();
        byte[] room = loop.room(keptLength + length);
        System.arraycopy(kept, 0, room, 0, keptLength);
        chunk.getBytes(0, length, room, keptLength);
        return taken(length);
    }

    /** Takes bytes that were not sent one by one. @return whether there was room */
    boolean take(byte[] bytes, int length) {
        byte[] room = loop.room(keptLength + length);
        System.arraycopy(kept, 0, room, 0, keptLength);
        System.arraycopy(bytes, 0, room, keptLength, length);
        return taken(length);
    }

    private boolean taken(int length) {
        int end = keptLength + length;
        int from = 0;
        int newline = newline(loop.bytes(), keptLength, end);
        if (skipping) {
            if (newline == end) {
                return true;
            }
            skipping = false;
            from = newline + 1;
        } else if (newline == end && keptLength > 0 && end <= InfluxParser.MAX_LINE_BYTES) {
            // Nothing to be learned from the line's beginning once more.
            return keep(0, end);
        }
        return keep(loop.take(answer, precision, from, end, false), end);
    }

    /** The body is whole: what is left is its last line. */
    void end() {
        if (keptLength > 0) {
            System.arraycopy(kept, 0, loop.room(keptLength), 0, keptLength);
            loop.take(answer, precision, 0, keptLength, true);
        }
    }

    private boolean keep(int from, int end) {
        int length = end - from;
        if (length > InfluxParser.MAX_LINE_BYTES) {
            loop.rejectTooLong(answer, from, end);
            skipping = true;
            length = 0;
        }
        if (length > kept.length) {
            int capacity = Math.max(LEAST_KEPT, Integer.highestOneBit(length) << 1);
            if (!budget.take(capacity - kept.length)) {
                return false;
            }
            kept = Arrays.copyOf(kept, capacity);
        }
        System.arraycopy(loop.bytes(), from, kept, 0, length);
        keptLength = length;
        return true;
    }

    private static int newline(byte[] bytes, int from, int end) {
        int p = from;
        while (p < end && bytes[p] != '\n') {
            p++;
        }
        return p;
    }

    @Override
    public void release() {
        budget.giveBack(kept.length);
        kept = NOTHING;
        keptLength = 0;
    }
}
