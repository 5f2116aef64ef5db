package dev.tocsin.config;

import dev.tocsin.core.PromDuration;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** Ranges of settings: checked by the records themselves, and told with file and line by the readers. */
final class Allowed {
    private Allowed() {}

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    static void range(String name, long value, long least, long most) {
        require(value >= least && value <= most, name + " must be " + least + " to " + most + ", not " + value);
    }

    static void range(String name, Duration value, Duration least, Duration most) {
        require(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                name + " must be " + text(least) + " to " + text(most) + ", not " + text(value));
    }

    static Layers.Reader<Duration> duration(Duration least, Duration most) {
        return node -> {
            Duration value = node.asDuration();
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw node.error("expected a duration from " + text(least) + " to " + text(most) + ", found \""
                        + node.asString() + "\"");
            }
            return value;
        };
    }

    static Layers.Reader<Long> bytes(long least, long most) {
        return node -> {
            long value = node.asBytes();
            if (value < least || value > most) {
                throw node.error("expected a size from " + size(least) + " to " + size(most) + ", found \""
                        + node.asString() + "\"");
            }
            return value;
        };
    }

    static Layers.Reader<Integer> integer(int least, int most) {
        return node -> node.asInt(least, most);
    }

    /** An address or a name to bind. */
    static String host(YamlNode node) throws ConfigException {
        String host = node.asString();
        if (host.isBlank()) {
            throw node.error("expected an address or a name, found nothing");
        }
        return host;
    }

    /** A constant by its name in lower case. */
    static <E extends Enum<E>> Layers.Reader<E> oneOf(Class<E> type) {
        return node -> {
            String text = node.asString();
            for (E constant : type.getEnumConstants()) {
                if (nameOf(constant).equals(text)) {
                    return constant;
                }
            }
            throw node.error("expected "
                    + String.join(
                            " or ",
                            Arrays.stream(type.getEnumConstants())
                                    .map(Allowed::nameOf)
                                    .toList())
                    + ", found \"" + text + "\"");
        };
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Duration d) {
        return PromDuration.format(d.toMillis());
    }

    private static String size(long bytes) {
        for (int i = 3; i > 0; i--) {
            long unit = 1L << (10 * i);
            if (bytes >= unit && bytes % unit == 0) {
                return (bytes / unit) + "kMG".substring(i - 1, i);
            }
        }
        return Long.toString(bytes);
    }
}
