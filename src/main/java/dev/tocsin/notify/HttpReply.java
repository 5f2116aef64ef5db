package dev.tocsin.notify;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver answered. Immutable.
 *
 * @param body at most 64 KiB of it
 * @param isWhole whether the body came to its end
 * @param retryAfter what the header of this name asks for
 */
record HttpReply(
        int status, String body, boolean isWhole, @Nullable Duration retryAfter) {
    /** The body as a JSON object; null where it is none, or only a part of one. */
    @Nullable
    JsonObject json() {
        try {
            return isWhole ? new JsonObject(body) : null;
        } catch (DecodeException e) {
            return null;
        }
    }
}
