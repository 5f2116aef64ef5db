package dev.tocsin.template;

/** Numbers for people, by Prometheus' template functions of the same names: four significant digits. */
public final class Humanize {
    private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
    private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};
    private static final String[] BINARY = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

    private Humanize() {}

    /** {@code 1234567} is {@code 1.235M}, {@code 0.12} is {@code 120m}. */
    public static String number(double v) {
        if (v == 0 || !Double.isFinite(v)) {
            return four(v);
        }
        return Math.abs(v) >= 1 ? scaledDown(v, 1000, LARGE) : scaledUp(v);
    }

    /** {@code 1048576} is {@code 1Mi}. */
    public static String number1024(double v) {
        return Math.abs(v) <= 1 || !Double.isFinite(v) ? four(v) : scaledDown(v, 1024, BINARY);
    }

    /** {@code 0.1234} is {@code 12.34%}. */
    public static String percentage(double v) {
        return four(v * 100) + "%";
    }

    /** Seconds: {@code 3725} is {@code 1h 2m 5s}, {@code 0.0123} is {@code 12.3ms}. */
    public static String duration(double v) {
        if (!Double.isFinite(v)) {
            return four(v);
        }
        if (v == 0) {
            return "0s";
        }
        if (Math.abs(v) < 1) {
            return scaledUp(v) + "s";
        }
        String sign = v < 0 ? "-" : "";
        double magnitude = Math.abs(v);
        long whole = (long) magnitude;
        long seconds = whole % 60;
        long minutes = whole / 60 % 60;
        long hours = whole / 3600 % 24;
        long days = whole / 86_400;
        if (days != 0) {
            return sign + days + "d " + hours + "h " + minutes + "m " + seconds + "s";
        }
        if (hours != 0) {
            return sign + hours + "h " + minutes + "m " + seconds + "s";
        }
        return minutes != 0 ? sign + minutes + "m " + seconds + "s" : sign + four(magnitude) + "s";
    }

    private static String scaledDown(double v, double base, String[] prefixes) {
        double scaled = v;
        String prefix = "";
        for (String p : prefixes) {
            if (Math.abs(scaled) < base) {
                break;
            }
            prefix = p;
            scaled /= base;
        }
        return four(scaled) + prefix;
    }

    private static String scaledUp(double v) {
        double scaled = v;
        String prefix = "";
        for (String p : SMALL) {
            if (Math.abs(scaled) >= 1) {
                break;
            }
            prefix = p;
            scaled *= 1000;
        }
        return four(scaled) + prefix;
    }

    private static String four(double v) {
        return GoFormat.general(v, 4);
    }
}
