package dev.tocsin.config;

import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Whole numbers as the YAML library of Prometheus reads them: {@code 16}, {@code 0x10}, {@code 0o20}, {@code 020},
 * {@code 0b10000}, {@code 1_6}; and a fraction, which loses what stands after its point. What is quoted is text. No state.
 */
final class YamlInteger {
    private static final Pattern WHOLE =
            Pattern.compile("([-+]?)(?:0[xX](\\p{XDigit}+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))");
    private static final Pattern FRACTION =
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?");
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int[] RADIX = {16, 2, 8, 10};

    private YamlInteger() {}

    /** The number, or nothing where the scalar is none, or larger than a long. */
    static OptionalLong of(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        boolean tagged = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
        if (!tagged && (scalar.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN || !isImplicit(scalar))) {
            return OptionalLong.empty();
        }
        String text = scalar.getValue().replace("_", "");
        Matcher whole = WHOLE.matcher(text);
        if (whole.matches()) {
            return inRange(whole(whole));
        }
        return FRACTION.matcher(text).matches() && isImplicit(scalar)
                ? ofFraction(Double.parseDouble(text))
                : OptionalLong.empty();
    }

    private static boolean isImplicit(ScalarNode scalar) {
        return new Resolver().resolve(NodeId.scalar, scalar.getValue(), true).equals(scalar.getTag());
    }

    private static BigInteger whole(Matcher m) {
        BigInteger magnitude = BigInteger.ZERO;
        for (int i = 0; i < RADIX.length; i++) {
            if (m.group(i + 2) != null) {
                magnitude = new BigInteger(m.group(i + 2), RADIX[i]);
            }
        }
        return m.group(1).equals("-") ? magnitude.negate() : magnitude;
    }

    private static OptionalLong inRange(BigInteger value) {
        return value.compareTo(LEAST) >= 0 && value.compareTo(MOST) <= 0
                ? OptionalLong.of(value.longValue())
                : OptionalLong.empty();
    }

    private static OptionalLong ofFraction(double value) {
        return Math.abs(value) < 0x1p63 ? OptionalLong.of((long) value) : OptionalLong.empty();
    }
}
