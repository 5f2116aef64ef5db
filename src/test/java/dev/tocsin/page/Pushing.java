package dev.tocsin.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A client that pushes a line by UDP, again and again, as long as it is open. */
final class Pushing implements AutoCloseable {
    private static final long EVERY_MILLIS = 200;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final DatagramSocket socket;
    private final InetSocketAddress target;
    private final Future<?> pushes;

    private Pushing(DatagramSocket socket, int port, Supplier<String> line) {
        this.socket = socket;
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.pushes = timer.scheduleAtFixedRate(() -> send(line.get()), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    static Pushing to(int port, Supplier<String> line) {
        try {
            return new Pushing(new DatagramSocket(), port, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pushes.cancel(false);
        timer.close();
        socket.close();
    }
}
