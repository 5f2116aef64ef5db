package dev.tocsin.rule;

import java.util.Locale;

/** Text functions of Prometheus' templates: addresses, titles, durations. */
final class HostsAndWords {
    private HostsAndWords() {}

    /** An address without its port; what is not {@code host:port} comes back as it is. */
    static String stripPort(String address) {
        int colon = portColon(address);
        return colon < 0 ? address : host(address, colon);
    }

    /** The first word of a host name, with the port where there is one; numeric addresses come back as they are. */
    static String stripDomain(String address) {
        int colon = portColon(address);
        String host = colon < 0 ? address : host(address, colon);
        if (isNumericAddress(host)) {
            return address;
        }
        int dot = host.indexOf('.');
        String first = dot < 0 ? host : host.substring(0, dot);
        String port = colon < 0 ? "" : address.substring(colon + 1);
        return port.isEmpty() ? first : first + ":" + port;
    }

    /** Where the port begins, by the rules of Go's {@code net.SplitHostPort}; -1 where there is none or it is unclear. */
    private static int portColon(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            return -1;
        }
        if (address.startsWith("[")) {
            int close = address.indexOf(']');
            return close + 1 == colon && address.indexOf('[', 1) < 0 ? colon : -1;
        }
        boolean plain = address.indexOf(':') == colon && address.indexOf('[') < 0 && address.indexOf(']') < 0;
        return plain ? colon : -1;
    }

    private static String host(String address, int colon) {
        return address.startsWith("[") ? address.substring(1, colon - 1) : address.substring(0, colon);
    }

    private static boolean isNumericAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    /** The first letter of each word in upper case; the others stay. */
    static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            boolean letter = Character.isLetterOrDigit(c) || c == '_';
            out.appendCodePoint(letter && !inWord ? Character.toTitleCase(c) : c);
            // An apostrophe or a point between two letters does not end a word.
            boolean joins = inWord
                    && (c == '\'' || c == '.' || c == '\u2019')
                    && i < text.length()
                    && Character.isLetterOrDigit(text.codePointAt(i));
            inWord = letter || joins;
        }
        return out.toString();
    }

    /** Seconds as Go's {@code time.Duration} prints itself: {@code 1h2m3.5s}, {@code 250ms}. */
    static String goDuration(double seconds) {
        long nanos = (long) (seconds * 1e9);
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
