package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged jar as a child process, and a user's ways to talk to it. */
final class TocsinProcess implements AutoCloseable {
    /** For what must happen, however slow the machine. */
    static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final Pattern READY = Pattern.compile(" ready: http://\\S+:(\\d+) .* udp \\S+:(\\d+) ");

    private final Process process;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final LinkedBlockingQueue<String> output = new LinkedBlockingQueue<>(100_000);
    private final CountDownLatch outputEnded = new CountDownLatch(1);
    private final CompletableFuture<Matcher> ready = new CompletableFuture<>();

    private TocsinProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::readOutput);
    }

    /** Any command line, output joined. */
    static TocsinProcess command(Path workingDirectory, String... args) throws IOException {
        return start(workingDirectory, List.of(args));
    }

    /** {@code run} on free ports, which it chooses itself, without a database unless {@code moreArgs} name one. */
    static TocsinProcess run(Path workingDirectory, String... moreArgs) throws IOException {
        List<String> args = new ArrayList<>(List.of("run", "--data", "data"));
        for (String setting : List.of("http.port=0", "ingest.udp.port=0", "storage.uri=none")) {
            args.addAll(List.of("--set", setting));
        }
        args.addAll(List.of(moreArgs));
        return start(workingDirectory, args);
    }

    private static TocsinProcess start(Path workingDirectory, List<String> args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("tocsin.jvm", "").trim().split(" +")));
        command.add("-jar");
        command.add(System.getProperty("tocsin.jar"));
        command.addAll(args);
        command.removeIf(String::isEmpty);
        Process process = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .start();
        return new TocsinProcess(process);
    }

    private void readOutput() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                output.add(line);
                Matcher ports = READY.matcher(line);
                if (ports.find()) {
                    ready.complete(ports);
                }
                line = reader.readLine();
            }
        } catch (IOException e) {
            output.add("output ended: " + e.getMessage());
        } finally {
            outputEnded.countDown();
        }
    }

    private int port(int group) {
        Matcher ports = ready.getNow(null);
        if (ports == null) {
            throw new IllegalStateException("not ready yet");
        }
        return Integer.parseInt(ports.group(group));
    }

    int httpPort() {
        return port(1);
    }

    private int udpPort() {
        return port(2);
    }

    void send(String lines) throws IOException {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), udpPort()));
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> postJson(String path, String body) throws IOException, InterruptedException {
        return client.send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort() + path))
                .timeout(PATIENCE);
    }

    String query(String expression) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .body();
    }

    /** Waits until the server says that it is ready. */
    TocsinProcess awaitReady() throws InterruptedException {
        await("ready", () -> ready.isDone() && get("/readyz").statusCode() == 200);
        return this;
    }

    /** Polls until the condition holds; fails with all output where it never does. */
    void await(String what, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Exception last = null;
        while (System.nanoTime() < deadline) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException e) {
                last = e;
            }
            if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError(
                "not within " + PATIENCE.toSeconds() + " s: " + what + "\n" + String.join("\n", output), last);
    }

    /** What a condition may throw while the server is not there yet counts as not holding. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Waits for the end of the process; its exit code. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("process ended")
                .isTrue();
        return process.exitValue();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() throws InterruptedException {
        assertThat(outputEnded.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return String.join("\n", output);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
