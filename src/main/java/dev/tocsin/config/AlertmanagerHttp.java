package dev.tocsin.config;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.HttpCredentials;
import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code http_config}, URLs and files with secrets. */
final class AlertmanagerHttp {
    static final Set<String> KEYS = Set.of(
            "authorization",
            "basic_auth",
            "bearer_token",
            "bearer_token_file",
            "follow_redirects",
            "enable_http2",
            "tls_config",
            "proxy_url",
            "no_proxy",
            "proxy_from_environment",
            "proxy_connect_header",
            "oauth2",
            "http_headers");
    private static final Set<String> TLS_KEYS = Set.of(
            "ca",
            "ca_file",
            "cert",
            "cert_file",
            "key",
            "key_file",
            "server_name",
            "insecure_skip_verify",
            "min_version",
            "max_version");

    /** Prometheus' names of the versions, oldest first, and Java's. */
    private static final List<String> TLS_VERSIONS = List.of("TLS10", "TLS11", "TLS12", "TLS13");

    private static final List<String> JAVA_TLS_VERSIONS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    /** The Java runtime refuses what is older. */
    private static final int OLDEST_SPOKEN = TLS_VERSIONS.indexOf("TLS12");

    /** What may not be set by {@code http_headers}, as in Prometheus: the client, or other keys, say them. */
    private static final Set<String> OUR_HEADERS = Set.of(
            "accept-encoding",
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "host",
            "proxy-authorization",
            "transfer-encoding",
            "upgrade",
            "user-agent");

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Path folder;
    private final AlertmanagerProxy proxies;

    /**
     * @param folder where relative paths begin
     * @param environment where proxies may be named
     */
    AlertmanagerHttp(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.proxies = new AlertmanagerProxy(this, environment);
    }

    HttpClientSettings settings(YamlNode node) throws ConfigException {
        return settings(node, node.asMap(KEYS));
    }

    /** @param keys of {@code node}, others than {@link #KEYS} among them */
    HttpClientSettings settings(YamlNode node, Map<String, YamlNode> keys) throws ConfigException {
        YamlNode redirects = keys.get("follow_redirects");
        YamlNode http2 = keys.get("enable_http2");
        if (http2 != null) {
            // Read for its shape: notifications go by HTTP/1.1, as Alertmanager's webhooks do whatever this says.
            http2.asBoolean();
        }
        YamlNode tls = keys.get("tls_config");
        return new HttpClientSettings(
                credentials(node, keys),
                redirects == null || redirects.asBoolean(),
                tls == null ? TlsSettings.DEFAULT : tls(tls),
                proxies.settings(node, keys),
                headers(keys.get("http_headers")));
    }

    private Map<String, List<Secret>> headers(@Nullable YamlNode node) throws ConfigException {
        Map<String, List<Secret>> headers = new LinkedHashMap<>();
        if (node == null) {
            return headers;
        }
        for (Map.Entry<String, YamlNode> header : node.asMap().entrySet()) {
            YamlNode value = header.getValue();
            if (OUR_HEADERS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                throw value.error("setting header \"" + header.getKey() + "\" is not allowed");
            }
            requireHeaderName(header.getKey(), value);
            List<Secret> values = new ArrayList<>();
            for (Map.Entry<String, YamlNode> source :
                    value.asMap(List.of("values", "secrets", "files")).entrySet()) {
                for (YamlNode item : source.getValue().asList()) {
                    values.add(source.getKey().equals("files") ? file(item) : new Secret.Inline(item.asString()));
                }
            }
            headers.put(header.getKey(), values);
        }
        return headers;
    }

    static void requireHeaderName(String name, YamlNode value) throws ConfigException {
        if (!HEADER_NAME.matcher(name).matches()) {
            throw value.error("not a valid header name");
        }
    }

    private @Nullable HttpCredentials credentials(YamlNode node, Map<String, YamlNode> keys) throws ConfigException {
        List<String> given =
                List.of("authorization", "basic_auth", "bearer_token", "bearer_token_file", "oauth2").stream()
                        .filter(keys::containsKey)
                        .toList();
        if (given.size() > 1) {
            throw node.error(
                    "at most one of basic_auth, authorization, oauth2, bearer_token & bearer_token_file must be"
                            + " configured, found " + String.join(" and ", given));
        }
        if (given.isEmpty()) {
            return null;
        }
        YamlNode value = java.util.Objects.requireNonNull(keys.get(given.getFirst()));
        return switch (given.getFirst()) {
            case "basic_auth" -> basic(value);
            case "authorization" -> authorization(value);
            case "oauth2" -> oauth2(value);
            case "bearer_token" -> new HttpCredentials.Scheme("Bearer", new Secret.Inline(value.asString()));
            default -> new HttpCredentials.Scheme("Bearer", file(value));
        };
    }

    private HttpCredentials basic(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(List.of("username", "username_file", "password", "password_file"));
        return new HttpCredentials.Basic(
                secret(node, keys, "username", "username_file"), secret(node, keys, "password", "password_file"));
    }

