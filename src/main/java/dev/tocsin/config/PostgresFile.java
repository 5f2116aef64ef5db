package dev.tocsin.config;

import dev.tocsin.postgres.PostgresSettings;
import dev.tocsin.postgres.ServerAddress;
import dev.tocsin.postgres.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code postgres.yaml}: the PostgreSQL servers that are looked at. No state; any thread. */
public final class PostgresFile {
    /** Each is asked a dozen questions every few seconds. */
    static final int MOST_SERVERS = 100;

    private static final Set<String> KEYS = Set.of("servers", "store");
    private static final Set<String> SERVER_KEYS = Set.of(
            "name",
            "uri",
            "uri_file",
            "password_file",
            "interval",
            "connect_timeout",
            "statement_timeout",
            "top_n",
            "labels");

    private PostgresFile() {}

    /**
     * Blocks on the files of secrets.
     *
     * @param environment for {@code ${NAME}}
     * @throws ConfigException naming file, line and key of the first error, never a password
     */
    public static PostgresSettings parse(ConfigText file, Map<String, String> environment) throws ConfigException {
        YamlNode root = YamlNode.parse(file.name(), file.text()).withEnvironment(environment);
        if (root.isNull()) {
            return PostgresSettings.DEFAULT;
        }
        CheckKeys keys = new CheckKeys(root, KEYS);
        Map<String, ServerSettings> servers = new LinkedHashMap<>();
        for (YamlNode node : keys.read("servers", List.<YamlNode>of(), YamlNode::asList)) {
            ServerSettings server = server(node);
            if (servers.put(server.name(), server) != null) {
                throw node.error("another server is called \"" + server.name() + "\"");
            }
            if (servers.size() > MOST_SERVERS) {
                throw node.error("more than " + MOST_SERVERS + " servers, which is the most allowed");
            }
        }
        return new PostgresSettings(List.copyOf(servers.values()), keys.flag("store", true));
    }

    private static ServerSettings server(YamlNode node) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, SERVER_KEYS);
        String name = keys.required("name", "a server", YamlNode::asString);
        ServerAddress address = address(keys, "a server");
        try {
            return new ServerSettings(
                    name,
                    address,
                    keys.duration(
                            "interval",
                            ServerSettings.DEFAULT_INTERVAL,
                            ServerSettings.LEAST_INTERVAL,
                            ServerSettings.MOST_INTERVAL),
                    keys.duration(
                            "connect_timeout",
                            ServerSettings.DEFAULT_CONNECT_TIMEOUT,
                            ServerSettings.LEAST_TIMEOUT,
                            ServerSettings.MOST_CONNECT_TIMEOUT),
                    keys.duration(
                            "statement_timeout",
                            ServerSettings.DEFAULT_STATEMENT_TIMEOUT,
                            ServerSettings.LEAST_TIMEOUT,
                            ServerSettings.MOST_STATEMENT_TIMEOUT),
                    keys.integer("top_n", ServerSettings.DEFAULT_TOP_N, 1, ServerSettings.MOST_TOP_N),
                    keys.labels("labels", ServerSettings.OWN_LABELS));
        } catch (IllegalArgumentException e) {
            throw keys.error("name", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Of {@code uri} or {@code uri_file}, with the password of {@code password_file} where that is there.
     *
     * @param what needs it, for the error
     */
    static ServerAddress address(CheckKeys keys, String what) throws ConfigException {
        String key = keys.has("uri_file") ? "uri_file" : "uri";
        if (keys.has("uri_file") && keys.has("uri")) {
            throw keys.error("uri_file", "uri and uri_file are both given; one is enough");
        }
        String uri = key.equals("uri") ? keys.required(key, what, YamlNode::asString) : content(keys, key);
        try {
            ServerAddress address = new ServerAddress(uri);
            return keys.has("password_file") ? address.withPassword(content(keys, "password_file")) : address;
        } catch (IllegalArgumentException e) {
            throw keys.error(key, String.valueOf(e.getMessage()) + ", with %XX for what a URL can't have in it");
        }
    }

    private static String content(CheckKeys keys, String key) throws ConfigException {
        String file = keys.text(key, "");
        String content;
        try {
            content = Files.readString(Path.of(file)).strip();
        } catch (IOException | InvalidPathException e) {
            throw keys.error(key, "can't read \"" + file + "\": " + e);
        }
        if (content.isEmpty()) {
            throw keys.error(key, "there is nothing in \"" + file + "\"");
        }
        return content;
    }
}
