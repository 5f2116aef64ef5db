package dev.tocsin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Rejection;
import dev.tocsin.ingest.Accounting.Totals;
import dev.tocsin.ingest.wire.SignedGauges;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@EnabledOnOs(OS.LINUX)
class UnixVerticleTest {
    private static final Logger BAD_LINES = Logger.getLogger("dev.tocsin.ingest.BadLineLog");

    @TempDir
    private Path directory;

    private final RecordingSink sink = new RecordingSink();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final EventLoopGroup sender = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    private UnixVerticle verticle(Path path) {
        return new UnixVerticle(
                "unix-0",
                new UnixSettings(path, SignedGauges.ABSOLUTE),
                sink,
                new ManualClock(1_000),
                registry,
                annotation -> {});
    }

    private void send(Path path, String... datagrams) throws Exception {
        Channel channel = new Bootstrap()
                .group(sender)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(new DomainSocketAddress(directory.resolve("sender").toString()))
                .sync()
                .channel();
        for (String datagram : datagrams) {
            channel.writeAndFlush(new DomainDatagramPacket(
                            Unpooled.copiedBuffer(datagram, StandardCharsets.UTF_8),
                            new DomainSocketAddress(path.toString())))
                    .sync();
        }
        channel.close().sync();
        Files.delete(directory.resolve("sender"));
    }

    private static void settle(UnixVerticle verticle) {
        Promise<Void> promise = Promise.promise();
        verticle.context().runOnContext(v -> promise.complete());
        promise.future().await();
    }

    @BeforeAll
    static void quiet() {
        assertThat(Epoll.isAvailable()).isTrue();
        BAD_LINES.setLevel(Level.SEVERE);
    }

    @AfterEach
    void close() {
        vertx.close().await();
        sender.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void takesDatagramsAndCleansUp() throws Exception {
        Path path = directory.resolve("dsd.socket");
        UnixVerticle verticle = verticle(path);
        vertx.deployVerticle(verticle).await();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx-w--w-");

        send(path, "a:1|c\nb:2|g", "bad", "c:3|ms|#x:y");

        assertThat(sink.await(3)).containsExactly("counter a 1.0", "gauge b 2.0", "distribution c 3.0 #x:y");
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(4, 3, 1, 0));
        assertThat(registry.get("tocsin.unix.datagrams").functionCounter().count())
                .isEqualTo(3);
        vertx.undeploy(verticle.deploymentID()).await();
        assertThat(path).doesNotExist();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void takesTheWholeLinesOfADatagramThatIsTooLong() throws Exception {
        Path path = directory.resolve("dsd.socket");
        UnixVerticle verticle = verticle(path);
        vertx.deployVerticle(verticle).await();

        send(path, "a:1|c\n".repeat(UnixVerticle.MAX_DATAGRAM_BYTES / 6 + 1), "b".repeat(100_000), "end:1|c");

        int whole = UnixVerticle.MAX_DATAGRAM_BYTES / 6;
        assertThat(sink.await(whole + 1)).hasSize(whole + 1).endsWith("counter end 1.0");
        settle(verticle);
        assertThat(verticle.accounting().totals()).isEqualTo(new Totals(whole + 3, whole + 1, 2, 0));
        assertThat(verticle.accounting().rejected(Rejection.TOO_LARGE)).isEqualTo(2);
        assertThat(verticle.accounting().truncated()).isEqualTo(2);
    }

    @Test
    void replacesTheSocketOfAProcessThatIsGone() throws Exception {
        Path path = directory.resolve("dsd.socket");
        Channel dead = new Bootstrap()
                .group(sender)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .bind(new DomainSocketAddress(path.toString()))
                .sync()
                .channel();
        dead.close().sync();
        assertThat(path).exists();

        vertx.deployVerticle(verticle(path)).await();

        send(path, "a:1|c");
        assertThat(sink.await(1)).containsExactly("counter a 1.0");
    }

    @Test
    void leavesAloneWhatIsNotItsOwn() throws Exception {
        Path file = Files.writeString(directory.resolve("precious"), "text");
        assertThatThrownBy(() -> vertx.deployVerticle(verticle(file)).await())
                .hasMessageContaining("exists and is no socket");
        assertThat(file).hasContent("text");

        Path used = directory.resolve("dsd.socket");
        UnixVerticle first = verticle(used);
        vertx.deployVerticle(first).await();
        assertThatThrownBy(() -> vertx.deployVerticle(verticle(used)).await()).hasMessageContaining("is in use");
        send(used, "a:1|c");
        assertThat(sink.await(1)).containsExactly("counter a 1.0");
    }

    @Test
    void refusesAPathThatTheKernelCannotTake() {
        assertThatThrownBy(() -> new UnixSettings(Path.of("/" + "x".repeat(107)), SignedGauges.ABSOLUTE))
                .hasMessageContaining("at most 107 bytes");
    }
}
