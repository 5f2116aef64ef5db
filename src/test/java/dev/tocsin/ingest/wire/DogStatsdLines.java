package dev.tocsin.ingest.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Seeded DogStatsD datagrams, good ones and spoilt ones, written straight into one array: a million lines a second. */
final class DogStatsdLines {
    static final String ALPHABET = ":::|||@#,\n\n\r.-+eE0123456789cgmshdTx_{}\0\u00ff";

    private static final int MOST_BYTES = 1 << 16;
    private static final int BEHIND = 64;
    private static final int NUMBERS = 1 << 12;

    private static final byte[] MEANINGFUL = ALPHABET.getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[][] NAMES =
            texts("a", "api.latency", "page.views.total.eu", "größe", "_n", "_e", "_sc", "app.requests.n000123");
    private static final byte[][] TYPES = texts("c", "g", "ms", "h", "d", "s");
    private static final byte[][] MEMBERS = texts("al", "10.0.0.1", "", "a:b:c");
    private static final byte[][] RATES =
            texts("@0.1", "@1", "@0.3333333333333333", "@1e-3", "@0.5", "@0", "@2", "@1e-10");
    private static final byte[][] TAGS = texts(
            "#env:prod,route:/login",
            "#a",
            "#",
            "#k:v:w,ö:ü",
            "#service:api-07,route:/v1/r3,env:production,host:h0123");
    private static final byte[][] NEWER =
            texts("c:ci-0123456789", "e:it-false", "card:low", "new:1", "", "c", "e", "car:d");
    private static final byte[][] ANNOTATIONS = texts(
            "_e{1,2}:a|bc|#x",
            "_sc|a|0|m:b",
            "_e{9,9}:a|b",
            "_e:1|c",
            "_sc:1|c",
            "_e{",
            "_sc|",
            "_e{3,2}:abc|de|d:1|h:x");

    /** The datagram stands in [from, length); behind it are digits, which would continue a number or a tag. */
    final byte[] bytes = new byte[MOST_BYTES];

    int length;

    private final Fuzz fuzz;
    private final SplittableRandom random;
    private final byte[][] numbers = new byte[NUMBERS][];

    DogStatsdLines(Fuzz fuzz) {
        this.fuzz = fuzz;
        random = new SplittableRandom(fuzz.seed());
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = ascii(fuzz.number());
        }
    }

    /** @return how many lines were written, not counting what spoiling added */
    int fill(int from) {
        length = from;
        // A few numbers nobody has seen yet.
        numbers[random.nextInt(NUMBERS)] = ascii(fuzz.number());
        int lines = 1 + random.nextInt(30);
        for (int i = 1; i <= lines; i++) {
            int start = length;
            switch (random.nextInt(32)) {
                case 0 -> append(oneOf(ANNOTATIONS));
                case 1, 2 -> appendMeaningful(random.nextInt(60));
                case 3 -> appendNoise(random.nextInt(60));
                default -> appendMetric();
            }
            if (random.nextInt(2) == 0) {
                spoil(start);
            }
            if (i < lines || random.nextInt(2) == 0) {
                if (random.nextInt(8) == 0) {
                    append('\r');
                }
                append('\n');
            }
        }
        Arrays.fill(bytes, length, length + BEHIND, (byte) '7');
        return lines;
    }

    private void appendMetric() {
        append(oneOf(NAMES));
        int elements = random.nextInt(12) == 0 ? 2 : 1;
        for (int e = 0; e < elements; e++) {
            byte[] type = oneOf(TYPES);
            int values = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1;
            for (int v = 0; v < values; v++) {
                append(':');
                append(type[0] == 's' ? oneOf(MEMBERS) : numbers[random.nextInt(NUMBERS)]);
            }
            append('|');
            append(type);
            if (elements > 1 && random.nextInt(2) == 0) {
                append('|');
                append(oneOf(RATES));
            }
        }
        while (random.nextInt(2) == 0) {
            append('|');
            switch (random.nextInt(8)) {
                case 0 -> append(oneOf(RATES));
                case 1 -> {
                    append('@');
                    append(numbers[random.nextInt(NUMBERS)]);
                }
                case 2 -> {
                    append('T');
                    appendDigits(random.nextInt(4) == 0 ? random.nextInt(15) : 10);
                }
                case 3 -> append(oneOf(NEWER));
                default -> append(oneOf(TAGS));
            }
        }
    }

    /** Up to three bytes or pieces of what stands from {@code start} on are changed, cut out or added to. */
    private void spoil(int start) {
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = start + random.nextInt(length - start + 1);
            int rest = length - at;
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (rest > 0) {
                        bytes[at] = meaningful();
                    }
                }
                case 1 -> {
                    int cut = Math.min(rest, 1 + random.nextInt(3));
                    System.arraycopy(bytes, at + cut, bytes, at, rest - cut);
                    length -= cut;
                }
                case 2 -> insert(at, meaningful());
                default -> insert(at, (byte) random.nextInt(256));
            }
        }
    }

    private void insert(int at, byte b) {
        System.arraycopy(bytes, at, bytes, at + 1, length - at);
        bytes[at] = b;
        length++;
    }

    private void appendMeaningful(int count) {
        for (int i = 0; i < count; i++) {
            bytes[length++] = meaningful();
        }
    }

    private void appendNoise(int count) {
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) random.nextInt(256);
        }
    }

    private void appendDigits(int count) {
        for (int i = 0; i < count; i++) {
            append((char) ('0' + random.nextInt(10)));
        }
    }

    private void append(char c) {
        bytes[length++] = (byte) c;
    }

    private void append(byte[] text) {
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    private byte meaningful() {
        return MEANINGFUL[random.nextInt(MEANINGFUL.length)];
    }

    private byte[] oneOf(byte[][] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[][] texts(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }
}
