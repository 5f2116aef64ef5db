package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import dev.tocsin.core.Event;
import dev.tocsin.core.SampleSink;
import dev.tocsin.ingest.wire.SignedGauges;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One datagram socket on the verticle's own event loop, from bind to close. Everything here is confined to that loop
 * but {@link #context()} and {@link #accounting()}.
 */
abstract sealed class DatagramVerticle extends VerticleBase permits UdpVerticle, UnixVerticle {
    private static final int DATAGRAMS_PER_CALL = 32;
    private static final long DRAIN_MILLIS = 200;
    private static final long DRAIN_STEP_MILLIS = 5;

    private final DatagramReceiver receiver;
    private final MeterRegistry registry;
    private final Clock clock;
    private final int maxDatagramBytes;
    private @Nullable IoRegistration reads;
    private @Nullable IngestMeters meters;
    private @Nullable Channel channel;

    DatagramVerticle(
            String socket,
            SignedGauges signedGauges,
            int maxDatagramBytes,
            SampleSink sink,
            Clock clock,
            MeterRegistry registry,
            Consumer<Event.Annotation> annotations) {
        this.receiver = new DatagramReceiver(socket, signedGauges, maxDatagramBytes, sink, clock, annotations);
        this.registry = registry;
        this.clock = clock;
        this.maxDatagramBytes = maxDatagramBytes;
    }

    /** The event loop that owns the sink; run what must see it at rest here. Only after deployment. */
    public final Context context() {
        return context;
    }

    /** What this socket took in; readable from any thread. */
    public final Accounting accounting() {
        return receiver.accounting();
    }

    final @Nullable Channel channel() {
        return channel;
    }

    final boolean isEpoll() {
        return Epoll.isAvailable() && ((IoEventLoopGroup) eventLoop()).isIoType(EpollIoHandler.class);
    }

    /**
     * Binds, begins to read, and lets {@link #onBound} finish the work before the deployment succeeds: by
     * {@code recvmmsg} where there is epoll, else through the channel's pipeline.
     */
    final Future<Void> bind(Bootstrap bootstrap, SocketAddress address) {
        bootstrap
                .group(eventLoop())
                .handler(receiver)
                .option(ChannelOption.AUTO_READ, !isEpoll())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(maxDatagramBytes));
        Promise<Channel> binding = Promise.promise();
        bootstrap.bind(address).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                binding.complete(done.channel());
            } else {
                binding.fail(done.cause());
            }
        });
        return binding.future().compose(bound -> {
            channel = bound;
            meters = new IngestMeters(registry, accounting());
            onBound(bound, meters);
            accounting().publish();
            return bound instanceof UnixChannel socket ? read(socket) : Future.succeededFuture();
        });
    }

    private Future<Void> read(UnixChannel bound) {
        DatagramBlock block = new DatagramBlock(DATAGRAMS_PER_CALL, maxDatagramBytes);
        return DatagramReads.begin(bound, (IoEventLoop) eventLoop(), block, receiver, clock)
                .onSuccess(begun -> reads = begun)
                .mapEmpty();
    }

    abstract void onBound(Channel bound, IngestMeters samplesMeters);

    /** Brings up to date what only the kernel knows. Called before the socket is closed. */
    void readKernel() {}

    /** Takes what the socket still holds, for at most {@value #DRAIN_MILLIS} ms, then closes it. */
    @Override
    public Future<?> stop() {
        if (channel == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        closeWhenDrained(channel, DRAIN_MILLIS, accounting().datagrams(), closed);
        return closed.future();
    }

    private void closeWhenDrained(Channel open, long millisLeft, long datagramsBefore, Promise<Void> closed) {
        vertx.setTimer(DRAIN_STEP_MILLIS, id -> {
            long datagrams = accounting().datagrams();
            if (datagrams > datagramsBefore && millisLeft > DRAIN_STEP_MILLIS) {
                closeWhenDrained(open, millisLeft - DRAIN_STEP_MILLIS, datagrams, closed);
                return;
            }
            readKernel();
            if (reads != null) {
                reads.cancel();
            }
            open.close().addListener(done -> {
                if (meters != null) {
                    meters.remove();
                }
                closed.complete();
            });
        });
    }

    private EventLoop eventLoop() {
        return ((ContextInternal) context).nettyEventLoop();
    }
}
