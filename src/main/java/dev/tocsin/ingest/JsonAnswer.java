package dev.tocsin.ingest;

import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.wire.JsonSamples;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one body's samples, as the answer tells it. One thread. */
final class JsonAnswer implements JsonSamples.Rejections {
    private record Rejected(int item, Rejection reason) {}

    private final int maxListed;
    private final List<Rejected> listed = new ArrayList<>();
    private long accepted;
    private long lost;
    private long unlisted;

    JsonAnswer(int maxListed) {
        this.maxListed = maxListed;
    }

    static JsonObject error(@Nullable String message) {
        return new JsonObject()
                .put("accepted", 0)
                .put("rejected", new JsonArray())
                .put("error", message);
    }

    void accepted(long samples) {
        accepted += samples;
    }

    @Override
    public void rejected(int item, Rejection reason) {
        if (listed.size() < maxListed) {
            listed.add(new Rejected(item, reason));
        } else {
            unlisted++;
        }
    }

    /** Samples that were good and that the sink failed to take. */
    void lost(long samples) {
        lost += samples;
    }

    boolean isAnythingLost() {
        return lost > 0;
    }

    /** Whether samples came, and every one was refused. */
    boolean isNothingTaken() {
        return accepted == 0 && !listed.isEmpty();
    }

    /** @param error where the JSON is broken, or null */
    JsonObject toJson(@Nullable String error) {
        // The parser rejects a slice's items before the sink rejects others of them.
        listed.sort(Comparator.comparingInt(Rejected::item));
        JsonArray rejected = new JsonArray();
        listed.forEach(r -> rejected.add(new JsonObject().put("index", r.item).put("reason", r.reason.label())));
        JsonObject json = new JsonObject().put("accepted", accepted).put("rejected", rejected);
        if (unlisted > 0) {
            json.put("unlisted", unlisted);
        }
        if (lost > 0) {
            json.put("lost", lost);
        }
        if (error != null) {
            json.put("error", error);
        }
        return json;
    }
}
