package dev.tocsin.watch;

import dev.tocsin.core.Clock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Sends the demo load, as any client would: DogStatsD datagrams to our own port. Confined to its event loop. What can't
 * be sent is lost, as UDP is, and said once.
 */
public final class DemoVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(DemoVerticle.class.getName());

    /** Fits an Ethernet frame. */
    static final int DATAGRAM_BYTES = 1_432;

    private static final long STEP_MILLIS = 200;
    /** After a pause of the process only this much is made up for. */
    private static final long LONGEST_STEP_MILLIS = 2_000;

    private final String host;
    private final int port;
    private final Clock clock;
    private final DemoTraffic traffic;
    private long sentUpToMillis;
    private @Nullable DatagramSocket socket;
    private boolean warned;

    /** @param host where the UDP socket listens; an address that means all is taken as loopback */
    public DemoVerticle(String host, int port, long seed, Clock clock) {
        this.host = isAnyLocal(host) ? "127.0.0.1" : host;
        this.port = port;
        this.clock = clock;
        this.sentUpToMillis = clock.wallMillis();
        this.traffic = new DemoTraffic(seed, sentUpToMillis);
    }

    private static boolean isAnyLocal(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    @Override
    public Future<?> start() {
        socket = vertx.createDatagramSocket(new DatagramSocketOptions().setIpV6(host.contains(":")));
        vertx.setPeriodic(STEP_MILLIS, timer -> send());
        LOG.log(Level.INFO, "sending a demo load to {0}:{1}", host, Integer.toString(port));
        return Future.succeededFuture();
    }

    private void send() {
        long now = clock.wallMillis();
        long from = Math.max(sentUpToMillis, now - LONGEST_STEP_MILLIS);
        sentUpToMillis = now;
        if (now <= from) {
            return;
        }
        Buffer datagram = Buffer.buffer();
        for (String line : traffic.lines(from, now)) {
            Buffer encoded = Buffer.buffer(line);
            if (datagram.length() > 0 && datagram.length() + 1 + encoded.length() > DATAGRAM_BYTES) {
                send(datagram);
                datagram = Buffer.buffer();
            }
            if (datagram.length() > 0) {
                datagram.appendByte((byte) '\n');
            }
            datagram.appendBuffer(encoded);
        }
        if (datagram.length() > 0) {
            send(datagram);
        }
    }

    private void send(Buffer datagram) {
        if (socket != null) {
            socket.send(datagram, port, host).onFailure(e -> {
                if (!warned) {
                    warned = true;
                    LOG.log(Level.WARNING, "the demo load can't be sent; this is said once", e);
                }
            });
        }
    }

    @Override
    public Future<?> stop() {
        return socket == null ? Future.succeededFuture() : socket.close();
    }
}
