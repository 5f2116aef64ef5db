package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.WireCounts;
import java.lang.System.Logger.Level;

/** Logs the first offending lines of each reason, made safe to print. {@link WireCounts} sees to it that they are few. */
final class BadLineLog implements WireCounts.BadLines {
    /** How many lines of each reason are logged; after these they are only counted. */
    static final int LINES_PER_REASON = 3;

    private static final int MAX_CHARS = 200;
    private static final System.Logger LOG = System.getLogger(BadLineLog.class.getName());

    private final String socket;
    private int brokenBodies;

    BadLineLog(String socket) {
        this.socket = socket;
    }

    @Override
    public void badLine(Rejection reason, byte[] bytes, int from, int to) {
        LOG.log(
                Level.WARNING,
                "{0}: rejected as {1}: {2} (told {3} times per reason, then only counted)",
                socket,
                reason.label(),
                printable(bytes, from, to),
                LINES_PER_REASON);
    }

    /** A body that is no longer what it should be from some place on; told as often as a bad line. */
    void brokenBody(String error) {
        if (brokenBodies++ < LINES_PER_REASON) {
            LOG.log(
                    Level.WARNING,
                    "{0}: a body is broken, {1} (told {2} times, then only counted)",
                    socket,
                    error.lines().findFirst().orElse(""),
                    LINES_PER_REASON);
        }
    }

    /** Printable ASCII as it is, every other byte as {@code \xNN}; at most 200 bytes. */
    static String printable(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + MAX_CHARS);
        StringBuilder out = new StringBuilder(end - from + 16);
        for (int i = from; i < end; i++) {
            int b = bytes[i] & 0xff;
            if (b >= 0x20 && b < 0x7f && b != '\\') {
                out.append((char) b);
            } else {
                out.append("\\x").append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        if (end < to) {
            out.append("… (").append(to - from).append(" bytes)");
        }
        return out.toString();
    }
}
