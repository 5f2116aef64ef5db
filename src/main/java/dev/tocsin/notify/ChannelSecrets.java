package dev.tocsin.notify;

import dev.tocsin.http.Secret;
import dev.tocsin.http.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;

/** What an attempt comes to whose secrets can't be read. */
final class ChannelSecrets {
    private ChannelSecrets() {}

    /** One attempt with all of them; where one can't be read, it may go well later. */
    static Future<Answer> with(Vertx vertx, List<Secret> secrets, Function<List<String>, Future<Answer>> attempt) {
        return Secrets.read(vertx, secrets)
                .transform(read -> read.failed()
                        ? Future.succeededFuture(new Answer.Transient(
                                FailureReason.SECRET,
                                String.valueOf(read.cause().getMessage()),
                                null))
                        : attempt.apply(read.result()));
    }
}
