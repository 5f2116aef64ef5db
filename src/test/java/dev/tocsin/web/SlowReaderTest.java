package dev.tocsin.web;

import static dev.tocsin.web.TestServer.await;
import static dev.tocsin.web.TestServer.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.Labels;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who reads slowly, or nothing. */
class SlowReaderTest extends StreamFixture {
    @Test
    void aSlowReaderSkipsFramesIsToldAndHoldsNoMoreThanItsBound() throws IOException {
        server.close();
        serve(settings(10, 10, 100_000));
        fillWide();
        Page quick = new Page(stream("wide * time()"));
        Socket slow = openAndReadNothing();
        await(() -> server.meters.get("tocsin.stream.subscribers").gauge().value() == 2);
        quick.awaitTick(tickMillis);
        double mostUnsent = 0;
        for (int i = 0; i < 400 && count("tocsin.stream.frames.skipped") < 20; i++) {
            tick(i);
            quick.awaitTick(tickMillis);
            mostUnsent = Math.max(
                    mostUnsent,
                    server.meters.get("tocsin.stream.unsent.bytes").gauge().value());
        }
        assertThat(count("tocsin.stream.frames.skipped")).isGreaterThanOrEqualTo(20);
        assertThat(quick.reader.skipped).isEmpty();
        assertThat(mostUnsent).isBetween(1.0, 2 * 200_000.0);

        SimulatedReader reader = new SimulatedReader();
        byte[] buffer = new byte[65_536];
        InputStream in = slow.getInputStream();
        ChunkedText chunks = new ChunkedText();
        while (reader.skipped.isEmpty()) {
            if (in.available() == 0) {
                tick(0);
            }
            int n = in.read(buffer);
            reader.read(chunks.text(new String(buffer, 0, n, StandardCharsets.UTF_8)));
        }
        // All the ticks are through, and nothing is left unsent: the next one finds room.
        quick.awaitTick(tickMillis);
        while (server.meters.get("tocsin.stream.unsent.bytes").gauge().value() > 0) {
            reader.read(chunks.text(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8)));
        }
        tick(0);
        while (reader.ticks.getLast() < tickMillis) {
            reader.read(chunks.text(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8)));
        }
        assertThat(reader.skipped.getFirst().getLong("frames")).isGreaterThanOrEqualTo(20);
    }

    @Test
    void silenceIsBrokenByHeartbeats() {
        server.close();
        serve(settings(10, 10, 100_000, Duration.ofMillis(100)));
        Page page = new Page(stream("x"));
        page.awaitTick(tickMillis);
        page.awaitThat(() -> page.raw.toString().contains(": hb\n\n"));
    }

    @Test
    void whoTakesNothingAtAllHasGone() throws IOException {
        server.close();
        serve(settings(10, 10, 100_000, Duration.ofMillis(100)));
        fillWide();
        openAndReadNothing();
        await(() -> gauge("tocsin.stream.subscribers") == 1);
        for (int i = 0; i < 400 && gauge("tocsin.stream.subscribers") > 0; i++) {
            long evaluations = evaluations();
            tick(i);
            await(() -> evaluations() > evaluations || gauge("tocsin.stream.subscribers") == 0);
        }
        await(() -> gauge("tocsin.stream.subscribers") == 0);

        assertThat(gauge("tocsin.stream.unsent.bytes")).isZero();
    }

    private long evaluations() {
        return server.meters.get("tocsin.stream.evaluation").timer().count();
    }

    private void fillWide() {
        source.change(memory -> {
            for (int i = 0; i < 2_000; i++) {
                memory.add(Labels.of("__name__", "wide", "i", Integer.toString(i)), tickMillis, 0.1 + i);
            }
        });
    }

    private Socket openAndReadNothing() throws IOException {
        Socket slow = new Socket();
        open.add(slow);
        slow.setReceiveBufferSize(4_096);
        slow.connect(new InetSocketAddress("127.0.0.1", server.port()));
        slow.setSoTimeout(60_000);
        say(slow, "GET " + stream("wide * time()") + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return slow;
    }

    /** The body of a chunked response, of ASCII text. */
    private static final class ChunkedText {
        private final StringBuilder raw = new StringBuilder();
        private boolean headRead;

        String text(String more) {
            raw.append(more);
            if (!headRead) {
                int end = raw.indexOf("\r\n\r\n");
                if (end < 0) {
                    return "";
                }
                assertThat(raw.toString()).startsWith("HTTP/1.");
                raw.delete(0, end + 4);
                headRead = true;
            }
            StringBuilder out = new StringBuilder();
            for (int line = raw.indexOf("\r\n"); line > 0; line = raw.indexOf("\r\n")) {
                int length = Integer.parseInt(raw, 0, line, 16);
                if (raw.length() < line + 2 + length + 2) {
                    break;
                }
                out.append(raw, line + 2, line + 2 + length);
                raw.delete(0, line + 2 + length + 2);
            }
            return out.toString();
        }
    }
}
