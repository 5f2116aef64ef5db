package dev.tocsin.rule;

/** Functions of Prometheus' templates on addresses. */
final class HostNames {
    private HostNames() {}

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
}
