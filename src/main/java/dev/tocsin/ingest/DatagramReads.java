package dev.tocsin.ingest;

import dev.tocsin.core.Clock;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bound datagram channel by {@code recvmmsg} on its own event loop, in place of the channel's pipeline, which
 * makes several native calls and two objects of each datagram: where a datagram holds one sample, that is a quarter of
 * what it costs. The channel itself must not read ({@code AUTO_READ} off); it stays the owner of address and options.
 * Confined to the event loop.
 *
 * <p>Datagrams that come at short intervals are gathered, as network drivers do it: instead of being woken for each, the
 * loop looks every {@value #GATHER_MICROS} µs for as long as there are several. Being woken costs more than reading.
 * Where a look leaves something in the queue, the next one follows as soon as the loop's other tasks had their turn.
 */
final class DatagramReads implements EpollIoHandle {
    /** System calls after which the event loop's other tasks get their turn. */
    private static final int CALLS_PER_WAKEUP = 4;

    private static final MethodHandle DUP = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("dup"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    /** Far less than a receive buffer holds, more than a wake-up costs. */
    private static final long GATHER_MICROS = 100;

    /** Edge-triggered, and no event to trigger: EpollIoOps.NONE would take the socket out of epoll for good. */
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    /** The channel's socket once more: epoll knows a file descriptor only once. */
    private final FileDescriptor socket;

    private final DatagramBlock block;
    private final DatagramReceiver receiver;
    private final IoEventLoop loop;
    private final Clock clock;
    private long lastReadNanos;
    /** The next look while gathering. */
    private @Nullable ScheduledFuture<?> next;

    private DatagramReads(
            FileDescriptor socket, DatagramBlock block, DatagramReceiver receiver, IoEventLoop loop, Clock clock) {
        this.socket = socket;
        this.block = block;
        this.receiver = receiver;
        this.loop = loop;
        this.clock = clock;
        this.lastReadNanos = clock.monotonicNanos();
    }

    /** Begins to read; {@link IoRegistration#cancel} of the result ends it, and closes the block. */
    static Future<IoRegistration> begin(
            UnixChannel bound, IoEventLoop loop, DatagramBlock block, DatagramReceiver receiver, Clock clock) {
        Promise<IoRegistration> begun = Promise.promise();
        FileDescriptor socket;
        try {
            socket = duplicate(bound.fd());
        } catch (IOException e) {
            block.close();
            return Future.failedFuture(e);
        }
        loop.register(new DatagramReads(socket, block, receiver, loop, clock)).addListener(registered -> {
            if (registered.isSuccess()) {
                IoRegistration registration = (IoRegistration) registered.getNow();
                registration.submit(EpollIoOps.EPOLLIN);
                begun.complete(registration);
            } else {
                begun.fail(registered.cause());
            }
        });
        return begun.future();
    }

    private static FileDescriptor duplicate(FileDescriptor original) throws IOException {
        int duplicate;
        try {
            duplicate = (int) DUP.invokeExact(original.intValue());
        } catch (Throwable e) {
            throw new AssertionError("a native call throws nothing", e);
        }
        if (duplicate < 0) {
            throw new IOException("no file descriptor is left for the socket");
        }
        return new FileDescriptor(duplicate);
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        read();
        long nowNanos = clock.monotonicNanos();
        if (nowNanos - lastReadNanos < TimeUnit.MICROSECONDS.toNanos(GATHER_MICROS)) {
            registration.submit(NOTHING);
            gather(registration);
        }
        lastReadNanos = nowNanos;
    }

    private void gather(IoRegistration registration) {
        next = loop.schedule(() -> gathered(registration), GATHER_MICROS, TimeUnit.MICROSECONDS);
    }

    private void gathered(IoRegistration registration) {
        int datagrams = read();
        if (datagrams >= CALLS_PER_WAKEUP * block.capacity()) {
            next = loop.schedule(() -> gathered(registration), 0, TimeUnit.MICROSECONDS);
        } else if (datagrams > 1) {
            gather(registration);
        } else {
            registration.submit(EpollIoOps.EPOLLIN);
        }
    }

    /** @return how many datagrams came: {@link #CALLS_PER_WAKEUP} full blocks where more may be waiting */
    private int read() {
        int taken = 0;
        try {
            for (int calls = 0; calls < CALLS_PER_WAKEUP; calls++) {
                int datagrams = block.receive(socket.intValue());
                for (int i = 0; i < datagrams; i++) {
                    receiver.take(block, i);
                }
                taken += datagrams;
                if (datagrams < block.capacity()) {
                    break; // The queue was empty: asking again would cost a system call.
                }
            }
        } catch (IOException | RuntimeException e) {
            receiver.failed(e);
        } finally {
            receiver.flush();
        }
        return taken;
    }

    @Override
    public void unregistered() {
        if (next != null) {
            next.cancel(false);
        }
        block.close();
        try {
            socket.close();
        } catch (IOException e) {
            receiver.failed(e);
        }
    }

    @Override
    public void close() {
        // unregistered() follows
    }
}
