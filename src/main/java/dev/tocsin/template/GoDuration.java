package dev.tocsin.template;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A length of time with the methods that templates use of Go's {@code time.Duration}. Immutable. */
public record GoDuration(long nanos) implements Struct {
    private static final double NANOS = 1e9;

    @Override
    public @Nullable Object member(String name, List<Object> arguments) throws FunctionException {
        Arguments given = new Arguments(name, arguments);
        if (name.equals("Round") || name.equals("Truncate")) {
            given.count(1);
            long unit = given.expect(0, GoDuration.class, "time.Duration").nanos;
            long half = name.equals("Round") ? unit / 2 : 0;
            return unit <= 0 ? this : new GoDuration((nanos + (nanos < 0 ? -half : half)) / unit * unit);
        }
        return switch (name) {
            case "Seconds" -> nanos / NANOS;
            case "Minutes" -> nanos / NANOS / 60;
            case "Hours" -> nanos / NANOS / 3600;
            case "Milliseconds" -> nanos / 1_000_000;
            case "Microseconds" -> nanos / 1_000;
            case "Nanoseconds" -> nanos;
            case "String" -> toString();
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "time.Duration";
    }

    /** As it prints itself: {@code 1h2m3.5s}, {@code 250ms}. */
    @Override
    public String toString() {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        long n = Math.abs(nanos);
        if (n < 1_000_000_000L) {
            String[] units = {"ns", "µs", "ms"};
            int unit = n < 1_000 ? 0 : n < 1_000_000 ? 1 : 2;
            return sign + decimal(n, 3 * unit) + units[unit];
        }
        long hours = n / 3_600_000_000_000L;
        long minutes = n / 60_000_000_000L % 60;
        String rest = decimal(n % 60_000_000_000L, 9) + "s";
        return sign + (hours > 0 ? hours + "h" + minutes + "m" : minutes > 0 ? minutes + "m" : "") + rest;
    }

    private static String decimal(long n, int places) {
        long unit = 1;
        for (int i = 0; i < places; i++) {
            unit *= 10;
        }
        if (n % unit == 0) {
            return Long.toString(n / unit);
        }
        String fraction =
                String.format(Locale.ROOT, "%0" + places + "d", n % unit).replaceAll("0+$", "");
        return n / unit + "." + fraction;
    }
}
