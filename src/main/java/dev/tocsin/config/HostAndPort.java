package dev.tocsin.config;

/** {@code host:port}; an IPv6 address in brackets. Immutable. */
record HostAndPort(String host, int port) {
    private static final int MOST = 65_535;

    static HostAndPort read(YamlNode node) throws ConfigException {
        try {
            return parse(node.asString());
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            throw new IllegalArgumentException("address " + text + ": missing port in address");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("address " + text + ": too many colons in address");
        }
        String digits = text.substring(colon + 1);
        if (digits.isEmpty()) {
            throw new IllegalArgumentException("address \"" + text + "\": port cannot be empty");
        }
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
        if (port < 1 || port > MOST) {
            throw new IllegalArgumentException("address " + text + ": the port must be a number from 1 to 65535");
        }
        return new HostAndPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }
}
