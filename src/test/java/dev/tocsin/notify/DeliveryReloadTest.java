package dev.tocsin.notify;

import static dev.tocsin.notify.Notifications.HOOK;
import static dev.tocsin.notify.Receiver.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.DeliveryOutcome;
import dev.tocsin.core.DeliveryOutcome.Result;
import dev.tocsin.core.Integration;
import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.ProxySettings;
import dev.tocsin.http.TlsSettings;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Channels that take the place of others. */
class DeliveryReloadTest extends DeliveryOverSockets {
    @Test
    void whatWaitsForAReplacedChannelIsSupersededAndAnUnchangedOneGoesOn() throws Exception {
        Integration other = new Integration("other", "webhook", 0);
        try (Receiver old = new Receiver(status(503, "Retry-After: 60"));
                Receiver same = new Receiver(status(503))) {
            start(Map.of(HOOK, webhook(old.url("/")), other, webhook(same.url("/"))));
            CompletableFuture<DeliveryOutcome> changed = deliver(Notifications.of("a", MINUTE.multipliedBy(2)));
            old.next();
            CompletableFuture<DeliveryOutcome> kept =
                    deliver(Notifications.of(other, "b", MINUTE, Notifications.alert("b", null)));
            same.next();

            delivery.use(get(delivery.prepare(Map.of(HOOK, webhook(same.url("/new")), other, webhook(same.url("/"))))));

            assertThat(get(changed).result()).isEqualTo(Result.SUPERSEDED);
            assertThat(get(kept).result()).isEqualTo(Result.ACCEPTED);
            assertThat(get(deliver(Notifications.of("a", MINUTE))).result()).isEqualTo(Result.ACCEPTED);
            assertThat(failed("superseded")).isZero();
        }
    }

    @Test
    void whereAChannelCannotBeOpenedNothingIsReplacedAndTheCallerIsTold() throws Exception {
        Integration other = new Integration("other", "webhook", 0);
        HttpClientSettings withoutHost = new HttpClientSettings(
                null, true, TlsSettings.DEFAULT, ProxySettings.of(URI.create("mailto:a@b")), Map.of());
        try (Receiver receiver = new Receiver()) {
            start(receiver.url("/old"));

            var prepared = delivery.prepare(
                    Map.of(HOOK, webhook(receiver.url("/new")), other, webhook(receiver.url("/"), withoutHost)));

            assertThatThrownBy(() -> get(prepared)).isInstanceOf(ExecutionException.class);
            assertThat(get(deliver(Notifications.of("a", MINUTE))).result()).isEqualTo(Result.ACCEPTED);
            assertThat(receiver.next().line()).isEqualTo("POST /old HTTP/1.1");
        }
    }

    @Test
    void preparedChannelsAreUsedOnlyOnceTheyArePutInForce() throws Exception {
        try (Receiver receiver = new Receiver()) {
            start(receiver.url("/old"));
            DeliveryVerticle.Prepared prepared = get(delivery.prepare(Map.of(HOOK, webhook(receiver.url("/new")))));
            get(deliver(Notifications.of("a", MINUTE)));
            delivery.use(prepared);
            delivery.discard(prepared);
            get(deliver(Notifications.of("b", MINUTE)));

            assertThat(receiver.next().line()).isEqualTo("POST /old HTTP/1.1");
            assertThat(receiver.next().line()).isEqualTo("POST /new HTTP/1.1");
        }
    }

    @Test
    void anIntegrationThatDoesNotExistIsSaidToBeRefused() throws Exception {
        start(Map.of());

        assertThat(get(deliver(Notifications.of("a", MINUTE))).result()).isEqualTo(Result.REFUSED);
    }
}
