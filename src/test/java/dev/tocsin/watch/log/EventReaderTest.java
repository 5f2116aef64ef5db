package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    private static final int MAX_BYTES = 1 << 10;

    private final List<String> events = new ArrayList<>();
    private final EventReader reader = reader(events);

    private static EventReader reader(List<String> into) {
        LogSource source = new LogSource(
                "s", List.of("/none"), List.of(), true, MAX_BYTES, ZoneOffset.UTC, null, List.of(), List.of());
        return new EventReader(
                source,
                0,
                (bytes, from, to, lines) -> into.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    }

    private void feed(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        reader.feed(bytes, 0, bytes.length);
    }

    @Test
    void eachLineIsAnEventOnceTheNextHasBegun() {
        feed("one\r\ntwo\n\nthree");

        assertThat(events).containsExactly("one");
        assertThat(reader.handedOn()).isEqualTo(5);
        reader.flush();
        assertThat(events).containsExactly("one", "two");
        assertThat(reader.handedOn()).isEqualTo(10);
        reader.end();
        assertThat(events).containsExactly("one", "two", "three");
    }

    @Test
    void stackTracesOfJavaAreOneEvent() {
        String trace = """
                2026-11-21 10:00:00 ERROR request failed
                java.lang.IllegalStateException: no stock
                \tat shop.Cart.add(Cart.java:12)
                Caused by: java.io.IOException: broken pipe
                \t... 12 more""";
        feed(trace + "\n2026-11-21 10:00:01 INFO next\n");

        assertThat(events).containsExactly(trace);
    }

    @Test
    void tracebacksOfPythonAreOneEventThoughTheyAreChained() {
        feed("""
                ERROR in handler
                Traceback (most recent call last):
                  File "a.py", line 1, in f
                    g()
                KeyError: 'x'

                During handling of the above exception, another exception occurred:

                Traceback (most recent call last):
                  File "a.py", line 3, in f
                ValueError: bad
                INFO next
                {"msg":"third"}
                """);
        reader.end();

        assertThat(events).hasSize(3);
        assertThat(events.get(0)).startsWith("ERROR in handler\nTraceback").endsWith("ValueError: bad");
        assertThat(events.get(1)).isEqualTo("INFO next");
    }

    @Test
    void aLineOfAHundredMegabytesIsCutAndHoldsNoMoreThanTheBound() {
        byte[] part = "a".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 100; i++) {
            reader.feed(part, 0, part.length);
        }
        feed("\nnext\n");
        reader.flush();

        assertThat(events).containsExactly("a".repeat(MAX_BYTES), "next");
        assertThat(reader.takeCutEvents()).isEqualTo(1);
        assertThat(reader.handedOn()).isEqualTo((100L << 20) + 6);
    }

    @Test
    void anEndlessStackTraceIsCutToo() {
        feed("first\n" + " more\n".repeat(10_000) + "second\n");

        assertThat(events).hasSize(1);
        assertThat(events.getFirst().length()).isBetween(MAX_BYTES - 6, MAX_BYTES);
        assertThat(reader.takeCutEvents()).isEqualTo(1);
    }

    @Test
    void binaryLinesAreLeftOutAndCountedButAHoleBeforeALineIsNot() {
        feed("one\nbad\0line\n\0\0\0\0two\nthree\n");
        reader.flush();

        assertThat(events).containsExactly("one", "two", "three");
        assertThat(reader.takeBinaryLines()).isEqualTo(1);
    }

    /** However the bytes are parted, the events are the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261121})
    void partsOfAnySizeMakeTheSameEvents(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            for (int line = random.nextInt(30); line > 0; line--) {
                text.append(List.of("a", "error: b", " cont", "x".repeat(1_500), "nul\0", "\0lead", "", "\r", "{}")
                        .get(random.nextInt(9)));
                text.append('\n');
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            List<String> whole = new ArrayList<>();
            EventReader atOnce = reader(whole);
            atOnce.feed(bytes, 0, bytes.length);
            atOnce.end();
            List<String> parted = new ArrayList<>();
            EventReader inParts = reader(parted);
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(700));
                inParts.feed(bytes, at, end);
                at = end;
            }
            inParts.end();
            assertThat(parted).as("seed %d", seed).isEqualTo(whole);
            assertThat(inParts.handedOn()).isEqualTo(bytes.length);
        }
    }
}
