package dev.tocsin.notify;

import dev.tocsin.core.Notification;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a receiver by HTTP what its {@link HttpProtocol} says. Messages are made on a worker thread, since a group may be
 * large; all else is confined to the event loop of {@link DeliveryVerticle}.
 */
final class HttpChannel implements Channel {
    /** Notifications of which some messages were accepted and others not; the oldest is forgotten beyond. */
    private static final int MOST_PARTIAL = 1_000;

    private final ChannelContext context;
    private final HttpProtocol protocol;
    private final Duration timeout;
    private final HttpPoster poster;
    /** By the notification's key, to whom it need not be sent again. */
    private final Map<String, Partial> partial = new LinkedHashMap<>();

    /** What is known of a notification that goes to several. */
    private static final class Partial {
        /** Those who took it, or refused it for good while others are still tried. */
        final Set<String> done = new HashSet<>();

        Answer.@Nullable Permanent refused;
    }

    HttpChannel(ChannelContext context, HttpProtocol protocol, HttpChannelSettings settings) {
        this.context = context;
        this.protocol = protocol;
        this.timeout = settings.timeout();
        this.poster = new HttpPoster(context.vertx(), context.clock(), settings.http());
    }

    @Override
    public Future<Answer> send(Notification notification, Duration remaining) {
        Duration atMost = timeout.isPositive() && timeout.compareTo(remaining) < 0 ? timeout : remaining;
        return ChannelSecrets.with(context.vertx(), protocol.secrets(), secrets -> send(notification, secrets, atMost));
    }

    private Future<Answer> send(Notification notification, List<String> secrets, Duration atMost) {
        Filling filling = context.filling(notification);
        return context.vertx()
                .executeBlocking(() -> protocol.messages(notification, filling, secrets), false)
                .compose(messages -> send(notification, Objects.requireNonNull(messages), atMost));
    }

    private Future<Answer> send(Notification notification, Iterable<HttpMessage> messages, Duration atMost) {
        Partial known = partial.get(notification.key());
        Set<String> done = known == null ? Set.of() : known.done;
        List<String> recipients = new ArrayList<>();
        List<Future<Answer>> answers = new ArrayList<>();
        for (HttpMessage message : messages) {
            if (!done.contains(message.to())) {
                recipients.add(message.to());
                answers.add(poster.send(
                        message,
                        atMost,
                        protocol.answersInBody(),
                        reply -> protocol.meaning(notification, message, reply)));
            }
        }
        if (answers.isEmpty()) {
            return Future.succeededFuture(new Answer.Accepted("nothing to send"));
        }
        return Future.join(answers).map(all -> outcome(notification.key(), recipients, all.list()));
    }

    private Answer outcome(String key, List<String> recipients, List<Answer> answers) {
        Answer worst = answers.getFirst();
        boolean anyEnded = false;
        for (Answer answer : answers) {
            anyEnded |= !(answer instanceof Answer.Transient);
            worst = worse(worst, answer);
        }
        if (worst instanceof Answer.Accepted) {
            Partial before = partial.remove(key);
            return before == null || before.refused == null ? worst : before.refused;
        }
        if (anyEnded) {
            boolean triesOn = worst instanceof Answer.Transient;
            Partial known = partial.computeIfAbsent(key, added -> new Partial());
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i) instanceof Answer.Accepted) {
                    known.done.add(recipients.get(i));
                } else if (triesOn && answers.get(i) instanceof Answer.Permanent permanent) {
                    known.done.add(recipients.get(i));
                    known.refused = permanent;
                }
            }
            if (partial.size() > MOST_PARTIAL) {
                partial.remove(partial.keySet().iterator().next());
            }
        }
        return worst;
    }

    /** What can still go well is tried again before what can't is told; of two waits the longer. */
    private static Answer worse(Answer one, Answer other) {
        if (one instanceof Answer.Transient a && other instanceof Answer.Transient b) {
            return wait(a).compareTo(wait(b)) >= 0 ? a : b;
        }
        return rank(other) > rank(one) ? other : one;
    }

    private static Duration wait(Answer.Transient answer) {
        return Objects.requireNonNullElse(answer.retryAfter(), Duration.ZERO);
    }

    private static int rank(Answer answer) {
        return switch (answer) {
            case Answer.Accepted ignored -> 0;
            case Answer.Permanent ignored -> 1;
            case Answer.Transient ignored -> 2;
        };
    }

    @Override
    public void close() {
        poster.close();
    }
}
