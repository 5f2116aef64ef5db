package dev.tocsin.notify;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * One request of one notification. Immutable; holds secrets, so it is never printed.
 *
 * @param to what the message is for among those of its notification: the same in each attempt
 */
record HttpMessage(String to, String method, String url, Map<String, String> headers, Buffer body) {
    static final String JSON = "application/json";

    /** A {@code POST} of JSON. */
    static HttpMessage post(String url, JsonObject body) {
        return post(url, Map.of(), body);
    }

    /** A {@code POST} of JSON with further headers. */
    static HttpMessage post(String url, Map<String, String> headers, JsonObject body) {
        return new HttpMessage("", "POST", url, headers, body.toBuffer());
    }

    /** The same for one of several. */
    HttpMessage to(String other) {
        return new HttpMessage(other, method, url, headers, body);
    }

    /** The same by another method than {@code POST}. */
    HttpMessage by(String other) {
        return new HttpMessage(to, other, url, headers, body);
    }

    @Override
    public String toString() {
        return method + " to " + to;
    }
}
