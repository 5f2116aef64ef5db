package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.SampleSink;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes DogStatsD and StatsD datagrams from one UDP socket. Deploy it on an event loop, one instance per socket: the
 * sockets share the port (SO_REUSEPORT), the kernel spreads senders over them, and nothing is shared between instances.
 * The channel is registered on the verticle's own event loop, so the parser, the batch and the {@link SampleSink} are
 * confined to the thread of {@link #context()}.
 *
 * <p>With Netty's native epoll transport many datagrams come in by one {@code recvmmsg} ({@link DatagramReads});
 * elsewhere one by one through NIO, and nobody tells what the kernel drops. Datagrams of any size that UDP can carry are read whole.
 */
public final class UdpVerticle extends DatagramVerticle {
    private static final System.Logger LOG = System.getLogger(UdpVerticle.class.getName());

    /**
     * More than the 65,527 bytes that a UDP datagram holds at most, and an odd number of cache lines: were it a power
     * of two, the beginnings of all datagrams of a read would compete for the same few sets of the cache.
     */
    private static final int DATAGRAM_STRIDE = 1_057 * 64;

    private static final long KERNEL_INTERVAL_MILLIS = 1_000;
    private static final int SOL_SOCKET = 1;

    /** Like SO_RCVBUF, beyond {@code net.core.rmem_max}; needs CAP_NET_ADMIN. */
    private static final IntegerUnixChannelOption SO_RCVBUFFORCE =
            new IntegerUnixChannelOption("SO_RCVBUFFORCE", SOL_SOCKET, 33);

    private final UdpSettings settings;
    private @Nullable KernelDrops kernelDrops;

    /**
     * @param socket names this socket in metrics and logs, {@code udp-0}; unique among the instances
     * @param sink called only on this verticle's event loop
     * @param annotations is given events and service checks, on this verticle's event loop; must not block
     */
    public UdpVerticle(
            String socket,
            UdpSettings settings,
            SampleSink sink,
            Clock clock,
            MeterRegistry registry,
            Consumer<Event.Annotation> annotations) {
        super(socket, settings.signedGauges(), DATAGRAM_STRIDE, sink, clock, registry, annotations);
        this.settings = settings;
    }

    /** The bound port; the kernel's choice where the settings say 0. Only after deployment. */
    public int port() {
        Channel bound = channel();
        if (bound == null) {
            throw new IllegalStateException("not bound");
        }
        return ((InetSocketAddress) bound.localAddress()).getPort();
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(() -> InetAddress.getByName(settings.host()))
                .compose(address -> bind(Objects.requireNonNull(address)))
                .onSuccess(v -> vertx.setPeriodic(KERNEL_INTERVAL_MILLIS, id -> readKernel()));
    }

    private Future<Void> bind(InetAddress address) {
        boolean shared = settings.sockets() > 1;
        SocketProtocolFamily family =
                address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        Bootstrap bootstrap = new Bootstrap().option(ChannelOption.SO_RCVBUF, settings.receiveBufferBytes());
        if (isEpoll()) {
            bootstrap
                    .channelFactory(() -> new EpollDatagramChannel(family))
                    .option(EpollChannelOption.SO_REUSEPORT, shared);
        } else {
            bootstrap.channelFactory(() -> new NioDatagramChannel(family));
            if (shared) {
                bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
            }
        }
        return bind(bootstrap, new InetSocketAddress(address, settings.port()));
    }

    @Override
    void onBound(Channel bound, IngestMeters meters) {
        meters.withDatagrams("udp").withReceiveBuffer();
        if (isEpoll()) {
            kernelDrops = new KernelDrops(bound);
            meters.withKernelDrops();
        }
        long granted = grantedReceiveBuffer(bound);
        accounting().setReceiveBuffer(granted);
        if (granted < settings.receiveBufferBytes()) {
            LOG.log(
                    Level.WARNING,
                    "{0}: asked for a receive buffer of {1} bytes, the kernel granted {2}; bursts may be lost."
                            + " Allow more with: sysctl -w net.core.rmem_max={1}",
                    accounting().socket(),
                    Integer.toString(settings.receiveBufferBytes()),
                    Long.toString(granted));
        }
        LOG.log(
                Level.INFO,
                "{0}: listening on {1} ({2})",
                accounting().socket(),
                bound.localAddress(),
                isEpoll() ? "epoll, recvmmsg" : "NIO");
    }

    /** Linux doubles what it is asked for, to cover its own bookkeeping, and tells the doubled figure. */
    private long grantedReceiveBuffer(Channel bound) {
        if (!isEpoll()) {
            return bound.config().getOption(ChannelOption.SO_RCVBUF);
        }
        long granted = bound.config().getOption(ChannelOption.SO_RCVBUF) / 2;
        if (granted < settings.receiveBufferBytes()) {
            try {
                bound.config().setOption(SO_RCVBUFFORCE, settings.receiveBufferBytes());
            } catch (ChannelException e) {
                LOG.log(Level.DEBUG, "no right to exceed net.core.rmem_max", e);
            }
            granted = bound.config().getOption(ChannelOption.SO_RCVBUF) / 2;
        }
        return granted;
    }

    /** Happens every second by itself. */
    @Override
    void readKernel() {
        Channel bound = channel();
        if (kernelDrops != null && bound != null && bound.isOpen()) {
            accounting().addKernelDrops(kernelDrops.more());
            accounting().publish();
        }
    }
}