    private HttpCredentials authorization(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(List.of("type", "credentials", "credentials_file"));
        YamlNode type = keys.get("type");
        String scheme = type == null || type.asString().isBlank()
                ? "Bearer"
                : type.asString().strip();
        if (type != null && scheme.toLowerCase(Locale.ROOT).equals("basic")) {
            throw type.error("authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
        }
        return new HttpCredentials.Scheme(scheme, secret(node, keys, "credentials", "credentials_file"));
    }

    private HttpCredentials oauth2(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(List.of(
                "client_id",
                "client_secret",
                "client_secret_file",
                "token_url",
                "scopes",
                "endpoint_params",
                "tls_config",
                "proxy_url",
                "no_proxy",
                "proxy_from_environment",
                "proxy_connect_header"));
        YamlNode id = AlertmanagerFile.required(node, keys, "client_id");
        YamlNode tokenUrl = AlertmanagerFile.required(node, keys, "token_url");
        if (!keys.containsKey("client_secret") && !keys.containsKey("client_secret_file")) {
            throw node.error("either client_secret or client_secret_file must be configured");
        }
        List<String> scopes = new ArrayList<>();
        if (keys.containsKey("scopes")) {
            for (YamlNode scope : keys.get("scopes").asList()) {
                scopes.add(scope.asString());
            }
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        if (keys.containsKey("endpoint_params")) {
            for (Map.Entry<String, YamlNode> parameter :
                    keys.get("endpoint_params").asMap().entrySet()) {
                parameters.put(parameter.getKey(), parameter.getValue().asString());
            }
        }
        YamlNode tls = keys.get("tls_config");
        return new HttpCredentials.OAuth2(
                id.asString(),
                secret(node, keys, "client_secret", "client_secret_file"),
                url(tokenUrl),
                scopes,
                parameters,
                tls == null ? TlsSettings.DEFAULT : tls(tls),
                proxies.settings(node, keys));
    }

    private Secret secret(YamlNode node, Map<String, YamlNode> keys, String inline, String inFile)
            throws ConfigException {
        YamlNode value = keys.get(inline);
        YamlNode file = keys.get(inFile);
        if (value != null && file != null) {
            throw node.error("at most one of " + inline + " & " + inFile + " must be configured");
        }
        return file != null ? file(file) : new Secret.Inline(value == null ? "" : value.asString());
    }

    /** A file that can be read now; its content is read when it is used. */
    Secret file(YamlNode node) throws ConfigException {
        return new Secret.InFile(path(node));
    }

    private Path path(YamlNode node) throws ConfigException {
        Path path = folder.resolve(node.asString());
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            throw node.error("no readable file \"" + node.asString() + "\"");
        }
        return path;
    }

    /** PEM under the key, or in the file named by the key with {@code _file}; null where neither is there. */
    private @Nullable Secret pem(YamlNode node, Map<String, YamlNode> keys, String key) throws ConfigException {
        YamlNode file = keys.get(key + "_file");
        boolean isInFile = file != null && !file.asString().isEmpty();
        YamlNode value = keys.get(key);
        boolean isInline = value != null && !value.asString().isEmpty();
        if (isInFile && isInline) {
            throw node.error("at most one of " + key + " and " + key + "_file must be configured");
        }
        if (file != null && isInFile) {
            return file(file);
        }
        if (value == null || !isInline) {
            return null;
        }
        if (!value.asString().contains("-----BEGIN ")) {
            throw value.error("not PEM: it begins with no \"-----BEGIN …\"");
        }
        return new Secret.Inline(value.asString());
    }

    TlsSettings tls(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(TLS_KEYS);
        Secret cert = pem(node, keys, "cert");
        Secret key = pem(node, keys, "key");
        if ((cert == null) != (key == null)) {
            throw node.error(
                    "exactly one of a client's cert or cert_file and key or key_file is given; they go together");
        }
        YamlNode serverName = keys.get("server_name");
        YamlNode skipVerify = keys.get("insecure_skip_verify");
        return new TlsSettings(
                pem(node, keys, "ca"),
                cert,
                key,
                serverName == null || serverName.asString().isEmpty() ? null : serverName.asString(),
                skipVerify != null && skipVerify.asBoolean(),
                versions(keys.get("min_version"), keys.get("max_version")));
    }

    private static List<String> versions(@Nullable YamlNode least, @Nullable YamlNode most) throws ConfigException {
        if (least == null && most == null) {
            return List.of();
        }
        int from = least == null ? OLDEST_SPOKEN : version(least);
        int to = most == null ? TLS_VERSIONS.size() - 1 : version(most);
        if (most != null && to < OLDEST_SPOKEN) {
            throw most.error("only TLS12 and TLS13 are spoken");
        }
        if (most != null && from > to) {
            throw most.error("max_version is older than min_version");
        }
        return JAVA_TLS_VERSIONS.subList(Math.max(from, OLDEST_SPOKEN), to + 1);
    }

    private static int version(YamlNode node) throws ConfigException {
        return TLS_VERSIONS.indexOf(AlertmanagerFile.oneOf(node, "TLS version", Set.copyOf(TLS_VERSIONS)));
    }

    /** An absolute HTTP URL. What was found is not told, since it may hold a secret. */
    String url(YamlNode node) throws ConfigException {
        URI uri;
        try {
            uri = URI.create(node.asString().strip());
        } catch (IllegalArgumentException e) {
            throw node.error("not a valid URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw node.error("unsupported scheme \"" + scheme + "\" for URL");
        }
        if (uri.getHost() == null) {
            throw node.error("missing host for URL");
        }
        return uri.toString();
    }

    static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
