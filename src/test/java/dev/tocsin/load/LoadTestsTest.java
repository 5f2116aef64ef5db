package dev.tocsin.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tools that measure are themselves right. Those in C are skipped where there is no gcc, but not in CI. */
class LoadTestsTest {
    private static final Path BASE = Path.of(System.getProperty("tocsin.basedir", "."), "load-tests");
    private static final Pattern LINE = Pattern.compile("([a-z.]+)(\\.n\\d+)?:(\\d+)\\|(c|g|ms)(\\|#.*)?");

    /** As many as fit into a socket's receive buffer one by one, so that a reader that is late loses none. */
    private static final int LINES = 200;

    @TempDir
    private static Path temp;

    private static Path compile(String source) throws Exception {
        Path program = temp.resolve(source);
        if (Files.exists(program)) {
            return program;
        }
        Process gcc;
        try {
            gcc = new ProcessBuilder(
                            "gcc",
                            "-O2",
                            "-Wall",
                            "-Wextra",
                            "-Werror",
                            "-o",
                            program.toString(),
                            "udp/" + source + ".c")
                    .directory(BASE.toFile())
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                fail("gcc is not installed", e);
            }
            return abort("gcc is not installed");
        }
        assertThat(gcc.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(gcc.exitValue()).isZero();
        return program;
    }

    private static Process sender(Path program, int port, String workload, int series) throws IOException {
        return new ProcessBuilder(
                        program.toString(),
                        "--port",
                        Integer.toString(port),
                        "--workload",
                        workload,
                        "--rate",
                        Integer.toString(LINES),
                        "--lines",
                        Integer.toString(LINES),
                        "--series",
                        Integer.toString(series))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static JsonObject output(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return new JsonObject(text);
    }

    @ParameterizedTest
    @CsvSource({"w1, 30", "w3, 30", "w4, 30"})
    void theSenderSaysExactlyWhatItSent(String workload, int series) throws Exception {
        Path program = compile("sender");
        TreeMap<String, Long> received = new TreeMap<>();
        TreeSet<String> names = new TreeSet<>();
        long packets = 0;
        long bytes = 0;
        JsonObject said;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setReceiveBufferSize(4 << 20);
            socket.setSoTimeout(100);
            Process sender = sender(program, socket.getLocalPort(), workload, series);
            byte[] buffer = new byte[2_048];
            while (true) {
                // What a process that has ended sent is in the socket.
                boolean ended = !sender.isAlive();
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                try {
                    socket.receive(packet);
                } catch (SocketTimeoutException e) {
                    if (ended) {
                        break;
                    }
                    continue;
                }
                packets++;
                bytes += packet.getLength();
                String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
                for (String line : text.split("\n", -1)) {
                    Matcher matcher = LINE.matcher(line);
                    assertThat(matcher.matches()).as(line).isTrue();
                    names.add(matcher.group(1) + matcher.group(2) + matcher.group(5));
                    received.merge("lines", 1L, Long::sum);
                    received.merge(matcher.group(4), 1L, Long::sum);
                    received.merge(matcher.group(4) + " sum", Long.valueOf(matcher.group(3)), Long::sum);
                }
            }
            said = output(sender);
        }

        assertThat(said.getLong("packets")).isEqualTo(packets);
        assertThat(said.getLong("bytes")).isEqualTo(bytes);
        assertThat(said.getLong("lines")).isEqualTo(received.get("lines"));
        assertThat(said.getLong("counters")).isEqualTo(received.get("c"));
        assertThat(said.getLong("counter_sum")).isEqualTo(received.get("c sum"));
        assertThat(said.getLong("gauges")).isEqualTo(received.get("g"));
        assertThat(said.getLong("distributions")).isEqualTo(received.get("ms"));
        assertThat(said.getLong("distribution_sum")).isEqualTo(received.get("ms sum"));
        assertThat(names).hasSize(series);
        if (workload.equals("w3")) {
            assertThat(packets).isEqualTo(received.get("lines"));
        }
    }

    @Test
    void thePlainReceiverCountsWhatWasSent() throws Exception {
        Path senderProgram = compile("sender");
        Path receiverProgram = compile("receiver");
        Process receiver = new ProcessBuilder(receiverProgram.toString(), "--parse")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int port = port(receiver);
        JsonObject sent = output(sender(senderProgram, port, "w1", 30));
        awaitRead(port);
        receiver.toHandle().destroy(); // unlike Process.destroy, this leaves its output to be read
        JsonObject received = output(receiver);

        assertThat(received.getLong("packets") + received.getLong("drops")).isEqualTo(sent.getLong("packets"));
        assertThat(received.getLong("lines")).isEqualTo(sent.getLong("lines"));
    }

    /** Until nothing waits in the socket: the receiver counts what it has taken before it ends. */
    private static void awaitRead(int port) throws IOException {
        Pattern empty = Pattern.compile(String.format(":%04X [0-9A-F:]+ [0-9A-F]+ [0-9A-F]+:00000000 ", port));
        while (!empty.matcher(Files.readString(Path.of("/proc/net/udp"))).find()) {
            Thread.onSpinWait();
        }
    }

    /** What the receiver says in its first line, {@code port N}, once it is bound. */
    private static int port(Process receiver) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = receiver.getInputStream().read();
                c != '\n';
                c = receiver.getInputStream().read()) {
            assertThat(c).as("the receiver's first line").isNotNegative();
            line.append((char) c);
        }
        return Integer.parseInt(line.substring("port ".length()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency/Latency.java",
                "http/Sender.java",
                "rules/Samples.java",
                "alerts/Storm.java",
                "checks/Target.java"
            })
    void theJavaProgramsCompile(String source) {
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-Xlint:all",
                        "-Werror",
                        "-d",
                        temp.toString(),
                        BASE.resolve(source).toString());

        assertThat(exit).isZero();
    }

    @Test
    void theScriptsParse() throws Exception {
        for (String script : new String[] {
            "run.sh",
            "rules.sh",
            "alerts.sh",
            "checks.sh",
            "java.sh",
            "lib/report.sh",
            "lib/search.sh",
            "lib/server.sh",
            "lib/workloads.sh"
        }) {
            Process bash = new ProcessBuilder("bash", "-n", BASE.resolve(script).toString())
                    .inheritIO()
                    .start();
            assertThat(bash.waitFor()).isZero();
        }
    }
}
