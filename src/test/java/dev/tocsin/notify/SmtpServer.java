package dev.tocsin.notify;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A mail server on loopback with STARTTLS and CRAM-MD5, that says no where a test tells it to. */
final class SmtpServer implements AutoCloseable {
    static final String CHALLENGE = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+";
    static final String HANG_UP = "-";

    private final Vertx vertx = Vertx.vertx();
    private final SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
    private final NetServer server;
    private final List<String> extensions;
    /** By verb, what is answered in place of a yes, one after the other. */
    private final Map<String, Queue<String>> refusals = new ConcurrentHashMap<>();
    /** Each line that came, {@code TLS} before it where it was encrypted. */
    final List<String> lines = new CopyOnWriteArrayList<>();

    /** @param extensions what {@code EHLO} offers; {@code STARTTLS} until it is used */
    SmtpServer(String... extensions) throws Exception {
        this.extensions = List.of(extensions);
        this.server = vertx.createNetServer(new NetServerOptions().setKeyCertOptions(certificate.keyCertOptions()))
                .connectHandler(socket -> new Session(socket).begin());
        server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(ChannelScene.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** @param verb {@code CONNECT}, {@code RCPT}, {@code END} (of the data), … */
    SmtpServer refusing(String verb, String... answers) {
        refusals.put(verb, new ConcurrentLinkedQueue<>(List.of(answers)));
        return this;
    }

    int port() {
        return server.actualPort();
    }

    String caFile() {
        return certificate.certificatePath();
    }

    boolean heard(String begin) {
        return lines.stream().anyMatch(line -> line.startsWith(begin));
    }

    private final class Session {
        private final NetSocket socket;
        private boolean inData;
        private boolean inChallenge;

        Session(NetSocket socket) {
            this.socket = socket;
        }

        void begin() {
            socket.exceptionHandler(e -> {});
            socket.handler(RecordParser.newDelimited("\r\n", this::line));
            answer("CONNECT", "220 ready");
        }

        private void line(Buffer buffer) {
            String line = buffer.toString(StandardCharsets.UTF_8);
            lines.add((socket.isSsl() ? "TLS " : "") + line);
            if (inData) {
                if (line.equals(".")) {
                    inData = false;
                    answer("END", "250 taken");
                }
                return;
            }
            if (inChallenge) {
                inChallenge = false;
                answer("CHALLENGED", "235 welcome");
                return;
            }
            String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
            switch (verb) {
                case "EHLO" -> {
                    StringBuilder out = new StringBuilder("250-localhost\r\n");
                    extensions.stream()
                            .filter(extension -> !extension.equals("STARTTLS") || !socket.isSsl())
                            .forEach(extension ->
                                    out.append("250-").append(extension).append("\r\n"));
                    send(out + "250 HELP");
                }
                case "STARTTLS" -> {
                    // In this order, so that the client's first encrypted byte finds the server ready for it.
                    socket.upgradeToSsl(Buffer.buffer("220 go ahead\r\n")).onFailure(e -> socket.close());
                }
                case "AUTH" -> {
                    inChallenge = line.contains("CRAM-MD5");
                    answer("AUTH", inChallenge ? "334 " + CHALLENGE : "235 welcome");
                }
                case "DATA" -> {
                    inData = true;
                    answer("DATA", "354 go on");
                }
                case "QUIT" -> send("221 bye");
                default -> answer(verb, "250 ok");
            }
        }

        private void answer(String verb, String yes) {
            Queue<String> queue = refusals.get(verb);
            String no = queue == null ? null : queue.poll();
            if (HANG_UP.equals(no)) {
                socket.close();
            } else {
                send(no == null ? yes : no);
            }
        }

        private void send(String text) {
            socket.write(text + "\r\n");
        }
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(ChannelScene.PATIENCE_SECONDS, TimeUnit.SECONDS);
        certificate.delete();
    }
}
