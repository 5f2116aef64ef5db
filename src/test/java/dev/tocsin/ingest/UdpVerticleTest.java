package dev.tocsin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.Event;
import dev.tocsin.core.Labels;
import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.Accounting.Totals;
import dev.tocsin.ingest.wire.SignedGauges;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class UdpVerticleTest {
    /** Held, so that its level stays: the lines that these tests send are bad on purpose. */
    private static final Logger BAD_LINES = Logger.getLogger("dev.tocsin.ingest.BadLineLog");

    private static final Logger INTAKE = Logger.getLogger("dev.tocsin.ingest.Intake");

    private static final UdpSettings ANY_PORT = new UdpSettings("127.0.0.1", 0, 1, 1 << 20, SignedGauges.ABSOLUTE);

    private final RecordingSink sink = new RecordingSink();
    private final BlockingQueue<Event.Annotation> annotations = new LinkedBlockingQueue<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Vertx vertx;

    private UdpVerticle deploy(boolean nativeTransport, UdpSettings settings) {
        if (vertx == null) {
            vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        }
        UdpVerticle verticle =
                new UdpVerticle("udp-0", settings, sink, new ManualClock(1_000), registry, annotations::add);
        vertx.deployVerticle(verticle).await();
        return verticle;
    }

    private static void send(int port, byte[]... datagrams) throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (byte[] datagram : datagrams) {
                socket.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
            }
        }
    }

    private static void send(int port, String... datagrams) throws Exception {
        for (String datagram : datagrams) {
            send(port, datagram.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Lets the event loop finish what it reads now, so that its counts are at rest. */
    private static void settle(UdpVerticle verticle) {
        Promise<Void> promise = Promise.promise();
        verticle.context().runOnContext(v -> promise.complete());
        promise.future().await();
    }

    private static void awaitDatagrams(UdpVerticle verticle, long count) {
        while (verticle.accounting().datagrams() < count) {
            settle(verticle);
        }
    }

    @BeforeAll
    static void quiet() {
        BAD_LINES.setLevel(Level.SEVERE);
        INTAKE.setLevel(Level.OFF);
    }

    @AfterEach
    void close() {
        if (vertx != null) {
            vertx.close().await();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesDatagramsOnItsOwnEventLoop(boolean nativeTransport) throws Exception {
        UdpVerticle verticle = deploy(nativeTransport, ANY_PORT);

        send(verticle.port(), "api.latency:320:41|ms|#route:/login\nhits:1|c|@0.5\n", "temp:-5|g", "who:al|s");

        assertThat(sink.await(5))
                .containsExactly(
                        "distribution api.latency 320.0 #route:/login",
                        "distribution api.latency 41.0 #route:/login",
                        "counter hits 2.0",
                        "gauge temp -5.0",
                        "set who {al}");
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(5, 5, 0, 0));
        assertThat(verticle.accounting().datagrams()).isEqualTo(3);
        CountDownLatch asked = new CountDownLatch(1);
        Thread[] loop = new Thread[1];
        verticle.context().runOnContext(v -> {
            loop[0] = Thread.currentThread();
            asked.countDown();
        });
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sink.thread()).isSameAs(loop[0]);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsTheLargestDatagramWhole(boolean nativeTransport) throws Exception {
        UdpVerticle verticle = deploy(nativeTransport, ANY_PORT);
        String lines = "a:1|c\n".repeat(65_507 / 6);
        String datagram = lines + "b".repeat(65_507 - lines.length());

        send(verticle.port(), datagram, "end:1|c");

        assertThat(sink.await(10_918)).endsWith("counter a 1.0", "counter end 1.0");
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(10_919, 10_918, 1, 0));
        assertThat(verticle.accounting().truncated()).isZero();
        assertThat(verticle.accounting().bytes()).isEqualTo(65_507 + 7);
    }

    @Test
    void countsWhatItRejectsAndWhatTheSinkRejects() throws Exception {
        UdpVerticle verticle = deploy(true, ANY_PORT);

        send(verticle.port(), "garbage\nrefused:1|c\na:x|c\na:1|c|@2\n", "a:1|c");

        sink.await(1);
        settle(verticle);
        Accounting accounting = verticle.accounting();
        assertThat(accounting.totals()).isEqualTo(new Totals(5, 1, 4, 0));
        assertThat(accounting.rejected(Rejection.MALFORMED)).isEqualTo(1);
        assertThat(accounting.rejected(Rejection.KIND_CONFLICT)).isEqualTo(1);
        assertThat(accounting.rejected(Rejection.BAD_VALUE)).isEqualTo(1);
        assertThat(accounting.rejected(Rejection.BAD_RATE)).isEqualTo(1);
        assertThat(registry.get("tocsin.samples.rejected")
                        .tags("socket", "udp-0", "protocol", "dogstatsd", "reason", "bad_rate")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("tocsin.samples.accepted").functionCounter().count())
                .isEqualTo(1);
    }

    @Test
    void staysBalancedUnderGarbage() throws Exception {
        UdpVerticle verticle = deploy(true, ANY_PORT);
        Random random = new Random(20_261_121);
        for (int i = 0; i < 200; i++) {
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            send(verticle.port(), noise);
            if (i % 20 == 19) {
                // No more on the way than the smallest receive buffer holds.
                awaitDatagrams(verticle, i + 1);
            }
        }
        send(verticle.port(), "\0:1|c\n\u00ff\u00fe:1|c\n" + "t:1|c|#" + "x:y,".repeat(10_000) + "\nlast:1|c");

        sink.awaitThat(rows -> rows.contains("counter last 1.0"));
        settle(verticle);
        Totals totals = verticle.accounting().totals();
        assertThat(totals.isBalanced()).as("%s", totals).isTrue();
        assertThat(verticle.accounting().datagrams()).isEqualTo(201);
    }

    @Test
    void nulAndBytesThatAreNoUtf8HurtNothingElse() throws Exception {
        UdpVerticle verticle = deploy(true, ANY_PORT);

        send(
                verticle.port(),
                "\0\n\u00ff\u00fe\na:\0|c\na:\u00ff|g\na:1|\0\nn\0:1|c|#t\0:v\u00ff\nlast:1|c"
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(sink.await(2)).containsExactly("counter n\0 1.0 #t\0:v\ufffd", "counter last 1.0");
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(7, 2, 5, 0));
        assertThat(verticle.accounting().rejected(Rejection.MALFORMED)).isEqualTo(2);
        assertThat(verticle.accounting().rejected(Rejection.BAD_VALUE)).isEqualTo(2);
        assertThat(verticle.accounting().rejected(Rejection.UNKNOWN_TYPE)).isEqualTo(1);
    }

    @Test
    void passesEventsAndServiceChecksOn() throws Exception {
        UdpVerticle verticle = deploy(true, ANY_PORT);

        send(
                verticle.port(),
                "_e{10,11}:Zürich ü|line\\nébis|t:error|#env:prod|h:web1|d:77",
                "_sc|db.up|2|#role:a|m:no\\nway");

        assertThat(annotations.poll(60, TimeUnit.SECONDS))
                .isEqualTo(new Event.Annotation(
                        77_000, "Zürich ü", "line\nébis", "error", Labels.of("env", "prod", "host", "web1")));
        assertThat(annotations.poll(60, TimeUnit.SECONDS))
                .isEqualTo(new Event.Annotation(1_000, "db.up", "no\nway", "critical", Labels.of("role", "a")));
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(2, 2, 0, 0));
    }

    @Test
    void countsSamplesAsDroppedWhenTheSinkFails() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        UdpVerticle verticle = new UdpVerticle(
                "udp-0",
                ANY_PORT,
                (batch, now) -> {
                    failed.countDown();
                    throw new IllegalStateException("out of order");
                },
                new ManualClock(0),
                registry,
                annotations::add);
        vertx.deployVerticle(verticle).await();

        send(verticle.port(), "a:1:2|c\nb");

        assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(3, 0, 1, 2));
    }

    @Test
    void seesWhatTheKernelDropsForEachSocketOfAPort() throws Exception {
        UdpSettings tiny = new UdpSettings("127.0.0.1", 0, 2, 4_096, SignedGauges.ABSOLUTE);
        UdpVerticle held = deploy(true, tiny);
        RecordingSink otherSink = new RecordingSink();
        UdpVerticle other = new UdpVerticle(
                "udp-1", tiny.withPort(held.port()), otherSink, new ManualClock(0), registry, annotations::add);
        vertx.deployVerticle(other).await();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch holding = new CountDownLatch(1);
        held.context().runOnContext(v -> {
            holding.countDown();
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(holding.await(60, TimeUnit.SECONDS)).isTrue();

        int sent = 0;
        for (int sender = 0; sender < 20; sender++) {
            byte[][] datagrams = new byte[50][];
            Arrays.fill(datagrams, "a:1|c".getBytes(StandardCharsets.UTF_8));
            send(held.port(), datagrams);
            sent += datagrams.length;
        }
        release.countDown();

        assertThat(held.context()).isNotSameAs(other.context());
        for (UdpVerticle verticle : new UdpVerticle[] {held, other}) {
            Promise<Void> read = Promise.promise();
            verticle.context().runOnContext(v -> {
                verticle.readKernel();
                read.complete();
            });
            read.future().await();
        }
        while (held.accounting().datagrams()
                        + held.accounting().kernelDrops()
                        + other.accounting().datagrams()
                        + other.accounting().kernelDrops()
                < sent) {
            settle(held);
            settle(other);
        }
        assertThat(held.accounting().kernelDrops()).isPositive();
        assertThat(held.accounting().datagrams()
                        + held.accounting().kernelDrops()
                        + other.accounting().datagrams()
                        + other.accounting().kernelDrops())
                .isEqualTo(sent);
        assertThat(registry.get("tocsin.udp.kernel.drops")
                        .tag("socket", "udp-0")
                        .functionCounter()
                        .count())
                .isEqualTo(held.accounting().kernelDrops());
    }

    @Test
    void takesItsMetersAlongWhenItStops() throws Exception {
        UdpVerticle verticle = deploy(true, ANY_PORT);
        assertThat(registry.getMeters()).isNotEmpty();
        assertThat(verticle.accounting().receiveBufferBytes())
                .isGreaterThanOrEqualTo(Math.min(1 << 20, mostReceiveBuffer()));
        vertx.undeploy(verticle.deploymentID()).await();
        assertThat(registry.getMeters()).isEmpty();
    }

    /** What the kernel grants to a socket without rights; net.core.rmem_max can't be read in every container. */
    private static int mostReceiveBuffer() throws Exception {
        try (DatagramSocket plain = new DatagramSocket()) {
            plain.setReceiveBufferSize(1 << 20);
            return plain.getReceiveBufferSize();
        }
    }

    @Test
    void failsToDeployWhereThePortIsTaken() throws Exception {
        UdpVerticle first = deploy(true, ANY_PORT);
        UdpVerticle second = new UdpVerticle(
                "udp-1", ANY_PORT.withPort(first.port()), sink, new ManualClock(0), registry, annotations::add);
        assertThatThrownBy(() -> vertx.deployVerticle(second).await()).hasMessageContaining("Address already in use");
    }
}
