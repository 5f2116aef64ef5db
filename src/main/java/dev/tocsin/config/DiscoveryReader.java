package dev.tocsin.config;

import dev.tocsin.core.Labels;
import dev.tocsin.watch.scrape.Discovery;
import dev.tocsin.watch.scrape.Relabeling;
import dev.tocsin.watch.scrape.TargetGroup;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads where a job's targets are found. */
final class DiscoveryReader {
    private static final Set<String> STATIC_KEYS = Set.of("targets", "labels");
    private static final Set<String> FILE_KEYS = Set.of("files", "refresh_interval");
    private static final Set<String> DNS_KEYS = Set.of("names", "type", "port", "refresh_interval");
    private static final Set<String> HTTP_KEYS = Stream.concat(
                    Stream.of("url", "refresh_interval"), AlertmanagerHttp.KEYS.stream())
            .collect(Collectors.toUnmodifiableSet());
    private static final Pattern FILE_NAME = Pattern.compile("[^*]*(\\*[^/]*)?\\.(json|yml|yaml|JSON|YML|YAML)");
    private static final int MOST_PORT = 65_535;

    private final Path folder;
    private final AlertmanagerHttp http;

    /** @param folder where relative paths begin */
    DiscoveryReader(Path folder, AlertmanagerHttp http) {
        this.folder = folder;
        this.http = http;
    }

    /** @param keys of a job */
    List<Discovery> read(Map<String, YamlNode> keys) throws ConfigException {
        List<Discovery> all = new ArrayList<>();
        if (keys.containsKey("static_configs")) {
            List<TargetGroup> groups = new ArrayList<>();
            for (YamlNode node : keys.get("static_configs").asList()) {
                groups.add(group(node));
            }
            all.add(new Discovery.Static(groups));
        }
        for (YamlNode node : items(keys, "file_sd_configs")) {
            all.add(files(node));
        }
        for (YamlNode node : items(keys, "http_sd_configs")) {
            all.add(http(node));
        }
        for (YamlNode node : items(keys, "dns_sd_configs")) {
            all.add(dns(node));
        }
        return all;
    }

    private static List<YamlNode> items(Map<String, YamlNode> keys, String key) throws ConfigException {
        return keys.containsKey(key) ? keys.get(key).asList() : List.of();
    }

    private static TargetGroup group(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(STATIC_KEYS);
        List<String> addresses = new ArrayList<>();
        for (YamlNode target : items(keys, "targets")) {
            if (target.asString().isEmpty() || target.asString().indexOf('/') >= 0) {
                throw target.error("\"" + target.asString()
                        + "\" is not a valid hostname; write host:port, without scheme or path");
            }
            addresses.add(target.asString());
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (keys.containsKey("labels")) {
            for (Map.Entry<String, YamlNode> label : keys.get("labels").asMap().entrySet()) {
                if (!Relabeling.isLabelName(label.getKey())) {
                    throw label.getValue().error("\"" + label.getKey() + "\" is not a valid label name");
                }
                labels.put(label.getKey(), label.getValue().asString());
            }
        }
        return new TargetGroup(addresses, Labels.of(labels));
    }

    private Discovery files(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(FILE_KEYS);
        List<Path> patterns = new ArrayList<>();
        for (YamlNode file : items(keys, "files")) {
            try {
                Path pattern = folder.resolve(file.asString());
                if (!FILE_NAME.matcher(String.valueOf(pattern.getFileName())).matches()
                        || String.valueOf(pattern.getParent()).indexOf('*') >= 0) {
                    throw file.error("path name \"" + file.asString()
                            + "\" is not valid for file discovery: it ends in .json, .yml or .yaml, with a * in its"
                            + " last part at the most");
                }
                patterns.add(pattern);
            } catch (InvalidPathException e) {
                throw file.error("is no path");
            }
        }
        if (patterns.isEmpty()) {
            throw node.error("file service discovery config must contain at least one path name");
        }
        return new Discovery.Files(patterns, refresh(keys, Duration.ofMinutes(5)));
    }

    private Discovery http(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(HTTP_KEYS);
        return new Discovery.Http(
                http.url(AlertmanagerFile.required(node, keys, "url")),
                refresh(keys, Duration.ofMinutes(1)),
                http.settings(node, keys));
    }

    private static Discovery dns(YamlNode node) throws ConfigException {
        Map<String, YamlNode> keys = node.asMap(DNS_KEYS);
        List<String> names = new ArrayList<>();
        for (YamlNode name : items(keys, "names")) {
            names.add(name.asString());
        }
        if (names.isEmpty()) {
            throw node.error("DNS-SD config must contain at least one SRV record name");
        }
        Discovery.DnsType type = keys.containsKey("type")
                ? Discovery.DnsType.valueOf(
                        AlertmanagerFile.oneOf(keys.get("type"), "type of record", Set.of("A", "AAAA", "SRV")))
                : Discovery.DnsType.SRV;
        if (type != Discovery.DnsType.SRV && !keys.containsKey("port")) {
            throw node.error("a port is required in DNS-SD configs for all record types except SRV");
        }
        int port = keys.containsKey("port") ? (int) keys.get("port").asLong(1, MOST_PORT) : 0;
        return new Discovery.Dns(names, type, port, refresh(keys, Duration.ofSeconds(30)));
    }

    private static long refresh(Map<String, YamlNode> keys, Duration otherwise) throws ConfigException {
        return ScrapeFile.duration(keys, "refresh_interval", otherwise).toMillis();
    }
}
