package dev.tocsin.watch.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Replies of a Redis server as they come in, piece by piece (RESP 2, redis.io/docs/latest/develop/reference/protocol-spec):
 * simple strings, errors, integers and bulk strings, which are all that a check asks for. Confined to one thread.
 *
 * <pre>
 *   +PONG\r\n        -NOAUTH …\r\n        $11\r\nhello world\r\n
 * </pre>
 */
final class RespReplies {
    /** INFO takes some thousand bytes. */
    static final int MAX_BYTES = 256 << 10;

    /** In ISO 8859-1, so that a character is a byte. */
    private final StringBuilder unread = new StringBuilder();

    private final List<Reply> replies = new ArrayList<>();

    /** @param isError whether the server refused */
    record Reply(boolean isError, String text) {}

    /** @throws IllegalArgumentException where this is no Redis server, or says too much */
    void add(String piece) {
        unread.append(piece);
        while (true) {
            int end = unread.indexOf("\r\n");
            if (end < 0 || !take(end)) {
                break;
            }
        }
        if (unread.length() > MAX_BYTES) {
            throw new IllegalArgumentException("an answer of more than " + MAX_BYTES + " bytes");
        }
    }

    /** Those that are whole so far. */
    List<Reply> replies() {
        return replies;
    }

    private boolean take(int lineEnd) {
        String line = unread.substring(0, lineEnd);
        int after = lineEnd + 2;
        char type = line.isEmpty() ? ' ' : line.charAt(0);
        switch (type) {
            case '+', ':' -> replies.add(new Reply(false, line.substring(1)));
            case '-' -> replies.add(new Reply(true, line.substring(1)));
            case '$' -> {
                int length = length(line);
                if (unread.length() < after + length + 2) {
                    return false;
                }
                replies.add(new Reply(false, unread.substring(after, after + length)));
                after += length + 2;
            }
            default -> throw new IllegalArgumentException("this is no Redis server: " + line);
        }
        unread.delete(0, after);
        return true;
    }

    private static int length(String line) {
        int length;
        try {
            length = Integer.parseInt(line.substring(1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("this is no Redis server: " + line, e);
        }
        if (length < 0 || length > MAX_BYTES) {
            throw new IllegalArgumentException("an answer of " + length + " bytes");
        }
        return length;
    }
}
