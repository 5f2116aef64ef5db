package dev.tocsin.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a server that a test breaks: it ends connections as soon as they are made, or holds up whatever is said to the
 * server, so that each statement takes so much longer. Any thread.
 */
final class FaultyLink implements AutoCloseable {
    private final int serverPort;
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean refuses;
    private volatile Duration delay = Duration.ZERO;

    FaultyLink(int serverPort) throws IOException {
        this.serverPort = serverPort;
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Ends all connections, and every other as soon as it is made. */
    void refuse() throws IOException {
        refuses = true;
        closeAll();
    }

    void accept() {
        refuses = false;
    }

    void slow(Duration each) {
        delay = each;
    }

    private void serve() {
        try {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                open.add(server);
                Thread.ofVirtual().start(() -> carry(client, server, true));
                Thread.ofVirtual().start(() -> carry(server, client, false));
                if (refuses) {
                    closeAll();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void closeAll() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void carry(Socket from, Socket to, boolean slowly) {
        byte[] bytes = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                if (slowly) {
                    Thread.sleep(delay);
                }
                out.write(bytes, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // the other one learns of it by the end of its own
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        refuse();
    }
}
