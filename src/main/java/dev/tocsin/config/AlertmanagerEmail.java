package dev.tocsin.config;

import dev.tocsin.http.Secret;
import dev.tocsin.http.TlsSettings;
import dev.tocsin.notify.EmailSettings;
import dev.tocsin.notify.EmailSettings.Security;
import dev.tocsin.notify.EmailSettings.Threading;
import dev.tocsin.notify.MessageTemplate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code email_configs}. */
final class AlertmanagerEmail {
    static final ChannelKind KIND = new ChannelKind(
            "email",
            false,
            Set.of(
                    "to",
                    "from",
                    "smarthost",
                    "hello",
                    "auth_username",
                    "auth_password",
                    "auth_password_file",
                    "auth_secret",
                    "auth_secret_file",
                    "auth_identity",
                    "require_tls",
                    "force_implicit_tls",
                    "tls_config",
                    "html",
                    "text",
                    "headers",
                    "threading"),
            AlertmanagerEmail::read);

    private static final int SMTPS_PORT = 465;

    private AlertmanagerEmail() {}

    private static EmailSettings read(AlertmanagerKeys keys) throws ConfigException {
        if (!keys.says("to")) {
            throw keys.error("missing to address in email config");
        }
        AlertmanagerKeys global = keys.global();
        String from = keys.text("from", global.text("smtp_from", ""));
        if (from.isEmpty()) {
            throw keys.error("no global SMTP from set");
        }
        Map<String, MessageTemplate> headers = headers(keys);
        MessageTemplate subject = headers.remove("Subject");
        return new EmailSettings(
                server(keys, global),
                login(keys, global),
                keys.template("to", ""),
                keys.template("from", from),
                subject == null ? keys.compiled("subject", "{{ template \"email.default.subject\" . }}") : subject,
                headers,
                keys.template("html", "{{ template \"email.default.html\" . }}"),
                keys.template("text", "{{ template \"email.default.text\" . }}"),
                threading(keys, headers));
    }

    private static EmailSettings.Server server(AlertmanagerKeys keys, AlertmanagerKeys global) throws ConfigException {
        HostAndPort host;
        if (keys.says("smarthost")) {
            host = keys.hostAndPort("smarthost");
        } else if (global.says("smtp_smarthost")) {
            host = global.hostAndPort("smtp_smarthost");
        } else {
            throw keys.error("no global SMTP smarthost set");
        }
        TlsSettings own = keys.tls("tls_config");
        TlsSettings tls =
                Objects.requireNonNullElse(own == null ? global.tls("smtp_tls_config") : own, TlsSettings.DEFAULT);
        boolean implicit =
                keys.flag("force_implicit_tls", global.flag("smtp_force_implicit_tls", host.port() == SMTPS_PORT));
        boolean requiresTls = keys.flag("require_tls", global.flag("smtp_require_tls", true));
        Security security = implicit ? Security.IMPLICIT_TLS : requiresTls ? Security.STARTTLS : Security.NONE;
        String hello = keys.text("hello", global.text("smtp_hello", ""));
        return new EmailSettings.Server(host.host(), host.port(), hello.isEmpty() ? "localhost" : hello, security, tls);
    }

    private static EmailSettings.@Nullable Login login(AlertmanagerKeys keys, AlertmanagerKeys global)
            throws ConfigException {
        String username = keys.text("auth_username", global.text("smtp_auth_username", ""));
        if (username.isEmpty()) {
            return null;
        }
        String identity = keys.text("auth_identity", global.text("smtp_auth_identity", ""));
        if (!identity.isEmpty() && !identity.equals(username)) {
            throw keys.error("auth_identity", "an identity other than auth_username is not supported");
        }
        Secret password = keys.secret("auth_password");
        Secret challenged = keys.secret("auth_secret");
        if (password == null && challenged == null) {
            password = global.secret("smtp_auth_password");
            challenged = global.secret("smtp_auth_secret");
        }
        if (password == null && challenged == null) {
            throw keys.error("auth_username", "auth_username is set, but neither auth_password nor auth_secret");
        }
        return password != null
                ? new EmailSettings.Login(username, password, false)
                : new EmailSettings.Login(username, Objects.requireNonNull(challenged), true);
    }

    private static Map<String, MessageTemplate> headers(AlertmanagerKeys keys) throws ConfigException {
        Map<String, MessageTemplate> headers = new LinkedHashMap<>();
        for (Map.Entry<String, MessageTemplate> entry :
                keys.templates("headers").entrySet()) {
            String name = canonical(entry.getKey());
            if (!name.matches("[!-9;-~]+")) {
                throw keys.error("headers", "\"" + name + "\" is not the name of a header");
            }
            if (headers.put(name, entry.getValue()) != null) {
                throw keys.error("headers", "duplicate header \"" + name + "\" in email config");
            }
        }
        return headers;
    }

    /** As in mails: each word with a capital. */
    private static String canonical(String name) {
        return Arrays.stream(name.split("-", -1))
                .map(word -> word.isEmpty()
                        ? word
                        : word.substring(0, 1).toUpperCase(Locale.ROOT)
                                + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("-"));
    }

    private static Threading threading(AlertmanagerKeys keys, Map<String, MessageTemplate> headers)
            throws ConfigException {
        AlertmanagerKeys threading = keys.mapping("threading", Set.of("enabled", "thread_by_date"));
        if (threading == null) {
            return Threading.GROUP;
        }
        if (!threading.flag("enabled", false)) {
            return Threading.NONE;
        }
        for (String own : Set.of("References", "In-Reply-To")) {
            if (headers.containsKey(own)) {
                throw threading.error(
                        "conflicting configuration: threading.enabled conflicts with custom " + own + " header");
            }
        }
        return switch (threading.text("thread_by_date", "")) {
            case "none" -> Threading.GROUP;
            case "daily" -> Threading.GROUP_AND_DAY;
            default -> throw threading.error("threading.thread_by_date must be either 'none' or 'daily'");
        };
    }
}
