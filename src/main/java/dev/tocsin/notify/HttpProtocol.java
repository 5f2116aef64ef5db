package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import dev.tocsin.http.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of HTTP receiver is told, and what its answers mean: all that tells one such channel from another. Called
 * from worker threads, several at a time.
 */
interface HttpProtocol {
    /** What must be read before each attempt, in the order in which {@link #messages} gets it. */
    List<Secret> secrets();

    /**
     * The requests of one attempt, which are sent side by side; none where there is nothing to say. In a later attempt at
     * the same notification those that were accepted are left out.
     *
     * @param secrets what {@link #secrets} stands for
     */
    List<HttpMessage> messages(Notification notification, Filling filling, List<String> secrets);

    /** Whether the status alone does not tell how it went, so that {@link #meaning} waits for all of the body. */
    default boolean answersInBody() {
        return false;
    }

    /** What an answer means; null for what its status usually means. */
    default @Nullable Answer meaning(Notification notification, HttpMessage message, HttpReply reply) {
        return null;
    }
}
