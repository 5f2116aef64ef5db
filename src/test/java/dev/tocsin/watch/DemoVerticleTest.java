package dev.tocsin.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Clock;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoVerticleTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(60, TimeUnit.SECONDS);
    }

    @Test
    void sendsDatagramsOfWholeLinesToThePort() throws Exception {
        LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        DatagramSocket receiver = vertx.createDatagramSocket();
        receiver.handler(packet -> received.add(packet.data().toString()));
        receiver.listen(0, "127.0.0.1").await(60, TimeUnit.SECONDS);
        int port = receiver.localAddress().port();

        vertx.deployVerticle(new DemoVerticle("0.0.0.0", port, 7, Clock.system()))
                .await(60, TimeUnit.SECONDS);

        for (int i = 0; i < 10; i++) {
            String datagram = received.poll(60, TimeUnit.SECONDS);
            assertThat(datagram).isNotNull().hasSizeLessThanOrEqualTo(DemoVerticle.DATAGRAM_BYTES);
            assertThat(datagram.split("\n", -1)).allMatch(line -> line.contains("|#") && line.contains(":"));
        }
    }
}
