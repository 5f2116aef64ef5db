package dev.tocsin.config;

import dev.tocsin.http.HttpClientSettings;
import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsSettings;
import dev.tocsin.notify.HttpChannelSettings;
import dev.tocsin.notify.MessageTemplate;
import dev.tocsin.notify.MessageTemplates;
import dev.tocsin.template.TemplateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of {@code alertmanager.yaml}: an integration, a part of one, or {@code global}. As in Alertmanager, an empty
 * text is the same as none where a secret, an address or a URL is meant.
 */
final class AlertmanagerKeys {
    /**
     * What every integration may refer to.
     *
     * @param http reads URLs, files and HTTP settings
     * @param globalHttp for integrations that have none of their own
     * @param global the keys of {@code global}
     */
    record Scope(
            AlertmanagerHttp http,
            HttpClientSettings globalHttp,
            MessageTemplates templates,
            Map<String, YamlNode> global) {}

    private final YamlNode node;
    private final Map<String, YamlNode> keys;
    private final Scope scope;

    private AlertmanagerKeys(YamlNode node, Map<String, YamlNode> keys, Scope scope) {
        this.node = node;
        this.keys = keys;
        this.scope = scope;
    }

    /** The keys of a mapping, which may hold no others than those known. */
    static AlertmanagerKeys of(YamlNode node, Set<String> known, Scope scope) throws ConfigException {
        return new AlertmanagerKeys(node, node.asMap(known), scope);
    }

    /** The keys of {@code global}. */
    AlertmanagerKeys global() {
        return new AlertmanagerKeys(node, scope.global(), scope);
    }

    ConfigException error(String reason) {
        return node.error(reason);
    }

    /** An error at one key, or at the mapping where the key is not there. */
    ConfigException error(String key, String reason) {
        YamlNode value = keys.get(key);
        return value == null ? node.error(reason) : value.error(reason);
    }

    boolean has(String key) {
        return keys.containsKey(key);
    }

    /** Whether it is there and not empty. */
    boolean says(String key) throws ConfigException {
        return !text(key, "").isEmpty();
    }

    String text(String key, String fallback) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null ? fallback : value.asString();
    }

    boolean flag(String key, boolean fallback) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null ? fallback : value.asBoolean();
    }

    /** A whole number that is there. */
    long requiredNumber(String key) throws ConfigException {
        YamlNode value = keys.get(key);
        if (value == null) {
            throw node.error("missing " + key);
        }
        return value.asLong(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    int count(String key, int fallback) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null ? fallback : value.asInt(0, 1_000_000);
    }

    Duration duration(String key, Duration fallback) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null ? fallback : value.asDuration();
    }

    /** The texts of a list; empty where there is none. */
    List<String> texts(String key) throws ConfigException {
        List<String> texts = new ArrayList<>();
        if (keys.containsKey(key)) {
            for (YamlNode item : keys.get(key).asList()) {
                texts.add(item.asString());
            }
        }
        return texts;
    }

    /** The mappings of a list; empty where there is none. */
    List<AlertmanagerKeys> mappings(String key, Set<String> known) throws ConfigException {
        List<AlertmanagerKeys> mappings = new ArrayList<>();
        if (keys.containsKey(key)) {
            for (YamlNode item : keys.get(key).asList()) {
                mappings.add(of(item, known, scope));
            }
        }
        return mappings;
    }

    /** The mapping under a key; null where there is none. */
    @Nullable
    AlertmanagerKeys mapping(String key, Set<String> known) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null || value.isNull() ? null : of(value, known, scope);
    }

    /** A text of ours as a template. */
    MessageTemplate compiled(String key, String text) throws ConfigException {
        return compile(node, key, text);
    }

    /** A template, or the fallback as one. */
    MessageTemplate template(String key, String fallback) throws ConfigException {
        YamlNode value = keys.get(key);
        return compile(value == null ? node : value, key, text(key, fallback));
    }

    /** A template, or the one defined under a name. */
    MessageTemplate defined(String key, String name) throws ConfigException {
        return template(key, "{{ template \"" + name + "\" . }}");
    }

    /** A mapping of templates; empty where there is none. */
    Map<String, MessageTemplate> templates(String key) throws ConfigException {
        Map<String, MessageTemplate> templates = new LinkedHashMap<>();
        if (keys.containsKey(key)) {
            for (Map.Entry<String, YamlNode> entry : keys.get(key).asMap().entrySet()) {
                YamlNode value = entry.getValue();
                templates.put(entry.getKey(), compile(value, entry.getKey(), value.asString()));
            }
        }
        return templates;
    }

    private MessageTemplate compile(YamlNode place, String key, String text) throws ConfigException {
        MessageTemplate template;
        try {
            template = scope.templates().compile(key, text);
        } catch (TemplateException e) {
            throw place.error("template, line " + e.line() + ", column " + e.column() + ": " + e.reason());
        }
        if (!template.missing().isEmpty()) {
            throw place.error("template: no template \"" + String.join("\", \"", template.missing())
                    + "\" is defined, neither in a file of `templates` nor by default");
        }
        return template;
    }

    /** What stands under the key, or in the file named by the key with {@code _file}; null where neither is there. */
    @Nullable
    Secret secret(String key) throws ConfigException {
        return secret(key, false);
    }

    /** The same for a URL, which is checked where it is written out. */
    @Nullable
    Secret secretUrl(String key) throws ConfigException {
        return secret(key, true);
    }

    /** The same for one that must be there. */
    Secret requiredUrl(String key) throws ConfigException {
        Secret url = secretUrl(key);
        if (url == null) {
            throw node.error("one of " + key + " or " + key + "_file must be configured");
        }
        return url;
    }

    private @Nullable Secret secret(String key, boolean isUrl) throws ConfigException {
        String fileKey = key + "_file";
        if (says(key) && says(fileKey)) {
            throw error(fileKey, "at most one of " + key + " & " + fileKey + " must be configured");
        }
        YamlNode file = keys.get(fileKey);
        if (file != null && says(fileKey)) {
            return scope.http().file(file);
        }
        YamlNode value = keys.get(key);
        if (value == null || !says(key)) {
            return null;
        }
        return new Secret.Inline(isUrl ? scope.http().url(value) : value.asString());
    }

    /** A URL; the fallback where there is none. */
    String url(String key, String fallback) throws ConfigException {
        YamlNode value = keys.get(key);
        return value == null || !says(key) ? fallback : scope.http().url(value);
    }

    /** {@code host:port} that is there. */
    HostAndPort hostAndPort(String key) throws ConfigException {
        return HostAndPort.read(Objects.requireNonNull(keys.get(key)));
    }

    /** {@code tls_config} under a key; null where there is none. */
    @Nullable
    TlsSettings tls(String key) throws ConfigException {
        YamlNode own = keys.get(key);
        return own == null ? null : scope.http().tls(own);
    }

    /** Of one attempt by HTTP. */
    Duration timeout() throws ConfigException {
        return duration("timeout", HttpChannelSettings.DEFAULT_TIMEOUT);
    }

    /** How to speak HTTP: what stands here, else in {@code global}. */
    HttpClientSettings http() throws ConfigException {
        YamlNode own = keys.get("http_config");
        return own == null ? scope.globalHttp() : scope.http().settings(own);
    }
}
