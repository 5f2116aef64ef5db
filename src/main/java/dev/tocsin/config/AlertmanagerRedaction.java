package dev.tocsin.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The configuration as it may be shown to whoever may read the API: what {@code ${…}} and {@code <<} stand for written
 * out, secrets replaced by {@code <secret>}, which Alertmanager's own tools read back, and URLs cut after the host, since
 * their paths are often secrets too. Keys that Alertmanager does not have stand in comments: its tools refuse them.
 * Stateless.
 */
final class AlertmanagerRedaction {
    private static final String SECRET = "<secret>";
    private static final String SECRET_VALUES = "proxy_connect_header";
    private static final Pattern SECRET_KEY = Pattern.compile(
            ".*(password|secret|token|credentials|api_key|service_key|routing_key|user_key).*|key|" + SECRET_VALUES);
    private static final Set<String> OURS_OF_ROUTES = Set.of("escalation_policy", "auto_resolve", "flapping");
    /** By the key that a mapping stands under. */
    private static final Map<String, Set<String>> OURS = Map.of(
            "",
            Set.of("escalation_policies", "flapping", "severities", "drill", "dead_mans_switch"),
            "route",
            OURS_OF_ROUTES,
            "routes",
            OURS_OF_ROUTES,
            "receivers",
            Set.of("on_failure", "sms_configs", "ntfy_configs"),
            "webhook_configs",
            Set.of("hmac_secret", "hmac_secret_file"));

    private static final Pattern WORD = Pattern.compile("[\\w.][\\w.-]*");

    private AlertmanagerRedaction() {}

    /** YAML of the same meaning to a router. */
    static String redact(YamlNode root) throws ConfigException {
        StringBuilder out = new StringBuilder();
        map(out, "", root.asMap(), "");
        return out.toString();
    }

    /** @param name the key that the mapping stands under */
    private static void map(StringBuilder out, String name, Map<String, YamlNode> map, String indent)
            throws ConfigException {
        for (Map.Entry<String, YamlNode> entry : map.entrySet()) {
            StringBuilder lines = new StringBuilder();
            lines.append(indent);
            quoted(lines, entry.getKey());
            lines.append(':');
            // Headers have names of their own.
            value(lines, name.equals(SECRET_VALUES) ? name : entry.getKey(), entry.getValue(), indent + "  ");
            boolean isOurs = OURS.getOrDefault(name, Set.of()).contains(entry.getKey());
            out.append(isOurs ? lines.toString().replaceAll("(?m)^(?=.)", "#") : lines);
        }
    }

    /** What stands after a key or a dash, and the end of its line. */
    private static void value(StringBuilder out, String key, YamlNode node, String indent) throws ConfigException {
        if (node.isMap()) {
            Map<String, YamlNode> map = node.asMap();
            out.append(map.isEmpty() ? " {}\n" : "\n");
            map(out, key, map, indent);
        } else if (node.isList()) {
            List<YamlNode> list = node.asList();
            out.append(list.isEmpty() ? " []\n" : "\n");
            for (YamlNode item : list) {
                out.append(indent).append('-');
                value(out, key, item, indent + "  ");
            }
        } else {
            out.append(' ');
            scalar(out, key.toLowerCase(Locale.ROOT), node);
            out.append('\n');
        }
    }

    private static void scalar(StringBuilder out, String key, YamlNode node) throws ConfigException {
        String text = node.asString();
        if (node.isNull()) {
            out.append("null");
        } else if (SECRET_KEY.matcher(key).matches() && !key.endsWith("_file")) {
            out.append(SECRET);
        } else if (key.equals("url") || key.endsWith("_url")) {
            quoted(out, host(text));
        } else if (node.isPlain() && WORD.matcher(text).matches()) {
            // Without quotes, so that a number or a truth value stays one.
            out.append(text);
        } else {
            quoted(out, text);
        }
    }

    private static String host(String url) {
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            return SECRET;
        }
        if (uri.getHost() == null) {
            return SECRET;
        }
        String host = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
        boolean nothingElse = url.strip().equals(host) || url.strip().equals(host + "/");
        return nothingElse ? host + "/" : host + "/" + SECRET;
    }

    private static void quoted(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c != 0x7f) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        out.append('"');
    }
}
