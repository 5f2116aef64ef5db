package dev.tocsin.config;

import dev.tocsin.http.ProxySettings;
import dev.tocsin.http.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code proxy_url}, {@code no_proxy}, {@code proxy_from_environment} and {@code proxy_connect_header}. */
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
        Map<String, List<Secret>> headers = headers(keys.get("proxy_connect_header"));
        if (fromEnvironment != null && fromEnvironment.asBoolean()) {
            if (url != null || except != null) {
                throw node.error("if proxy_from_environment is configured, proxy_url and no_proxy must not be");
            }
            return ofEnvironment(fromEnvironment, headers);
        }
        if (url == null && !headers.isEmpty()) {
            throw node.error("if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be");
        }
        if (url == null && except != null) {
            throw except.error("if no_proxy is configured, proxy_url must also be");
        }
        if (url == null) {
            return ProxySettings.NONE;
        }
        URI proxy = URI.create(http.url(url));
        List<String> exceptions = except == null ? List.of() : exceptions(except.asString());
        return new ProxySettings(proxy, proxy, exceptions, except == null, headers);
    }

    private ProxySettings ofEnvironment(YamlNode node, Map<String, List<Secret>> headers) throws ConfigException {
        return new ProxySettings(
                proxy(node, "HTTP_PROXY"),
                proxy(node, "HTTPS_PROXY"),
                exceptions(variable("NO_PROXY")),
                false,
                headers);
    }

    /** Each header with one value, or with a list of them. */
    private static Map<String, List<Secret>> headers(@Nullable YamlNode node) throws ConfigException {
        Map<String, List<Secret>> headers = new LinkedHashMap<>();
        if (node == null || node.isNull()) {
            return headers;
        }
        for (Map.Entry<String, YamlNode> header : node.asMap().entrySet()) {
            YamlNode value = header.getValue();
            AlertmanagerHttp.requireHeaderName(header.getKey(), value);
            List<Secret> values = new ArrayList<>();
            for (YamlNode each : value.isList() ? value.asList() : List.of(value)) {
                values.add(new Secret.Inline(each.asString()));
            }
            headers.put(header.getKey(), values);
        }
        return headers;
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
