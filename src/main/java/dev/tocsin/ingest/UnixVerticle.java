package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.SampleSink;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Takes DogStatsD and StatsD datagrams from a Unix datagram socket, as {@link UdpVerticle} does from UDP and confined
 * in the same way. Linux with the native transport only. The kernel drops nothing here: a sender waits, or is told
 * that the queue is full.
 *
 * <p>A datagram may have {@value #MAX_DATAGRAM_BYTES} bytes. Of a longer one the whole lines in that much are taken,
 * the rest is one sample rejected as too large.
 */
public final class UnixVerticle extends DatagramVerticle {
    private static final System.Logger LOG = System.getLogger(UnixVerticle.class.getName());

    static final int MAX_DATAGRAM_BYTES = 64 << 10;

    private final SocketFile file;

    /**
     * @param socket names this socket in metrics and logs, {@code unix-0}
     * @param sink called only on this verticle's event loop
     * @param annotations is given events and service checks, on this verticle's event loop; must not block
     */
    public UnixVerticle(
            String socket,
            UnixSettings settings,
            SampleSink sink,
            Clock clock,
            MeterRegistry registry,
            Consumer<Event.Annotation> annotations) {
        super(socket, settings.signedGauges(), MAX_DATAGRAM_BYTES + 1, sink, clock, registry, annotations);
        this.file = new SocketFile(settings.path());
    }

    @Override
    public Future<?> start() {
        if (!isEpoll()) {
            return Future.failedFuture("a Unix datagram socket needs Linux and Netty's native epoll transport");
        }
        return vertx.executeBlocking(() -> {
                    file.makeRoom();
                    return file;
                })
                .compose(ready -> bind(
                        new Bootstrap().channelFactory(EpollDomainDatagramChannel::new),
                        new DomainSocketAddress(file.path().toString())))
                .compose(v -> vertx.executeBlocking(() -> {
                    file.open();
                    return file;
                }))
                .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)));
    }

    @Override
    void onBound(Channel bound, IngestMeters meters) {
        meters.withDatagrams("unix");
        LOG.log(Level.INFO, "{0}: listening on {1}", accounting().socket(), file.path());
    }

    @Override
    public Future<?> stop() {
        return super.stop()
                .compose(v -> vertx.executeBlocking(() -> {
                    try {
                        file.remove();
                    } catch (IOException e) {
                        LOG.log(Level.WARNING, "the socket file stays behind: {0}", e.toString());
                    }
                    return file;
                }));
    }
}
