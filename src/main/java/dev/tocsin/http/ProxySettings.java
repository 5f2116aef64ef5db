package dev.tocsin.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Through which proxy a URL is reached: {@code proxy_url}, {@code no_proxy}, {@code proxy_from_environment} and
 * {@code proxy_connect_header} of Prometheus' {@code http_config}. Immutable.
 *
 * @param http for URLs with that scheme; null for none
 * @param https for those with this one; null for none
 * @param except hosts that are reached directly, as in {@code NO_PROXY}: {@code *}, addresses, blocks like
 *     {@code 10.0.0.0/8}, {@code example.com} with all below it, {@code .example.com} for those below it alone; each may
 *     end in a port
 * @param loopbackToo whether localhost is reached through it as well, which a variable or an exception rules out
 * @param connectHeaders further headers of the {@code CONNECT} that asks the proxy for the way to an HTTPS URL
 */
public record ProxySettings(
        @Nullable URI http,
        @Nullable URI https,
        List<String> except,
        boolean loopbackToo,
        Map<String, List<Secret>> connectHeaders) {
    public static final ProxySettings NONE = new ProxySettings(null, null, List.of(), true, Map.of());

    public ProxySettings {
        except = List.copyOf(except);
        connectHeaders = Map.copyOf(connectHeaders);
    }

    /** One proxy for everything. */
    public static ProxySettings of(URI proxy) {
        return new ProxySettings(proxy, proxy, List.of(), true, Map.of());
    }

    /** The proxy for a URL; null where it is reached directly. */
    @Nullable
    URI proxyFor(URI target) {
        boolean secure = "https".equals(target.getScheme());
        URI proxy = secure ? https : http;
        String host = target.getHost().toLowerCase(Locale.ROOT);
        if (proxy == null || (!loopbackToo && isLoopback(host))) {
            return null;
        }
        int port = target.getPort() >= 0 ? target.getPort() : secure ? 443 : 80;
        for (String exception : except) {
            if (isExcepted(exception.toLowerCase(Locale.ROOT), host, port)) {
                return null;
            }
        }
        return proxy;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private static boolean isExcepted(String exception, String host, int port) {
        if (exception.equals("*")) {
            return true;
        }
        String name = exception;
        int colon = exception.lastIndexOf(':');
        if (colon >= 0
                && exception.substring(colon + 1).matches("\\d+")
                && (exception.indexOf(':') == colon || exception.startsWith("["))) {
            if (Integer.parseInt(exception.substring(colon + 1)) != port) {
                return false;
            }
            name = exception.substring(0, colon);
        }
        if (name.contains("/")) {
            return isInBlock(name, host);
        }
        name = name.startsWith("*.") ? name.substring(1) : name;
        if (name.startsWith(".")) {
            return host.endsWith(name);
        }
        return host.equals(name) || host.equals("[" + name + "]") || host.endsWith("." + name);
    }

    /** IPv4 alone: {@code 10.1.0.0/16}. */
    private static boolean isInBlock(String block, String host) {
        String[] parts = block.split("/", 2);
        Long first = address(parts[0]);
        Long asked = address(host);
        if (first == null || asked == null || !parts[1].matches("\\d|[12]\\d|3[0-2]")) {
            return false;
        }
        int free = 32 - Integer.parseInt(parts[1]);
        return first >> free == asked >> free;
    }

    private static @Nullable Long address(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            return null;
        }
        long address = 0;
        for (String part : text.split("\\.")) {
            address = address << 8 | Math.min(255, Integer.parseInt(part));
        }
        return address;
    }
}
