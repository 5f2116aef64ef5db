package dev.tocsin.watch.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Takes connections on a port of loopback and says to each what a test wants, however badly it behaves. */
final class RawServer implements AutoCloseable {
    interface Talk {
        void with(InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket server;

    RawServer(Talk talk) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            talk.with(socket.getInputStream(), socket.getOutputStream());
                        } catch (IOException gone) {
                            // the client has what it wanted
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    /** Answers every request over HTTP with these bytes, and closes. */
    static RawServer answering(String answer) throws IOException {
        return new RawServer((in, out) -> {
            readHead(in);
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    static void readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return;
            }
            head.append((char) next);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
