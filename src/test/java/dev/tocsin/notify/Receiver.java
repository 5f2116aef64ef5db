package dev.tocsin.notify;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server on loopback that answers what a test says, byte by byte; {@code 200} where it says nothing more. Each
 * answer is sent and the connection closed, except {@link #SILENCE}, which keeps it open.
 */
final class Receiver implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    static final String SILENCE = "";
    static final String HANG_UP = "-";

    private final ServerSocket server;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final CopyOnWriteArrayList<Socket> open = new CopyOnWriteArrayList<>();

    /** @param nanos when it was complete, on the monotonic clock */
    record Request(String line, Map<String, String> headers, String body, long nanos) {}

    Receiver(String... answers) {
        this.answers.addAll(java.util.List.of(answers));
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    static String status(int code, String... headers) {
        return answer(code, "words", headers);
    }

    static String answer(int code, String body, String... headers) {
        return answer(code, body.length(), body, headers);
    }

    /** An answer that breaks off: its body is longer than what is sent of it. */
    static String half(int code, String body) {
        return answer(code, body.length(), body.substring(0, body.length() / 2));
    }

    private static String answer(int code, int length, String body, String... headers) {
        StringBuilder out = new StringBuilder(
                "HTTP/1.1 " + code + " Reason\r\nContent-Length: " + length + "\r\nConnection: close\r\n");
        for (String header : headers) {
            out.append(header).append("\r\n");
        }
        return out.append("\r\n").append(body).toString();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getLocalPort() + path;
    }

    /** The next request, waited for. */
    Request next() throws InterruptedException {
        Request request = requests.poll(60, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request came");
        }
        return request;
    }

    int waiting() {
        return requests.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String line = line(in);
            Map<String, String> headers = new TreeMap<>();
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            String answer = answers.poll();
            requests.add(new Request(line, headers, new String(body, StandardCharsets.UTF_8), System.nanoTime()));
            if (answer == null) {
                answer = OK;
            }
            if (answer.equals(SILENCE)) {
                return;
            }
            if (!answer.equals(HANG_UP)) {
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            }
            socket.close();
        } catch (IOException e) {
            // The other side went away: the test sees it by what comes next.
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder out = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("closed");
            }
            if (c != '\r') {
                out.append((char) c);
            }
        }
        return out.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : new ArrayList<>(open)) {
            socket.close();
        }
    }
}
