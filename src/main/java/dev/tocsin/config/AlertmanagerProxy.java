package dev.tocsin.config;

import dev.tocsin.http.ProxySettings;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code proxy_url}, {@code no_proxy} and {@code proxy_from_environment}. */
final class AlertmanagerProxy {
    private final AlertmanagerHttp http;
    private final Map<String, String> environment;

    AlertmanagerProxy(AlertmanagerHttp http, Map<String, String> environment) {
        this.http = http;
        this.environment = environment;
    }

    /** @param keys of {@code node}, others than these among them */
    ProxySettings settings(YamlNode node, Map<String, YamlNode> keys) throws ConfigException {
        YamlNode url = given(keys.get("proxy_url"));
        YamlNode except = given(keys.get("no_proxy"));
        YamlNode fromEnvironment = keys.get("proxy_from_environment");
        if (fromEnvironment != null && fromEnvironment.asBoolean()) {
            if (url != null || except != null) {
                throw node.error("if proxy_from_environment is configured, proxy_url and no_proxy must not be");
            }
            return ofEnvironment(fromEnvironment);
        }
        if (url == null && except != null) {
            throw except.error("if no_proxy is configured, proxy_url must also be");
        }
        if (url == null) {
            return ProxySettings.NONE;
        }
        URI proxy = URI.create(http.url(url));
        return except == null
                ? ProxySettings.of(proxy)
                : new ProxySettings(proxy, proxy, exceptions(except.asString()), false);
    }

    private ProxySettings ofEnvironment(YamlNode node) throws ConfigException {
        return new ProxySettings(
                proxy(node, "HTTP_PROXY"), proxy(node, "HTTPS_PROXY"), exceptions(variable("NO_PROXY")), false);
    }

    private @Nullable URI proxy(YamlNode node, String name) throws ConfigException {
        String value = variable(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
            if (proxy.getHost() != null) {
                return proxy;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw node.error("the environment variable " + name + " is not a proxy's URL");
    }

    /** In upper case first, as Go looks. */
    private String variable(String name) {
        String upper = environment.getOrDefault(name, "");
        return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
    }

    private static List<String> exceptions(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    private static @Nullable YamlNode given(@Nullable YamlNode node) throws ConfigException {
        return node == null || node.asString().isEmpty() ? null : node;
    }
}
