package dev.tocsin.ingest.wire;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * What fuzz tests share: how many inputs, which seed, and how to spoil a good input. Another count:
 * {@code -Dtocsin.fuzz.inputs=10000000}; other inputs: {@code -Dtocsin.fuzz.seed=…}, of which the one used is printed.
 */
final class Fuzz {
    static final int INPUTS = Integer.getInteger("tocsin.fuzz.inputs", 1_000_000);

    /** Fixed, so that two runs of the same code end the same. */
    private static final long DEFAULT_SEED = 20_261_121;

    private final long seed;
    private final Random random;
    private final byte[] alphabet;

    /** @param alphabet the bytes that mean something in the format */
    Fuzz(String test, String alphabet) {
        this(test, INPUTS, alphabet);
    }

    Fuzz(String test, int inputs, String alphabet) {
        seed = Long.getLong("tocsin.fuzz.seed", DEFAULT_SEED);
        System.out.println(test + ": " + inputs + " inputs, -Dtocsin.fuzz.seed=" + seed);
        this.random = new Random(seed);
        this.alphabet = alphabet.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** For generators of their own. */
    long seed() {
        return seed;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** A decimal number, of all sizes and shapes, mostly short ones. */
    String number() {
        String sign = oneOf("", "", "", "-", "+");
        return switch (random.nextInt(8)) {
            case 0, 1 -> sign + random.nextInt(1_000);
            case 2 -> sign + random.nextInt(1_000) + "." + random.nextInt(1_000);
            case 3 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(20)));
            case 4 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 5 -> sign + digits(1 + random.nextInt(25)) + "." + digits(random.nextInt(25));
            case 6 -> sign + digits(1 + random.nextInt(20)) + "e" + oneOf("", "-", "+") + random.nextInt(320);
            default -> sign + random.nextLong();
        };
    }

    String digits(int count) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append((char) ('0' + random.nextInt(10)));
        }
        return out.toString();
    }

    /** The input with up to four places changed, cut out or added to. */
    byte[] spoil(byte[] input) {
        byte[] bytes = input;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(bytes.length + 1);
            int cut = Math.min(bytes.length - at, random.nextInt(3));
            byte[] insert = meaningful(random.nextInt(3));
            byte[] changed = new byte[bytes.length - cut + insert.length];
            System.arraycopy(bytes, 0, changed, 0, at);
            System.arraycopy(insert, 0, changed, at, insert.length);
            System.arraycopy(bytes, at + cut, changed, at + insert.length, bytes.length - at - cut);
            bytes = changed;
        }
        return bytes;
    }

    /** Bytes out of the format's own alphabet. */
    byte[] meaningful(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return bytes;
    }

    byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
